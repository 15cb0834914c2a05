"""Straight travel: the great circle, a detour, a pace, and the change of street."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from routing.travel import Places, StraightTravel

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
    ways = StraightTravel().between(place(a), place(b))
    assert ways.metres[0, 0] == pytest.approx(expected, abs=1, rel=1e-6)


def test_a_short_way_is_exact_to_the_metre() -> None:
    """Two doors of one street in Helsinki."""
    a, b = (24.9410, 60.1700), (24.9437, 60.1709)
    ways = StraightTravel().between(place(a), place(b))
    assert ways.metres[0, 0] == round(1.3 * reference_m(a, b))


def test_a_way_is_longer_than_the_crows_and_takes_its_time() -> None:
    """A kilometre of great circle is 1,300 m of way and 975 s at 4.8 km/h."""
    north = 1000 / 111_195.08  # degrees of a kilometre on geopy's sphere
    ways = StraightTravel().between(place((25, 60)), place((25, 60 + north)))
    assert (ways.metres[0, 0], ways.seconds[0, 0]) == (1300, 975)
    assert ways.metres.dtype == ways.seconds.dtype == np.int32


@pytest.mark.parametrize(
    ("here", "there", "seconds"),
    [("Elm", "Elm", 0), ("Elm", "Oak", 45), ("", "Oak", 0), ("Elm", "", 0)],
)
def test_another_street_takes_a_while(here: str, there: str, seconds: int) -> None:
    """45 seconds when the name changes; a home or another place without a street costs nothing."""
    ways = StraightTravel().between(place((25, 60), here), place((25, 60), there))
    assert ways.seconds[0, 0] == seconds


def test_every_origin_is_joined_to_every_destination() -> None:
    """Three origins and two destinations make a 3 by 2 table, its rows the origins."""
    at = [(25.00, 60.0, "A"), (25.01, 60.0, "A"), (25.02, 60.0, "A")]
    ways = StraightTravel().between(Places.of(at), Places.of(at[:2]))
    assert ways.metres.shape == ways.seconds.shape == (3, 2)
    assert ways.metres[0, 0] == ways.metres[1, 1] == 0
    assert ways.metres[2, 0] == pytest.approx(2 * ways.metres[2, 1], abs=1)


def test_no_places_make_an_empty_table() -> None:
    """A plan without stops needs no special case."""
    nowhere = Places.of([])
    assert StraightTravel().between(nowhere, place((25, 60))).seconds.shape == (0, 1)
