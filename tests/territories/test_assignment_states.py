"""Offering, accepting, returning, finishing and revoking, and the history of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Member
from common.errors import NotFound
from territories.assignment_states import (
    accept_assignment,
    end_assignment,
    finish_assignment,
    keep_assignment,
    offer_back,
    return_assignment,
    turn_by_the_clock,
)
from territories.assignments import assign_territory
from territories.errors import AssignmentStateWrong, TerritoryTaken
from territories.models import Assignment, AssignmentEvent, AssignmentState, Door
from tests.at_once import at_once, errors_in
from tests.cast import NOON, Company
from tests.territories.town import MONDAY, published_cut, settle, territory

DAY = timedelta(days=1)
Step = Callable[[Member, Assignment], Assignment]
STEPS: dict[str, Step] = {
    "accept": lambda actor, row: accept_assignment(actor=actor, assignment=row, now=NOON),
    "return": lambda actor, row: return_assignment(
        actor=actor, assignment=row, reason="Ill", now=NOON
    ),
    "finish": lambda actor, row: finish_assignment(actor=actor, assignment=row, now=NOON),
    "end": lambda actor, row: end_assignment(actor=actor, assignment=row, now=NOON),
}


def offered(company: Company, member: Member, **more: Any) -> Assignment:
    """Territory 1 of a new cut, offered to a member from Monday on."""
    if not Door.objects.exists():
        settle(company.organisation)
    more = {"starts_on": MONDAY, "offer": True, "now": NOON, **more}
    place = territory(published_cut(company))
    return assign_territory(actor=company.ada, territory=place, member=member, **more)


def changes(row: Assignment) -> list[str]:
    return list(
        AssignmentEvent.objects.filter(assignment=row)
        .order_by("pk")
        .values_list("change", flat=True)
    )


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        (["accept", "finish"], ["offered", "active", "finished"]),
        (["accept", "return"], ["offered", "active", "returned"]),
        (["return"], ["offered", "returned"]),
        (["end"], ["offered", "revoked"]),
        (["accept", "end"], ["offered", "active", "revoked"]),
        (["accept", "accept", "finish", "finish"], ["offered", "active", "finished"]),
    ],
)
def test_an_assignment_goes_its_way_and_its_history_tells(
    sunrise: Company, steps: list[str], states: list[str]
) -> None:
    """Every change once, also where it is asked for twice."""
    row = offered(sunrise, sunrise.rosa)
    for step in steps:
        row = STEPS[step](sunrise.max, row)
    assert row.state == states[-1]
    assert changes(row) == states
    assert (row.ended_at == NOON) == (row.state != "active")


@pytest.mark.parametrize(
    ("before", "step"),
    [([], "finish"), (["end"], "accept"), (["return"], "finish"), (["end"], "return")],
)  # fmt: skip
def test_a_step_out_of_order_is_refused(sunrise: Company, before: list[str], step: str) -> None:
    """The state stays as it is, and nothing is noted."""
    row = offered(sunrise, sunrise.rosa)
    for one in before:
        STEPS[one](sunrise.max, row)
    told = changes(row)
    with pytest.raises(AssignmentStateWrong):
        STEPS[step](sunrise.max, row)
    assert changes(row) == told


def test_the_history_says_who_why_and_when(sunrise: Company) -> None:
    """And to whom it went on."""
    row = offered(sunrise, sunrise.rosa)
    later = NOON + DAY
    end_assignment(
        actor=sunrise.max, assignment=row, now=later, reason="Moved", handed_to=sunrise.rui
    )
    event = AssignmentEvent.objects.filter(assignment=row).latest("pk")
    told = (event.member, event.at, event.reason, event.handed_to)
    assert told == (sunrise.max, later, "Moved", sunrise.rui)


@pytest.mark.parametrize("step", list(STEPS))
def test_nobody_turns_what_is_not_theirs(sunrise: Company, moonlight: Company, step: str) -> None:
    """Another rep, another subtree's manager, another company: it does not exist for them."""
    row = offered(sunrise, sunrise.rosa)
    for stranger in (sunrise.rui, sunrise.mona, moonlight.olga):
        with pytest.raises(NotFound):
            STEPS[step](stranger, row)
    assert changes(row) == ["offered"]


