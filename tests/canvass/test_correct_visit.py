"""Corrections: new visits that take the place of earlier ones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from canvass.errors import VisitAlreadyCorrected, VisitToCorrectNotFound
from canvass.models import Visit
from canvass.visits import record_visit
from common.ids import uuid7
from tests.canvass import world
from tests.canvass.world import NOW, Town, record


def test_a_correction_takes_the_place_of_the_visit(town: Town) -> None:
    """Both are kept, one stands, and the prospect is as if the first had never been."""
    rosa, door = town.company.rosa, town.north[0]
    wrong = record(rosa, town.visit(door, "sale"))
    right = record(rosa, town.visit(door, "refused", supersedes=wrong.pk))
    last = record(rosa, town.visit(door, "no_answer", supersedes=right.pk))
    assert list(Visit.objects.standing()) == [last]
    assert Visit.objects.count() == 3
    prospect = town.prospect(door)
    assert (prospect.attempts, prospect.contacts, prospect.last_kind) == (1, 0, "no_answer")
    assert (prospect.customer, prospect.temperature) == (False, "cold")


def test_a_visit_is_corrected_once(town: Town) -> None:
    """A second correction must correct the correction."""
    rosa, door = town.company.rosa, town.north[0]
    wrong = record(rosa, town.visit(door, "sale"))
    record(rosa, town.visit(door, "refused", supersedes=wrong.pk))
    with pytest.raises(VisitAlreadyCorrected):
        record(rosa, town.visit(door, "demo", supersedes=wrong.pk))
    assert town.prospect(door).last_kind == "refused"


def test_only_an_own_visit_there_is_corrected(town: Town) -> None:
    """Not a colleague's, not one to another door or in another campaign, not itself, not none."""
    rosa, (door, next_door, *_) = town.company.rosa, town.north
    hers = record(rosa, town.visit(door)).pk
    his = record(town.company.max, town.visit(door)).pk
    elsewhere = record(rosa, town.visit(next_door)).pk
    winter = world.make_campaign(town.company, name="Winter")
    in_winter = record(rosa, replace(town.visit(door), campaign_id=winter.pk)).pk
    self_made = uuid7(NOW)
    for supersedes in (his, elsewhere, in_winter, self_made, uuid7(NOW)):
        new = town.visit(door, id=self_made, supersedes=supersedes)
        with pytest.raises(VisitToCorrectNotFound):
            record(rosa, new)
    with pytest.raises(VisitToCorrectNotFound):
        record(town.company.max, town.visit(door, supersedes=hers))
    assert Visit.objects.standing().count() == 4


def test_a_replay_of_what_was_corrected_answers_it_as_it_was(town: Town) -> None:
    """The phone that never got its answer gets it, and the correction stands."""
    rosa, door = town.company.rosa, town.north[0]
    wrong = town.visit(door, "sale")
    right = town.visit(door, "refused", supersedes=wrong.id)
    record(rosa, wrong)
    record(rosa, right)
    for new in (wrong, right):
        stored, is_new = record_visit(actor=rosa, new=new, now=NOW + timedelta(hours=1))
        assert (stored.pk, stored.outcome.code, is_new) == (new.id, new.outcome, False)
    assert not town.prospect(door).customer
