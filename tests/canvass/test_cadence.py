"""When the cadence says to try again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvass.cadence import DEFAULT_FILE, Cadence, Slot, default_cadence
from canvass.errors import CadenceInvalid
from canvass.models import OutcomeKind
from canvass.prospect_state import VisitFacts, prospect_state
from tests.canvass.world import PLAN, local

WEEKDAYS = (0, 1, 2, 3, 4)
EVENING = Slot(WEEKDAYS, time(17), time(20))
SATURDAY = Slot((5,), time(10), time(16))
MORNING = Slot(WEEKDAYS, time(9), time(12))
CADENCE = Cadence(PLAN.time_zone, (EVENING, SATURDAY, MORNING), {"no_answer": 2, "vacant": 0}, 4)


def seen(*times: datetime, kind: str = "no_answer") -> list[VisitFacts]:
    return [VisitFacts(UUID(int=number), kind, at) for number, at in enumerate(times)]


def test_the_first_slot_after_the_wait() -> None:
    """Wednesday afternoon was in no slot: Friday at nine is the first time two days later."""
    assert CADENCE.next_try(seen(local(10, 14))) == local(12, 9)


def test_the_slot_is_varied() -> None:
    """Each time one is chosen that was tried least; once all were, the first to come."""
    times = [local(10, 18)]  # a Wednesday evening
    assert CADENCE.next_try(seen(*times)) == local(12, 9)
    times.append(local(12, 9, 30))
    assert CADENCE.next_try(seen(*times)) == local(20, 10)  # the Saturday, though a week later
    times.append(local(20, 11))
    assert CADENCE.next_try(seen(*times)) == local(22, 9)


def test_after_so_many_attempts_nobody_tries_again() -> None:
    """The prospect says that it was given up, and not where it would not be tried anyway."""
    four = seen(local(1, 9), local(2, 9), local(3, 9), local(4, 9))
    assert CADENCE.next_try(four) is None
    assert prospect_state(four, CADENCE).given_up
    assert not prospect_state(four[:3], CADENCE).given_up
    assert not prospect_state([*four, *seen(local(5, 9), kind="sale")[:1]][1:], CADENCE).given_up
    assert CADENCE.next_try(four[:3]) is not None
    assert replace(CADENCE, max_attempts=None).next_try(four * 9) is not None


def test_a_wait_of_no_day_is_later_on_the_same() -> None:
    """Never at the moment of the visit, nor before."""
    assert CADENCE.next_try(seen(local(10, 9), kind="vacant")) == local(10, 17)
    assert CADENCE.next_try(seen(local(10, 17), kind="vacant")) == local(11, 9)


def test_kinds_that_are_not_named_are_not_tried_again() -> None:
    """Somebody who refused is left alone."""
    assert CADENCE.next_try(seen(local(10, 14), kind="refused")) is None


def test_an_agreed_time_goes_before_the_cadence() -> None:
    """And so does the wish never to be asked again."""
    agreed = VisitFacts(UUID(int=9), "callback", local(9, 14), local(20, 14))
    state = prospect_state([agreed, *seen(local(10, 14))], CADENCE)
    assert (state.next_due_at, state.try_again_at) == (local(20, 14), None)
    closed = prospect_state([*seen(local(9, 14), kind="do_not_knock"), *seen()], CADENCE)
    assert closed.try_again_at is None


def test_slots_follow_the_clocks_of_the_campaign() -> None:
    """Nine in the morning stays nine when the clocks go back, and is an hour later in UTC."""
    daily = replace(CADENCE, slots=(Slot(tuple(range(7)), time(9), time(10)),))
    before = datetime(2026, 10, 30, 20, tzinfo=local(1, 1).tzinfo)
    again = daily.next_try(seen(before))
    assert again == datetime(2026, 11, 1, 9, tzinfo=before.tzinfo)
    assert again is not None
    assert again.utcoffset() == timedelta()
    assert again.hour == 14


@pytest.mark.parametrize(
    "nonsense",
    [
        {"max_attempts": 0},
        {"max_attempts": 1001},
        {"wait_days": {"dog": 1}},
        {"wait_days": {"no_answer": -1}},
        {"wait_days": {"no_answer": 367}},
        {"slots": (Slot((), time(9), time(10)),)},
        {"slots": (Slot((7,), time(9), time(10)),)},
        {"slots": (Slot((1, 1), time(9), time(10)),)},
        {"slots": (Slot((1,), time(9), time(9)),)},
        {"slots": (EVENING,) * 21},
    ],
)
def test_nonsense_is_refused_by_name(nonsense: dict[str, Any]) -> None:
    """The error says which field."""
    with pytest.raises(CadenceInvalid) as raised:
        replace(CADENCE, **nonsense)
    assert [raised.value.details["field"]] == list(nonsense)


def test_the_default_is_a_cadence_with_a_source_for_each_figure() -> None:
    """And the same after it was stored."""
    cadence = Cadence.of(default_cadence(), "UTC")
    assert cadence.stored() == default_cadence()
    told = json.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    assert told["sources"].keys() == default_cadence().keys()
    assert all(len(source) > 50 for source in told["sources"].values())


@given(
    st.lists(st.tuples(st.sampled_from(OutcomeKind.values), st.integers(0, 60 * 24 * 60))),
    st.integers(0, 6),
)
def test_whatever_happened_the_next_try_is_in_a_slot_after_the_wait(
    visits: list[tuple[str, int]], wait: int
) -> None:
    """In one of those tried least, and never in the past."""
    cadence = replace(CADENCE, wait_days={"no_answer": wait}, max_attempts=None)
    moments = sorted(visits, key=lambda visit: visit[1])
    standing = [
        VisitFacts(UUID(int=number), kind, local(1, 0) + timedelta(minutes=minutes))
        for number, (kind, minutes) in enumerate(moments)
    ]
    again = cadence.next_try(standing) if standing else None
    if not standing or standing[-1].kind != "no_answer":
        assert again is None
        return
    assert again is not None
    zone = local(1, 1).tzinfo
    there, last = again.astimezone(zone), standing[-1].occurred_at.astimezone(zone)
    tries = {
        slot: sum(slot.holds(v.occurred_at.astimezone(zone)) for v in standing)
        for slot in cadence.slots
    }
    (chosen,) = [slot for slot in cadence.slots if slot.holds(there)]
    assert there.time() == chosen.starts_at
    assert tries[chosen] == min(tries.values())
    assert there > last
    assert (there.date() - last.date()).days >= wait
