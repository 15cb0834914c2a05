"""Two phones or managers at once, each in a thread with a connection of its own.

SQLite lets one writer in at a time, so there is nothing to race there.
"""

from __future__ import annotations

from dataclasses import asdict

import pytest
from django.db import connection

from canvass.campaigns import create_campaign, work_cut
from canvass.errors import (
    CampaignNameTaken,
    ShiftExists,
    VisitAlreadyCorrected,
    VisitIdReused,
)
from canvass.errors.shift_events import ShiftEventOutOfOrder
from canvass.models import Campaign, Prospect, Shift, ShiftEvent, Visit
from canvass.new_visits import NewVisit
from canvass.prospect_state import ProspectState, prospect_state
from canvass.shift_events import NewShiftEvent, record_shift_event
from canvass.shifts import ShiftPlan, schedule_day, schedule_shift
from canvass.visits import facts_of, record_visit
from common.ids import uuid7
from tests.at_once import at_once, errors_in
from tests.canvass import world
from tests.canvass.world import NOW, PLAN, TODAY, Town, record
from tests.cast import Company

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("attempt", range(5)),
]


def recording(town: Town, *visits: NewVisit) -> list[object]:
    """What Rosa's phone is answered when it sends these visits at once."""
    rosa = town.company.rosa
    return at_once(*(lambda new=new: record_visit(actor=rosa, new=new, now=NOW) for new in visits))


def assert_adds_up(prospect: Prospect) -> None:
    """The prospect's row is what the rule makes of all visits that are stored."""
    stored = {name: getattr(prospect, name) for name in asdict(ProspectState())}
    rows = Visit.objects.filter(campaign=prospect.campaign_id, door=prospect.door_id)
    visits = map(facts_of, rows.select_related("outcome"))
    assert ProspectState(**stored) == prospect_state(visits)


def test_one_visit_sent_three_times_at_once_is_one(town: Town, attempt: int) -> None:
    """All three answers are the same row, one of them new; it counts once."""
    new = town.visit(town.north[0], "sale")
    answers = recording(town, new, new, new)
    stored = Visit.objects.get()
    assert sorted(answers, key=str) == sorted(
        [(stored, False), (stored, False), (stored, True)], key=str
    )
    assert town.prospect(town.north[0]).attempts == 1


def test_the_first_visit_ever_sent_twice_at_once_is_one(town: Town, attempt: int) -> None:
    """Also at a door that is no prospect before."""
    Prospect.objects.all().delete()
    new = town.visit(town.north[0])
    answers = recording(town, new, new)
    assert errors_in(answers) == []
    assert Visit.objects.count() == 1
    assert town.prospect(town.north[0]).attempts == 1


def test_a_correction_sent_twice_at_once_is_one(town: Town, attempt: int) -> None:
    """The slower of the two learns that it is stored, not that somebody corrected already."""
    wrong = record(town.company.rosa, town.visit(town.north[0], "sale"))
    right = town.visit(town.north[0], "refused", supersedes=wrong.pk)
    answers = recording(town, right, right)
    assert errors_in(answers) == []
    assert Visit.objects.count() == 2
    assert_adds_up(town.prospect(town.north[0]))


def test_one_id_for_two_doors_at_once_names_one_visit(town: Town, attempt: int) -> None:
    """The other is refused, and its door stays as it was."""
    same = uuid7(NOW)
    answers = recording(town, *(town.visit(door, id=same) for door in town.north[:2]))
    assert errors_in(answers) == [VisitIdReused]
    assert Visit.objects.count() == 1
    assert sorted(town.prospect(door).attempts for door in town.north[:2]) == [0, 1]


def test_different_visits_at_one_door_at_once_all_count(town: Town, attempt: int) -> None:
    """Whatever order they come in, the state is that of all."""
    kinds = ("no_answer", "demo", "sale", "do_not_knock")
    answers = recording(town, *(town.visit(town.north[0], kind) for kind in kinds))
    assert errors_in(answers) == []
    prospect = town.prospect(town.north[0])
    assert (prospect.attempts, prospect.contacts) == (4, 3)
    assert (prospect.customer, prospect.do_not_knock) == (True, True)
    assert_adds_up(prospect)


def test_a_new_door_visited_by_several_at_once_is_one_prospect(town: Town, attempt: int) -> None:
    """It was no prospect before; all visits count."""
    Prospect.objects.all().delete()
    answers = recording(town, *(town.visit(town.north[0], "demo") for _ in range(3)))
    assert errors_in(answers) == []
    assert town.prospect(town.north[0]).attempts == 3


