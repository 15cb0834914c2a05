"""What a phone must not send: each its documented answer, and nothing of the rest is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from canvass.api.operations import KINDS
from canvass.models import SyncOp, Visit
from tests.calls import SignIn
from tests.canvass.sync.phones import PUSH, batch, op, outcomes, push, visit
from tests.canvass.world import NOW, Town

TYPES = [*KINDS, "route_progress"]
IDS = ("campaign", "door", "sale", "visit", "shift", "route", "position")


@pytest.mark.parametrize(
    "payload",
    [
        {"mood": 1},
        dict.fromkeys(IDS, "1"),
        dict.fromkeys(IDS, "1\0"),
        {name: [1] for name in IDS},
        {name: {"1": 1} for name in IDS},
        {"lon": "1", "lat": "1", "total_minor": "1", "positions": "1"},
    ],
    ids=["unknown field", "numbers as texts", "NUL", "lists", "objects", "more texts"],
)
def test_every_type_refuses_the_wrong_shape(
    payload: dict[str, Any], town: Town, as_member: SignIn
) -> None:
    """As such, and never as a mistake of the server's."""
    results = push(as_member(town.company.rosa), *(op(kind, payload) for kind in TYPES))
    assert outcomes(results) == ["sync.op_invalid"] * len(TYPES)
    assert not SyncOp.objects.exists()


@pytest.mark.parametrize("broken", [{"door": "7"}, {"outcome": "waved"}, None], ids=str)
def test_one_broken_among_five_hundred_keeps_no_other_out(
    broken: dict[str, Any] | None, town: Town, as_member: SignIn
) -> None:
    """Whether it cannot be read, is refused, or is no operation at all."""
    doors = town.north
    sent: list[Any] = [visit(town, doors[n % 3], at=NOW - timedelta(minutes=n)) for n in range(500)]
    if broken is None:
        sent[250] = "half an operation"
    else:
        sent[250]["payload"].update(broken)
    results = outcomes(push(as_member(town.company.rosa), *sent))
    assert results.count("applied") == 499
    assert results[250] in {"sync.op_invalid", "visit.outcome_not_found"}
    assert Visit.objects.count() == SyncOp.objects.count() == 499


def test_a_body_that_is_nested_without_end_is_malformed(town: Town, as_member: SignIn) -> None:
    """It is a broken body like any other, whatever it is that the reader gives up at."""
    deep = json.dumps(batch([])).replace('"ops": []', f'"ops": {"[" * 100_000}{"]" * 100_000}')
    answer = as_member(town.company.rosa).post(PUSH, deep, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
