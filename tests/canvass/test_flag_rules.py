"""What is odd about a visit, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from canvass.errors import FlagThresholdsInvalid
from canvass.flag_rules import Case, Place, Seen, Thresholds, flags_of, length_m
from canvass.flags import far_rate
from canvass.models import FlagKind
from tests.canvass.world import PLAN, local

DOOR: Place = (-73.9, 40.7)
LIMITS = Thresholds.of(None)
DEGREE_M = 111_195


def north(metres: float) -> Place:
    """So many metres north of the door."""
    return DOOR[0], DOOR[1] + metres / DEGREE_M


FIVE = local(10, 17)


def seen(number: int = 1, at: datetime = FIVE, **more: Any) -> Seen:
    told = {"door": number, "building": number, "place": DOOR, "accuracy_m": 10.0, **more}
    return Seen(UUID(int=number), occurred_at=at, **told)


HONEST = Case(
    visit=seen(1000),
    door=DOOR,
    recent=(),
    shifts=(),
    hours=(time(16), time(20)),
    zone=PLAN.time_zone,
    thresholds=LIMITS,
)


def kinds(**changes: Any) -> dict[FlagKind, Any]:
    return dict(flags_of(replace(HONEST, **changes)))


def test_an_honest_visit_has_no_flag() -> None:
    """At the door, in time, alone."""
    assert kinds() == {}


@pytest.mark.parametrize(
    ("metres", "beyond"), [(99, None), (101, 100), (299, 100), (301, 300), (5000, 300)]
)
def test_away_from_the_door(metres: float, beyond: float | None) -> None:
    """Beyond a hundred and beyond three hundred metres, with the distance."""
    found = kinds(visit=seen(1000, place=north(metres)))
    expected = beyond and {"away_from_door": {"distance_m": metres, "beyond_m": beyond}}
    assert found == (expected or {})


def test_no_gps() -> None:
    """Without a position, or with one that may be far off; then no distance is judged."""
    assert kinds(visit=seen(1000, place=None, accuracy_m=None)) == {"no_gps": {"accuracy_m": None}}
    vague = seen(1000, place=north(5000), accuracy_m=101.0)
    assert kinds(visit=vague) == {"no_gps": {"accuracy_m": 101.0}}


@pytest.mark.parametrize(("seconds", "odd"), [(60, True), (119, True), (130, False)])
def test_too_fast(seconds: int, odd: bool) -> None:
    """5,000 metres, less what the phones may be off, at more than 40 metres a second."""
    earlier = seen(1, local(10, 17) - timedelta(seconds=seconds), place=north(5000))
    vague = seen(2, local(10, 17) - timedelta(seconds=1), place=north(9000), accuracy_m=500.0)
    found = kinds(recent=[earlier, vague])
    assert ("too_fast" in found) is odd
    if odd:
        assert found[FlagKind.TOO_FAST]["way_m"] == 4980


@pytest.mark.parametrize(("others", "odd"), [(26, False), (27, True)])
def test_too_many_doors_an_hour(others: int, odd: bool) -> None:
    """The twenty-eighth is one too many; a door visited twice is one."""
    recent = [seen(number, place=None) for number in range(others)] + [seen(0, place=None)]
    found = kinds(recent=recent)
    assert found == ({"too_many_doors": {"doors": 28}} if odd else {})


@pytest.mark.parametrize(("buildings", "odd"), [(5, False), (6, True)])
def test_many_buildings_from_one_spot(buildings: int, odd: bool) -> None:
    """A staircase is one building, however many doors it has."""
    recent = [seen(number, building=number % buildings, place=north(4)) for number in range(12)]
    found = kinds(visit=seen(1000, building=0), recent=recent)
    assert found == ({"same_spot": {"buildings": 6}} if odd else {})


def test_outside_the_shift() -> None:
    """Only where there is a shift that day; a quarter of an hour is nothing."""
    shift = (local(10, 18), local(10, 20))
    assert set(kinds(shifts=[shift])) == {"outside_shift"}
    assert kinds(shifts=[shift], visit=seen(1000, local(10, 17, 45))) == {}
    assert set(kinds(shifts=[shift], visit=seen(1000, local(10, 17, 44)))) == {"outside_shift"}


def test_outside_working_hours() -> None:
    """By the campaign's clocks, unless a shift says otherwise."""
    early = seen(1000, local(10, 15, 59))
    assert kinds(visit=early) == {"outside_hours": {"local_time": "15:59"}}
    assert kinds(visit=early, shifts=[(local(10, 15), local(10, 17))]) == {}


def test_a_clock_ahead_and_a_former_assignee() -> None:
    """Each with what is known."""
    assert kinds(skew_s=3600) == {"clock_skew": {"skew_s": 3600}}
    assert kinds(in_assignment=False) == {"outside_assignment": {}}


@pytest.mark.parametrize(
    ("own", "others", "odd"),
    [
        ((100, 30), (1000, 300), False),
        ((100, 0), (1000, 300), True),
        ((100, 90), (1000, 300), True),
        ((49, 49), (1000, 300), False),
        ((100, 90), (49, 0), False),
        ((100, 0), (100, 0), False),
        ((100, 50), (1000, 300), True),
        ((100, 49), (1000, 300), False),
    ],
)
def test_a_contact_rate_far_from_the_others(
    own: tuple[int, int], others: tuple[int, int], odd: bool
) -> None:
    """Four standard errors: 49 of 100 against 300 of 1,000 misses them, 50 does not."""
    assert (far_rate(own, others, LIMITS) is not None) is odd


@pytest.mark.parametrize("own", [{"near_m": 0}, {"speed_m_s": -1}, {"near_m": 400}, {"far_m": 2e6}])
def test_thresholds_say_something(own: dict[str, float]) -> None:
    """Nothing below or at zero, and near is not farther than far."""
    with pytest.raises(FlagThresholdsInvalid):
        Thresholds.of(own)


@given(
    st.tuples(st.floats(-180, 180), st.floats(-60, 60)),
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
)
def test_lengths_are_those_of_the_sphere(one: Place, lon: float, lat: float) -> None:
    """Within a hundredth over some fifty kilometres, also across the antimeridian."""
    other = ((one[0] + lon + 180) % 360 - 180, one[1] + lat)
    right = great_circle(one[::-1], other[::-1]).m  # type: ignore[no-untyped-call]  # geopy has none
    assert length_m(one, other) == pytest.approx(right, rel=0.01, abs=1)


@pytest.mark.parametrize(
    ("hour", "minute", "changes", "flagged"),
    [
        (20, 20, {}, False),
        (20, 35, {}, True),
        (5, 0, {}, True),
        (5, 40, {}, False),
        (20, 35, {"invited": True}, False),
        (20, 35, {"by_daylight": False}, False),
    ],
)
def test_after_dark(hour: int, minute: int, changes: dict[str, Any], flagged: bool) -> None:
    """In New York the sun rises at 5:24 and sets at 20:26 on 10 June."""
    visit, hours = seen(1000, at=local(10, hour, minute)), (time(0), time(23))
    found = kinds(**{"visit": visit, "hours": hours, "by_daylight": True, **changes})
    assert set(found) == ({"after_dark"} if flagged else set())
