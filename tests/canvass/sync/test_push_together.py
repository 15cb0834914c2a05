"""Visits of one push are carried out together; that must leave what each by itself would leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from canvass.callbacks import callbacks
from canvass.models import (
    DoNotKnockEntry,
    DoorWarning,
    FeedMark,
    FlagKind,
    Prospect,
    SyncOp,
    Visit,
    VisitFlag,
)
from canvass.models.hooks import HookEvent
from canvass.questions import Question
from canvass.scripts import publish_script
from common.ids import uuid7
from tests.calls import SignIn
from tests.canvass.hooks.conftest import MakeHook, hooked
from tests.canvass.sync.phones import Phone, outcomes, push, visit
from tests.canvass.world import NOW, Town, undone

__all__ = ["hooked"]

Told = dict[str, Any]

OUTCOMES = (
    "no_answer", "refused", "hostile", "hostile", "callback", "demo", "sale", "do_not_knock",
    "no_soliciting_sign", "waved",
)  # fmt: skip
PLACES: Sequence[Told] = (
    {},
    {"accuracy_m": 900.0, "lon": 0.0, "lat": 0.0},
    {"accuracy_m": 5.0, "lon": -73.99, "lat": 40.75},
    {"accuracy_m": 5.0, "lon": -73.985, "lat": 40.75},
)
SAID: Sequence[Told] = (
    {},
    {"note": "Dog. é 中", "at_door_s": 60, "photos": ["a" * 64]},
    {"script_version": 1, "answers": {"name": "Kim"}},
    {"script_version": 1, "answers": {"shoe": 44}},
    {"simulated": True},
)
# Tables, with those of their columns that are the same however many pushes there were.
TABLES: dict[Any, Sequence[str] | None] = {
    Visit: None,
    VisitFlag: ("visit", "kind", "details", "raised_at", "decision"),
    Prospect: None,
    DoorWarning: ("door", "severity", "visits", "last_at", "closed_at", "decision"),
    FeedMark: ("feed", "entity", "row", "gone_at"),
    SyncOp: (
        "member", "op_id", "type", "digest", "status", "result", "device_id", "occurred_at",
        "client_time", "received_at", "skew_s",
    ),
}  # fmt: skip

SAID_OF_KNOCKING = (
    "door", "visit", "source", "starts_at", "expiry", "covered__door", "lifted_at", "lifted_reason",
    "added_by",
)  # fmt: skip


@pytest.fixture
def rosa(town: Town, as_member: SignIn, hooked: MakeHook) -> APIClient:
    """Rosa's phone, which shows her doors, in a company with a script and a hook."""
    questions = [Question("name", "Your name?", "text")]
    publish_script(actor=town.company.ada, campaign=town.campaign, questions=questions, now=NOW)
    hooked("http://127.0.0.1:9/")
    client = as_member(town.company.rosa)
    Phone(client).pull()
    return client


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_together_is_as_one_by_one(town: Town, rosa: APIClient, data: st.DataObject) -> None:
    """Answers, visits, flags, prospects, warnings, callbacks, marks and hooks are the same."""
    ops = drawn(town, data)
    clock = {"client_time": (NOW + timedelta(minutes=data.draw(st.integers(-9, 9)))).isoformat()}
    same(rosa, ops, **clock)


