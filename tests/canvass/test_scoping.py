"""Who sees which campaigns, products, outcomes, prospects, shifts and visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from canvass.campaigns import add_product, work_cut
from canvass.models import Campaign, Outcome, Product, Prospect, Shift, Visit
from canvass.outcomes import add_default_outcomes
from canvass.shifts import schedule_day
from common.scoping import ScopedModel
from territories.assignment_states import end_assignment
from territories.models import Assignment, Door
from tests.canvass import world
from tests.canvass.world import NOW, TODAY, Town, record
from tests.cast import Company


@pytest.fixture
def both(town: Town, moonlight: Company) -> Town:
    """Sunrise's town with a product, a shift each and a visit by each; Moonlight has the like."""
    fill(town)
    add_default_outcomes(organisation=moonlight.organisation)
    cut = world.published_cut(moonlight)
    doors = world.place(cut, 1, 1)
    campaign = world.make_campaign(moonlight)
    theirs = Town(moonlight, campaign, cut, doors, [])
    work_cut(actor=moonlight.olga, campaign=campaign, cut=cut, now=NOW)
    world.assign(theirs.territory(1), moonlight.otto)
    fill(theirs)
    return town


def fill(town: Town) -> None:
    """A product, and for everybody with a territory a shift and a visit."""
    admin = next(member for member in town.company.members.values() if member.role == "admin")
    add_product(actor=admin, campaign=town.campaign, code="a", name="Atlas", price_minor=1)
    schedule_day(actor=admin, campaign=town.campaign, day=TODAY, now=NOW)
    for assignment in Assignment.objects.filter(territory__cut=town.cut):
        door = Door.objects.filter(placements__territory=assignment.territory_id).order_by("pk")[0]
        record(assignment.member, town.visit(door))


def seen(model: type[ScopedModel], people: Company) -> dict[str, int]:
    """How many rows each member sees; every one of them is of the member's organisation."""
    counts = {}
    for name, member in people.members.items():
        rows: Any = model._default_manager.all()
        found = list(rows.for_member(member))
        assert {row.organisation_id for row in found} <= {member.organisation_id}
        assert len({row.pk for row in found}) == len(found)
        counts[name] = len(found)
    return counts


@pytest.mark.parametrize(
    ("model", "sunrise_sees", "moonlight_sees"),
    [
        (Campaign, [1, 1, 1, 1, 1, 1], [1, 1]),
        (Product, [1, 1, 1, 1, 1, 1], [1, 1]),
        (Outcome, [12, 12, 12, 12, 12, 12], [12, 12]),
        (Prospect, [6, 6, 6, 3, 0, 3], [1, 1]),
        (Shift, [2, 1, 1, 1, 0, 1], [1, 1]),
        (Visit, [2, 1, 1, 1, 0, 1], [1, 1]),
    ],
)
def test_who_sees_how_much(
    both: Town,
    moonlight: Company,
    model: type[ScopedModel],
    sunrise_sees: list[int],
    moonlight_sees: list[int],
) -> None:
    """Ada all, Max the north, Mona the south, Rosa, Rui and Sam what is theirs; nobody others'."""
    names = ("ada", "max", "mona", "rosa", "rui", "sam")
    assert seen(model, both.company) == dict(zip(names, sunrise_sees, strict=True))
    assert seen(model, moonlight) == dict(zip(("olga", "otto"), moonlight_sees, strict=True))


def test_reps_see_their_own_rows(both: Town) -> None:
    """Rosa's are the north's doors, her shift, her visit."""
    rosa = both.company.rosa
    doors = [prospect.door for prospect in Prospect.objects.for_member(rosa).order_by("door")]
    assert doors == both.north
    assert Shift.objects.for_member(rosa).get().member == rosa
    assert Visit.objects.for_member(rosa).get().member == rosa


def test_managers_see_the_subtrees_rows(both: Town) -> None:
    """What a member of a team below did; a team whose path only looks alike is not below."""
    assert Visit.objects.for_member(both.company.max).get().member == both.company.rosa
    assert Shift.objects.for_member(both.company.mona).get().member == both.company.sam
    south = both.company.teams["South"]
    south.path = both.company.teams["North"].path.rstrip("/") + "0/"
    south.save()
    assert Visit.objects.for_member(both.company.max).get().member == both.company.rosa


def prospects_of(town: Town) -> int:
    return Prospect.objects.for_member(town.company.rosa).count()


def test_prospects_of_what_was_taken_back_are_hidden(town: Town) -> None:
    """At once; the rep's own visits there stay to be seen."""
    record(town.company.rosa, town.visit(town.north[0]))
    given = Assignment.objects.get(member=town.company.rosa)
    end_assignment(actor=town.company.ada, assignment=given, now=NOW)
    assert prospects_of(town) == 0
    assert Visit.objects.for_member(town.company.rosa).count() == 1


def test_prospects_show_until_the_last_day_is_over_everywhere(town: Town) -> None:
    """Assigned until the 11th, exclusive, they show until noon of it in UTC."""
    Assignment.objects.filter(member=town.company.rosa).update(ends_on=date(2026, 6, 11))
    noon = datetime(2026, 6, 11, 12, tzinfo=UTC)
    for hours, expected in ((-1, 3), (12, 0)):
        with time_machine.travel(noon + timedelta(hours=hours), tick=False):
            assert prospects_of(town) == expected


def test_only_the_cut_that_the_campaign_works_counts(town: Town) -> None:
    """A territory of another cut shows the doors, but not this campaign's prospects there."""
    other = world.published_cut(town.company)
    world.place(other, 1, [*town.north, *town.south])
    world.assign(other.territories.get(), town.company.rui)
    assert Door.objects.for_member(town.company.rui).count() == 6
    assert not Prospect.objects.for_member(town.company.rui).exists()
    work_cut(actor=town.company.ada, campaign=town.campaign, cut=other, now=NOW)
    assert Prospect.objects.for_member(town.company.rui).count() == 6
    assert prospects_of(town) == 0


def test_a_prospect_in_two_assigned_territories_is_seen_once(town: Town) -> None:
    """Both cuts are Rosa's; one is the campaign's."""
    other = world.published_cut(town.company)
    world.place(other, 1, town.north)
    world.assign(other.territories.get(), town.company.rosa)
    world.assign(town.territory(1), town.company.rosa, shared=True)
    assert prospects_of(town) == 3


def test_a_campaign_without_a_cut_has_no_prospects_for_reps(town: Town) -> None:
    """Whatever is assigned to them."""
    Campaign.objects.update(cut=None)
    assert prospects_of(town) == 0
    assert Prospect.objects.for_member(town.company.max).count() == 6
