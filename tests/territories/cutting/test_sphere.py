"""Distances agree with geopy, and the flat map is honest near its middle."""

import numpy as np
import pytest
from geopy.distance import EARTH_RADIUS, great_circle
from hypothesis import given
from hypothesis import strategies as st

from territories.cutting import EARTH_RADIUS_M, great_circle_m
from territories.cutting.sphere import FlatMap

LON, LAT = st.floats(-180, 180), st.floats(-90, 90)


def test_the_radius_is_geopys() -> None:
    """The two packages measure on the same sphere."""
    assert pytest.approx(EARTH_RADIUS * 1000) == EARTH_RADIUS_M


@given(LON, LAT, LON, LAT)
def test_the_great_circle_is_geopys(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> None:
    """Any two points are as far apart as geopy says, to a decimetre."""
    geopys = great_circle((lat_a, lon_a), (lat_b, lon_b))  # type: ignore[no-untyped-call]  # untyped
    assert great_circle_m(lon_a, lat_a, lon_b, lat_b) == pytest.approx(geopys.meters, abs=0.1)


def test_close_doors_are_measured_exactly() -> None:
    """Two doors a ten-millionth of a degree apart are 11 mm apart, not nothing."""
    assert great_circle_m(25, 60, 25, 60.0000001) == pytest.approx(0.011_119, rel=1e-3)


def test_distances_broadcast() -> None:
    """Three homes against two territories give a 3 by 2 table."""
    homes = np.array([[24.0], [25.0], [26.0]])
    assert great_circle_m(homes, 60.0, np.array([24.0, 25.0]), 60.0).shape == (3, 2)


@given(st.floats(-179, 179), st.floats(-70, 70), st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_the_flat_map_is_true_within_a_town(
    lon: float, lat: float, east: float, north: float
) -> None:
    """Within ten kilometres of the middle, lengths are within one per cent of the great circle."""
    flat = FlatMap(lon, lat)
    (x, y), *_ = flat.metres(np.array([lon + east]), np.array([lat + north]))
    expected = great_circle_m(lon, lat, lon + east, lat + north)
    assert np.hypot(x, y) == pytest.approx(expected, rel=0.01, abs=0.1)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_the_flat_map_returns_where_it_came_from(lon: float, lat: float) -> None:
    """Degrees to metres and back are the same degrees, at the poles too."""
    flat = FlatMap(12.5, lat)
    back = flat.degrees(flat.metres(np.array([lon]), np.array([lat])))
    assert back[0] == pytest.approx([lon, lat], abs=1e-6)