@pytest.mark.parametrize(
    ("story", "flag", "flagged"),
    [
        ([("hostile", -30), ("hostile", -20), ("refused", -10)], FlagKind.DOOR_CLOSED, [2]),
        ([("hostile", -30), ("hostile", -20), ("demo", -20, 1), ("refused", 0)],
         FlagKind.DOOR_CLOSED, []),
        ([("do_not_knock", -30), ("demo", -30, 0), ("refused", -10)], FlagKind.DO_NOT_KNOCK, [2]),
        ([("do_not_knock", -30), ("do_not_knock", -5, 0), ("refused", -10)],
         FlagKind.DO_NOT_KNOCK, [1]),
        ([("do_not_knock", -30), ("demo", 0, 0), ("refused", -10, 1)],
         FlagKind.DO_NOT_KNOCK, [1, 2]),
        ([("do_not_knock", -30), ("no_soliciting_sign", -20, 0), ("demo", -20, 1)],
         FlagKind.DO_NOT_KNOCK, [1]),
    ],
    ids=["closed", "opened again", "said by mistake", "said later", "twice", "taken over"],
)  # fmt: skip
def test_what_one_visit_means_for_the_next(
    town: Town, rosa: APIClient, story: Sequence[Any], flag: FlagKind, flagged: list[int]
) -> None:
    """Within a push as from one push to the next; a step is an outcome, when, and what it mends.

    What mends is sent as a visit, or as a correction, which visits before it do not wait for.
    """
    for kind in ("visit", "correction"):
        ops: list[Told] = []
        for outcome, minutes, *mends in story:
            more = {"supersedes": ops[mends[0]]["id"]} if mends else {}
            at = NOW + timedelta(minutes=minutes)
            ops.append(visit(town, town.north[0], outcome, at=at, **more))
            ops[-1]["type"] = kind if mends else "visit"
        same(rosa, ops)
        with undone():
            push(rosa, *ops)
            found = VisitFlag.objects.filter(kind=flag).values_list("visit", flat=True)
            assert {str(pk) for pk in found} == {ops[at]["id"] for at in flagged}


def same(rosa: APIClient, ops: Sequence[Told], **clock: str) -> None:
    """Hold what one push of all leaves against what a push for each leaves."""
    with undone():
        answers = outcomes(push(rosa, *ops, **clock))
        together = everything()
    with undone():
        assert [outcomes(push(rosa, each, **clock))[0] for each in ops] == answers
        assert everything() == together


def drawn(town: Town, data: st.DataObject) -> list[Told]:
    """Visits to few doors within few hours, some of them corrections, some sent twice."""
    ops: list[Told] = []
    for _ in range(data.draw(st.integers(2, 7))):
        if ops and data.draw(st.integers(0, 9)) == 0:
            ops.append(data.draw(st.sampled_from(ops)))
            continue
        at = NOW + timedelta(minutes=data.draw(st.integers(-90, 9)))
        payload = {
            "campaign": town.campaign.pk,
            "door": data.draw(st.sampled_from([*town.north[:2], *town.north, town.south[0]])).pk,
            "outcome": data.draw(st.sampled_from(OUTCOMES)),
            **data.draw(st.sampled_from(PLACES)),
            **data.draw(st.sampled_from(SAID)),
        }
        if data.draw(st.booleans()):
            due = at + timedelta(minutes=data.draw(st.integers(-9, 99)))
            payload["callback_at"] = due.isoformat()
        if ops and data.draw(st.integers(0, 2)) == 0:
            mistaken = data.draw(st.sampled_from(ops))
            payload |= {"supersedes": mistaken["id"], "door": mistaken["payload"]["door"]}
        kind = data.draw(st.sampled_from(["visit", "visit", "correction"]))
        told = {"type": kind, "occurred_at": at.isoformat(), "payload": payload}
        ops.append({"id": str(uuid7(at)), **told})
    return ops


def everything() -> dict[str, list[str]]:
    """What pushing has left, in no order."""
    found = {
        kind.__name__: rows(kind.objects.values(*columns or ())) for kind, columns in TABLES.items()
    }
    said = DoNotKnockEntry.objects.values(*SAID_OF_KNOCKING)
    found["entries"] = rows(said)
    told = HookEvent.objects.exclude(type__startswith="do_not_knock")
    found["hooks"] = rows(told.values("type", "row", "created_at"))
    of_knocking = HookEvent.objects.filter(type__startswith="do_not_knock")
    found["hooks of knocking"] = rows(of_knocking.values("type", "created_at"))
    found["callbacks"] = rows(callbacks(NOW).values("pk", "state", "due_at", "due_until"))
    return found


def rows(found: Any) -> list[str]:
    """Rows as texts, in the order of these."""
    return sorted(map(str, found))