def test_a_visit_is_corrected_by_one_of_two_at_once(town: Town, attempt: int) -> None:
    """The other is told, and one visit stands."""
    wrong = record(town.company.rosa, town.visit(town.north[0], "sale"))
    corrections = [
        town.visit(town.north[0], kind, supersedes=wrong.pk) for kind in ("refused", "demo")
    ]
    answers = recording(town, *corrections)
    assert errors_in(answers) == [VisitAlreadyCorrected]
    assert Visit.objects.standing().get().supersedes == wrong
    assert_adds_up(town.prospect(town.north[0]))


def test_a_cut_is_taken_up_once(town: Town, attempt: int) -> None:
    """Of three calls one adds the prospects, and each door is one."""
    cut = world.published_cut(town.company)
    world.place(cut, 1, 20)
    copies = [Campaign.objects.get() for _ in range(3)]
    answers = at_once(
        *(
            lambda copy=copy: work_cut(actor=town.company.ada, campaign=copy, cut=cut, now=NOW)
            for copy in copies
        )
    )
    assert sorted(map(str, answers)) == ["0", "0", "20"]
    assert Prospect.objects.count() == 26


def test_of_two_cuts_taken_up_at_once_one_is_worked(town: Town, attempt: int) -> None:
    """Both add their doors, in whatever order; the campaign works the later of the two."""
    cuts = [world.published_cut(town.company) for _ in range(2)]
    shared = world.place(cuts[0], 1, 20)
    world.place(cuts[1], 1, shared[::-1])
    copies = [Campaign.objects.get() for _ in cuts]
    answers = at_once(
        *(
            lambda copy=copy, cut=cut: work_cut(
                actor=town.company.ada, campaign=copy, cut=cut, now=NOW
            )
            for copy, cut in zip(copies, cuts, strict=True)
        )
    )
    assert sorted(map(str, answers)) == ["0", "20"]
    worked = Campaign.objects.get().cut
    assert worked == cuts[[str(answer) for answer in answers].index("0")]


def test_taking_up_a_cut_loses_no_visit(town: Town, attempt: int) -> None:
    """A visit to a door of the new cut comes in while the cut is taken up."""
    cut = world.published_cut(town.company)
    (door,) = world.place(cut, 1, 1)
    copy = Campaign.objects.get()
    answers = at_once(
        lambda: work_cut(actor=town.company.ada, campaign=copy, cut=cut, now=NOW),
        lambda: record_visit(actor=town.company.ada, new=town.visit(door, "sale"), now=NOW)[1],
    )
    assert errors_in(answers) == []
    assert town.prospect(door).customer


def test_of_two_campaigns_of_one_name_one_is_made(sunrise: Company, attempt: int) -> None:
    """The other is refused with the right code."""
    answers = at_once(
        *(lambda: create_campaign(actor=sunrise.ada, plan=PLAN, now=NOW) for _ in range(2))
    )
    assert errors_in(answers) == [CampaignNameTaken]


def test_a_day_scheduled_by_several_at_once_has_one_shift_each(town: Town, attempt: int) -> None:
    """Everybody is answered the same two shifts; one scheduled by hand meanwhile is one of them."""
    wanted = ShiftPlan(town.campaign, town.company.rosa, TODAY)
    *days, _ = answers = at_once(
        *(
            lambda: schedule_day(actor=town.company.ada, campaign=town.campaign, day=TODAY, now=NOW)
            for _ in range(3)
        ),
        lambda: [schedule_shift(actor=town.company.ada, plan=wanted, now=NOW)],
    )
    assert errors_in(answers) in ([], [ShiftExists])
    shifts = list(Shift.objects.order_by("member__user__name"))
    assert [shift.member for shift in shifts] == [town.company.rosa, town.company.sam]
    assert days == [shifts] * 3


def test_a_shift_opened_twice_at_once_is_open_once(town: Town, attempt: int) -> None:
    """One of two openings stands, the other comes too late; the same sent twice is one."""
    rosa = town.company.rosa
    plan = ShiftPlan(town.campaign, rosa, TODAY, starts_at=NOW)
    shift = schedule_shift(actor=town.company.max, plan=plan, now=NOW)
    opened = [NewShiftEvent(uuid7(NOW), shift.pk, "opened", NOW) for _ in range(2)]
    sent = [opened[0], opened[0], opened[1]]
    answers = at_once(
        *(lambda new=new: record_shift_event(actor=rosa, new=new, now=NOW) for new in sent)
    )
    stored = ShiftEvent.objects.get()
    lost = [ShiftEventOutOfOrder] * (1 if stored.pk == opened[0].id else 2)
    assert errors_in(answers) == lost
    assert [answer for answer in answers if answer == (stored, True)] == [(stored, True)]
