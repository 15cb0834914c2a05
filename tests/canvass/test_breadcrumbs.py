"""Where reps walked: /api/v1/shifts/<id>/breadcrumbs/."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.breadcrumbs import Position, are_apart
from canvass.keeping import remove_what_is_too_old
from canvass.models import Breadcrumb, Shift
from canvass.shift_events import NewShiftEvent, close_idle_shifts, record_shift_event
from canvass.shifts import ShiftPlan, schedule_shift
from common.ids import uuid7
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company

MINUTE = timedelta(minutes=1)
STEP = 100 / 111_195  # a hundred metres north, in degrees


@pytest.fixture
def shift(town: Town) -> Shift:
    """Rosa's of today: open from NOW, paused from minute 10 to 20, closed at minute 30."""
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY, starts_at=NOW)
    made = schedule_shift(actor=town.company.max, plan=plan, now=NOW)
    happen(town, made, ("opened", 0), ("paused", 10), ("resumed", 20), ("closed", 30))
    return made


def happen(town: Town, shift: Shift, *events: tuple[str, int]) -> None:
    for kind, minute in events:
        at = NOW + minute * MINUTE
        new = NewShiftEvent(uuid7(at), shift.pk, kind, at)
        record_shift_event(actor=town.company.rosa, new=new, now=at)


def at(minute: float, north: float = 0.0, **more: Any) -> dict[str, Any]:
    """A position so many minutes after NOW, so many hundred metres north."""
    when = NOW + minute * MINUTE
    return {"at": when.isoformat(), "lon": -73.9, "lat": 40.7 + north * STEP, **more}


def send(client: Any, shift: Shift, *positions: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What became of positions that were sent an hour later."""
    with time_machine.travel(NOW + 60 * MINUTE, tick=False):
        answer = client.post(url(shift), {"positions": list(positions)})
    assert answer.status_code == 200, answer.json()
    return [(one["result"], one["code"]) for one in answer.json()["answers"]]


def url(shift: Shift) -> str:
    return f"/api/v1/shifts/{shift.pk}/breadcrumbs/"


def test_positions_are_kept_while_somebody_works(
    town: Town, shift: Shift, as_member: SignIn
) -> None:
    """Not before, in the pause, after, or in the future; each is refused by itself."""
    closed = ("refused", "breadcrumb.shift_not_open")
    assert send(
        as_member(town.company.rosa),
        shift,
        at(-1),
        at(0),
        at(5, 1),
        at(10, 2),
        at(15, 3),
        at(20, 4),
        at(30, 5),
        at(90, 6),
        at(6, 7, accuracy_m=101),
    ) == [
        closed,
        ("kept", None),
        ("kept", None),
        closed,
        closed,
        ("kept", None),
        closed,
        ("refused", "breadcrumb.in_future"),
        ("refused", "breadcrumb.imprecise"),
    ]
    assert Breadcrumb.objects.count() == 3


def test_the_way_is_the_sum_without_the_pause(town: Town, shift: Shift, as_member: SignIn) -> None:
    """A hundred metres before it and two hundred after it; what lies between is nobody's."""
    client = as_member(town.company.rosa)
    send(client, shift, at(1), at(2, 1), at(21, 8), at(22, 10))
    for member in (town.company.rosa, town.company.max, town.company.ada):
        told = as_member(member).get(url(shift)).json()
        assert told["walked_m"] == pytest.approx(300, abs=1)
        assert len(told["positions"]) == 4
    for member in (town.company.rui, town.company.mona):
        assert problem(as_member(member).get(url(shift))) == (404, "not_found")


def test_the_same_again_keeps_nothing_more(town: Town, shift: Shift, as_member: SignIn) -> None:
    """However often it is sent; and the audit trail tells no position."""
    client, batch = as_member(town.company.rosa), [at(1), at(2, 1)]
    assert [result for result, _ in send(client, shift, *batch)] == ["kept", "kept"]
    assert [result for result, _ in send(client, shift, *batch)] == ["known", "known"]
    assert Breadcrumb.objects.count() == 2
    told = AuditEntry.objects.filter(action__contains="breadcrumbs")
    assert [entry.after for entry in told] == [{"kept": 2}]
    assert not AuditEntry.objects.filter(after__icontains="40.7").exists()


def test_near_ones_are_thinned_out(town: Town, shift: Shift, as_member: SignIn) -> None:
    """Ten seconds and ten metres apart at least, also from what arrived before and lies after."""
    client = as_member(town.company.rosa)
    assert [result for result, _ in send(client, shift, at(2, 2), at(2.1, 4), at(3, 2.05))] == [
        "kept",
        "thinned",
        "thinned",
    ]
    assert [result for result, _ in send(client, shift, at(1.9, 0), at(1, 2.05), at(1, 0))] == [
        "thinned",
        "thinned",
        "kept",
    ]


@pytest.mark.parametrize(
    ("seconds", "metres", "apart"),
    [(10, 11, True), (9, 11, False), (10, 9, False), (-10, 11, True)],
)
def test_apart(seconds: int, metres: float, apart: bool) -> None:
    """Both in time and in space."""
    here = Position(NOW, -73.9, 40.7)
    there = Position(NOW + timedelta(seconds=seconds), -73.9, 40.7 + metres / 111_195)
    assert are_apart(here, there) is apart


def test_what_was_closed_for_idleness_leaves_room_for_what_comes_late(
    town: Town, as_member: SignIn
) -> None:
    """The phone was out of reach: two hours after the last sign of life still count, no more."""
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY, starts_at=NOW)
    made = schedule_shift(actor=town.company.max, plan=plan, now=NOW)
    happen(town, made, ("opened", 0))
    later: datetime = NOW + 300 * MINUTE
    assert close_idle_shifts(later) == 1
    with time_machine.travel(later, tick=False):
        body = {"positions": [at(119), at(121, 1)]}
        answers = as_member(town.company.rosa).post(url(made), body).json()["answers"]
    assert [one["result"] for one in answers] == ["kept", "refused"]


