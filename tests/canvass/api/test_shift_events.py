"""Working a shift: /api/v1/shifts/<id>/events/ and /api/v1/shifts/<id>/work/."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
import time_machine

from accounts.models import AuditEntry
from canvass.models import Shift
from canvass.models.shift_events import ShiftEvent
from canvass.shift_events import close_idle_shifts
from canvass.shift_work import WorkFacts, shift_work
from canvass.shifts import ShiftPlan, schedule_shift
from common.ids import uuid7
from tests.calls import SignIn, problem
from tests.canvass.world import NOW, TODAY, Town, record
from tests.cast import Company

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shift(town: Town) -> Shift:
    """Rosa's of today."""
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY, starts_at=NOW)
    return schedule_shift(actor=town.company.max, plan=plan, now=NOW)


def events(shift: Shift) -> str:
    return f"/api/v1/shifts/{shift.pk}/events/"


def work(shift: Shift) -> str:
    return f"/api/v1/shifts/{shift.pk}/work/"


def body(kind: str, minute: int = 0, **more: Any) -> dict[str, Any]:
    at = NOW + minute * MINUTE
    return {"id": str(uuid7(at)), "kind": kind, "occurred_at": at.isoformat(), **more}


def happen(client: Any, shift: Shift, *told: tuple[str, int]) -> dict[str, Any]:
    """The report after these events, each told when it happens."""
    report: dict[str, Any] = {}
    for kind, minute in told:
        with time_machine.travel(NOW + minute * MINUTE, tick=False):
            answer = client.post(events(shift), body(kind, minute))
            assert answer.status_code == 201
            report = answer.json()
    return report


def test_an_evening(town: Town, shift: Shift, as_member: SignIn) -> None:
    """Two hours with half an hour's rest and two doors: 1.5 hours, 1.33 doors an hour."""
    client = as_member(town.company.rosa)
    happen(client, shift, ("opened", 0), ("paused", 60))
    for door in (*town.north[:2], town.north[0]):
        at = NOW + 10 * MINUTE
        record(town.company.rosa, town.visit(door, occurred_at=at), now=NOW + 60 * MINUTE)
    report = happen(client, shift, ("resumed", 90), ("closed", 120))
    assert (report["status"], report["worked_s"]) == ("closed", 90 * 60)
    assert (report["doors"], report["visits"]) == (2, 3)
    assert report["doors_per_hour"] == pytest.approx(2 / 1.5)
    for member in (town.company.rosa, town.company.max, town.company.ada):
        assert as_member(member).get(work(shift)).json() == report
    told = AuditEntry.objects.filter(kind="canvass.Shift").values_list("action", flat=True)
    assert {"shift.opened", "shift.paused", "shift.resumed", "shift.closed"} <= set(told)


def test_the_same_again_is_the_same_event(town: Town, shift: Shift, as_member: SignIn) -> None:
    """200 for a replay, 409 for another event under the id."""
    client, sent = as_member(town.company.rosa), body("opened")
    assert [client.post(events(shift), sent).status_code for _ in range(2)] == [201, 200]
    assert ShiftEvent.objects.count() == 1
    other = client.post(events(shift), {**sent, "kind": "paused"})
    assert problem(other) == (409, "shift_event.id_reused")


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ([], "paused"),
        ([], "closed"),
        (["opened"], "opened"),
        (["opened"], "resumed"),
        (["opened", "paused"], "paused"),
        (["opened", "closed"], "resumed"),
        (["opened", "closed"], "closed"),
    ],
)
def test_what_cannot_follow_is_refused(
    town: Town, shift: Shift, as_member: SignIn, before: list[str], kind: str
) -> None:
    """409 with how far the shift is; nothing is written."""
    client = as_member(town.company.rosa)
    happen(client, shift, *((each, minute) for minute, each in enumerate(before)))
    with time_machine.travel(NOW + 9 * MINUTE, tick=False):
        answer = client.post(events(shift), body(kind, 9))
    assert problem(answer) == (409, "shift_event.out_of_order")
    assert ShiftEvent.objects.count() == len(before)


def test_only_the_rep_works_the_shift(
    town: Town, shift: Shift, moonlight: Company, as_member: SignIn
) -> None:
    """Managers look on; others find no such shift; bad input is a 400."""
    for member in (town.company.max, town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(member).post(events(shift), body("opened")))[0] == 404
    for member in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(member).get(work(shift))) == (404, "not_found")
    assert problem(as_member(None).post(events(shift), body("opened")))[0] == 401
    rosa = as_member(town.company.rosa)
    for wrong in ({"kind": "slept"}, {"id": "x"}, {"occurred_at": "now"}):
        assert problem(rosa.post(events(shift), body("opened") | wrong)) == (400, "invalid")


def test_an_idle_shift_is_closed_at_the_last_activity(
    town: Town, shift: Shift, as_member: SignIn
) -> None:
    """Two hours after the last visit, once; and the phone's own word goes before."""
    client = as_member(town.company.rosa)
    happen(client, shift, ("opened", 0))
    last = NOW + 50 * MINUTE
    record(town.company.rosa, town.visit(town.north[0], occurred_at=last), now=last)
    assert close_idle_shifts(last + 119 * MINUTE) == 0
    assert [close_idle_shifts(last + 120 * MINUTE) for _ in range(2)] == [1, 0]
    report = client.get(work(shift)).json()
    assert (report["status"], report["worked_s"]) == ("closed", 50 * 60)
    report = happen(client, shift, ("closed", 180))
    assert (report["status"], report["worked_s"]) == ("closed", 180 * 60)


def test_the_order_of_arrival_does_not_matter() -> None:
    """Of events that fit, any order gives the same hours."""
    kinds = (("opened", 0), ("paused", 10), ("resumed", 15), ("closed", 40))
    told = [WorkFacts(UUID(int=n), kind, NOW + n * MINUTE) for kind, n in kinds]
    later: datetime = NOW + 99 * MINUTE
    assert {shift_work(order, later) for order in permutations(told)} == {shift_work(told, later)}
    assert shift_work(told, later).worked_s == 35 * 60


def test_a_pause_that_is_told_late_counts(town: Town, shift: Shift, as_member: SignIn) -> None:
    """Opened and closed are known; the pause between them arrives afterwards, in its order."""
    client = as_member(town.company.rosa)
    happen(client, shift, ("opened", 0), ("closed", 120))
    with time_machine.travel(NOW + 180 * MINUTE, tick=False):
        late = client.post(events(shift), body("resumed", 90))
        assert problem(late) == (409, "shift_event.out_of_order")
        assert client.post(events(shift), body("paused", 60)).status_code == 201
        report = client.post(events(shift), body("resumed", 90)).json()
    assert (report["status"], report["worked_s"]) == ("closed", 90 * 60)
