"""The estimate without a map: the great circle, a detour, a pace, and the change of street."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from territories.streets import travel_times
from territories.streets.travel_times import UNREACHABLE, Estimate, Places, TravelMode

POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-89.9, 89.9))


def reference_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """What geopy says, which takes latitude first."""
    library: Any = great_circle
    return float(library(a[::-1], b[::-1]).meters)


def place(position: tuple[float, float], street: str = "") -> Places:
    return Places.of([(*position, street)])


@given(POSITIONS, POSITIONS)
def test_ways_are_longer_than_geopys_by_the_detour(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    """Anywhere on Earth a way is 1.3 times geopy's great circle, to a metre or a millionth."""
    expected = 1.3 * reference_m(a, b)
    ways = Estimate().between(place(a), place(b))
    assert ways.metres[0, 0] == pytest.approx(expected, abs=1, rel=1e-6)


def test_a_short_way_is_exact_to_the_metre() -> None:
    """Two doors of one street in Helsinki."""
    a, b = (24.9410, 60.1700), (24.9437, 60.1709)
    ways = Estimate().between(place(a), place(b))
    assert ways.metres[0, 0] == round(1.3 * reference_m(a, b))


def test_a_way_is_longer_than_the_crows_and_takes_its_time() -> None:
    """A kilometre of great circle is 1,300 m of way and 975 s at 4.8 km/h."""
    north = 1000 / 111_195.08  # degrees of a kilometre on geopy's sphere
    ways = Estimate().between(place((25, 60)), place((25, 60 + north)))
    assert (ways.metres[0, 0], ways.seconds[0, 0]) == (1300, 975)
    assert ways.metres.dtype == ways.seconds.dtype == np.int32


@pytest.mark.parametrize(
    ("here", "there", "metres", "seconds"),
    [("Elm", "Elm", 0, 0), ("Elm", "Oak", 60, 45), ("", "Oak", 0, 0), ("Elm", "", 0, 0)],
)
def test_another_street_is_some_way_off(here: str, there: str, metres: int, seconds: int) -> None:
    """60 m, so 45 s, when the name changes; nothing where one of the streets is not known."""
    ways = Estimate().between(place((25, 60), here), place((25, 60), there))
    assert (ways.metres[0, 0], ways.seconds[0, 0]) == (metres, seconds)


def test_every_origin_is_joined_to_every_destination() -> None:
    """Three origins and two destinations make a 3 by 2 table, its rows the origins."""
    at = [(25.00, 60.0, "A"), (25.01, 60.0, "A"), (25.02, 60.0, "A")]
    ways = Estimate().between(Places.of(at), Places.of(at[:2]))
    assert ways.metres.shape == ways.seconds.shape == (3, 2)
    assert ways.metres[0, 0] == ways.metres[1, 1] == 0
    assert ways.metres[2, 0] == pytest.approx(2 * ways.metres[2, 1], abs=1)


def test_no_places_make_an_empty_table() -> None:
    """A plan without stops needs no special case."""
    nowhere = Places.of([])
    assert Estimate().between(nowhere, place((25, 60))).seconds.shape == (0, 1)


STREETS = st.sampled_from(["Elm", "Oak", "Ash"])
NEAR = st.lists(
    st.tuples(st.floats(24.9, 25.1), st.floats(60.1, 60.2), STREETS), min_size=1, max_size=12
)


@given(NEAR)
def test_the_estimate_is_a_distance(rows: list[tuple[float, float, str]]) -> None:
    """Zero to itself, the same both ways, and no way is longer than one over a third place."""
    places = Places.of(rows)
    ways = Estimate().between(places, places)
    for table in (ways.seconds.astype(np.int64), ways.metres.astype(np.int64)):
        assert not table.diagonal().any()
        assert (table == table.T).all()
        over = (table[:, :, None] + table[None, :, :]).min(axis=1)
        assert (table <= over + 1).all()  # a half is rounded on either side


@pytest.mark.parametrize(
    ("mode", "seconds"),
    [(TravelMode.WALKING, 975), (TravelMode.CYCLING, 312), (TravelMode.DRIVING, 156)],
)
def test_each_mode_has_its_pace(mode: TravelMode, seconds: int) -> None:
    """1,300 m at 4.8, 15 and 30 km/h."""
    there = place((25, 60 + 1000 / 111_195.08))
    assert Estimate().between(place((25, 60)), there, mode).seconds[0, 0] == seconds


def test_a_position_that_is_none_is_unreachable() -> None:
    """NaN makes a row and a column that say so, and leaves the others alone."""
    places = Places.of([(25, 60, "Elm"), (float("nan"), 60, "Elm")])
    ways = Estimate().between(places, places)
    for table in (ways.seconds, ways.metres):
        assert table.tolist() == [[0, UNREACHABLE], [UNREACHABLE, UNREACHABLE]]


def test_a_table_made_in_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little memory there is at once, every entry is what it is alone."""
    places = Places.of([(25 + at / 1000, 60, "ABC"[at % 3]) for at in range(23)])
    whole = Estimate().between(places, places)
    monkeypatch.setattr(travel_times, "ENTRIES_AT_ONCE", 50)
    parts = Estimate().between(places, places)
    assert (whole.seconds == parts.seconds).all()
    assert (whole.metres == parts.metres).all()
