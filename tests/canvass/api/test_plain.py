"""Reading what is plainly right without asking the serializer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from canvass.api.plain import plain_reader
from canvass.api.serializers.callbacks import MoveIn
from canvass.api.serializers.shift_events import ShiftEventIn
from canvass.api.serializers.sync import OpIn
from canvass.api.serializers.visits import VisitIn

VISIT: dict[str, Any] = {
    "id": "019eb295-75c0-7987-9a3c-49160f650c15",
    "campaign": 1,
    "door": 2,
    "outcome": "demo",
    "occurred_at": "2026-06-10T17:24:00+02:00",
    "lon": -74,
    "lat": 40.5,
    "accuracy_m": 8.0,
    "note": " é ",
    "at_door_s": 60,
    "simulated": False,
}
OP = {"type": "visit", **{name: VISIT[name] for name in ("id", "occurred_at")}, "payload": VISIT}
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 90, 91, 2**31, 2**53, 2**63, 10**400, 0.5, -180.5, 1e300,
        float("nan"), float("inf"), "", " ", "1", "x", " x", "x\0", "\ud800", "é", "x" * 41,
        "x" * 4001, [], ["a" * 64], {}, {"a": 1}, {"a": {"b": None}}, VISIT["id"],
        VISIT["id"].upper(), "{019eb295-75c0-7987-9a3c-49160f650c15}",
        "3f2b0b3e-95c2-4d0e-8c61-5d0c63a1a6a0", "2026-06-10T17:24:00Z", "2026-06-10T17:24:00",
        "2026-06-10", "20260610T172400+0200", "1999-12-31T23:59:59Z", "2099-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+14:00", "2026-W24-3T17:24:00Z", "2026-06-10T17:24:60Z",
    ]
)  # fmt: skip


@pytest.mark.parametrize("kind", [VisitIn, OpIn, MoveIn, ShiftEventIn])
@given(changes=st.dictionaries(st.sampled_from([*VISIT, *VisitIn().fields, *OP]), VALUES),
       left_out=st.sets(st.sampled_from([*VISIT, *OP]), max_size=2))  # fmt: skip
def test_what_is_plain_is_what_the_serializer_says(
    kind: type[serializers.Serializer[Any]], changes: dict[str, Any], left_out: set[str]
) -> None:
    """To the value and its type; whatever the serializer refuses is not plain."""
    told = {**VISIT, **OP, "moved_at": VISIT["occurred_at"], **changes}
    sent = {name: value for name, value in told.items() if name not in left_out}
    found = plain_reader(kind())(sent)
    if found is None:
        return
    asked = kind().run_validation(sent)
    assert found == asked
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in asked.items()
    }


@pytest.mark.parametrize(("kind", "sent"), [(VisitIn, VISIT), (OpIn, OP)], ids=["visit", "op"])
def test_what_phones_send_is_plain(
    kind: type[serializers.Serializer[Any]], sent: dict[str, Any]
) -> None:
    """So that nobody waits for the serializer."""
    assert plain_reader(kind())(sent) == kind().run_validation(sent)