def test_an_offered_territory_is_kept_but_not_yet_worked(sunrise: Company) -> None:
    """Nobody else gets it; it holds on no day until it is accepted."""
    row = offered(sunrise, sunrise.rosa)
    with pytest.raises(TerritoryTaken):
        assign_territory(
            actor=sunrise.max, territory=row.territory, member=sunrise.rui,
            starts_on=MONDAY, now=NOON,
        )  # fmt: skip
    assert not Assignment.objects.on(MONDAY).exists()
    STEPS["accept"](sunrise.rosa, row)
    assert list(Assignment.objects.on(MONDAY)) == [row]


def test_what_is_accepted_early_begins_on_its_first_day(sunrise: Company) -> None:
    """It holds on its days at once, so that they can be planned; the clock makes it active."""
    row = offered(sunrise, sunrise.rosa, starts_on=MONDAY + 2 * DAY)
    assert STEPS["accept"](sunrise.rosa, row).state == AssignmentState.ACCEPTED
    assert list(Assignment.objects.on(MONDAY + 2 * DAY)) == [row]
    assert turn_by_the_clock(NOON + DAY) == 0
    assert turn_by_the_clock(NOON + 2 * DAY) == 1
    row.refresh_from_db()
    assert (row.state, changes(row)) == ("active", ["offered", "accepted", "active"])
    assert AssignmentEvent.objects.latest("pk").member is None


def test_the_clock_finishes_what_is_over_everywhere_and_lapses_what_nobody_took(
    sunrise: Company,
) -> None:
    """Not on the last day's morning in Hawaii; and once only."""
    worked = offered(sunrise, sunrise.rosa, offer=False, ends_on=MONDAY + DAY)
    ignored = offered(sunrise, sunrise.rui, ends_on=MONDAY + DAY)
    assert turn_by_the_clock(NOON + DAY) == 0
    assert turn_by_the_clock(NOON + 2 * DAY) == 2
    assert turn_by_the_clock(NOON + 2 * DAY) == 0
    for row, state in ((worked, "finished"), (ignored, "returned")):
        row.refresh_from_db()
        assert (row.state, row.ended_at) == (state, NOON + 2 * DAY)


def test_what_is_offered_back_goes_on_until_the_manager_decides(sunrise: Company) -> None:
    """Kept or taken away; asked once, answered once."""
    kept, taken = (offered(sunrise, rep, offer=False) for rep in (sunrise.rosa, sunrise.rui))
    assert offer_back([kept, taken], "Untouched", NOON) == 2
    assert offer_back([kept, taken], "Untouched", NOON) == 0
    assert Assignment.objects.on(MONDAY).count() == 2
    for _ in range(2):
        keep_assignment(actor=sunrise.max, assignment=kept, now=NOON)
    STEPS["end"](sunrise.max, taken)
    for row in (kept, taken):
        row.refresh_from_db()
        assert row.offered_back_at is None
    assert changes(kept) == ["active", "offered_back", "kept"]
    assert changes(taken) == ["active", "offered_back", "revoked"]
    with pytest.raises(NotFound):
        keep_assignment(actor=sunrise.mona, assignment=kept, now=NOON)


def test_the_database_refuses_a_state_that_contradicts_the_end(sunrise: Company) -> None:
    """Whatever code writes it."""
    row = offered(sunrise, sunrise.rosa)
    rows = Assignment.objects.filter(pk=row.pk)
    for wrong in ({"state": "revoked"}, {"ended_at": NOON}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_accepting_and_revoking_at_once_leaves_one_story(sunrise: Company) -> None:
    """Whoever is first: it ends revoked, or the rep is told that it is over."""
    row = offered(sunrise, sunrise.rosa)
    answers = at_once(
        partial(STEPS["accept"], sunrise.rosa, Assignment.objects.get()),
        partial(STEPS["end"], sunrise.max, Assignment.objects.get()),
    )
    row.refresh_from_db()
    assert row.state == "revoked"
    told = ["offered", "revoked"] if errors_in(answers) else ["offered", "active", "revoked"]
    assert changes(row) == told