def test_nobody_sends_for_another(
    town: Town, shift: Shift, as_member: SignIn, moonlight: Company
) -> None:
    """404 for managers as for strangers."""
    for member in (town.company.max, town.company.rui, moonlight.otto):
        answer = as_member(member).post(url(shift), {"positions": [at(1)]})
        assert problem(answer) == (404, "not_found")


@pytest.mark.parametrize(
    "positions", [[], [at(1)] * 1001, [at(1, lat=91)], [at(1, lon="nan")], [{"lon": 1, "lat": 1}]]
)
def test_nonsense_is_refused(
    town: Town, shift: Shift, as_member: SignIn, positions: list[dict[str, Any]]
) -> None:
    """400, and nothing is kept."""
    answer = as_member(town.company.rosa).post(url(shift), {"positions": positions})
    assert problem(answer) == (400, "invalid")
    assert not Breadcrumb.objects.exists()


def test_after_thirty_days_they_are_gone(town: Town, shift: Shift, as_member: SignIn) -> None:
    """To the minute; and the trail says how many."""
    send(as_member(town.company.rosa), shift, at(1), at(2, 1))
    month = timedelta(days=30)
    assert remove_what_is_too_old(NOW + MINUTE + month) == {}
    assert remove_what_is_too_old(NOW + MINUTE + month + timedelta(seconds=1)) == {"breadcrumbs": 1}
    assert remove_what_is_too_old(NOW + 3 * MINUTE + month) == {"breadcrumbs": 1}
    assert not Breadcrumb.objects.exists()
    told = AuditEntry.objects.filter(action="record.too_old_removed")
    assert [entry.after for entry in told] == [{"breadcrumbs": 1}] * 2


def test_a_thousand_positions_take_as_many_queries_as_one(
    town: Town,
    shift: Shift,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """Eleven."""
    client = as_member(town.company.rosa)
    batch = [at(n / 100, n) for n in range(1000)]
    with django_assert_max_num_queries(SIGNED_IN + 11):
        send(client, shift, *batch)
