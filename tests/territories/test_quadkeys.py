"""Quadkeys against a slow computation of their own: bit by bit, and back to degrees."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.quadkeys import MERCATOR_LAT, ZOOM, quadkeys, tile_of, tile_range

lons = st.floats(-180, 180)
lats = st.floats(-MERCATOR_LAT, MERCATOR_LAT)
NEARLY = 1e-9  # degrees: a tenth of a millimetre


def quadkey(lon: float, lat: float) -> int:
    return int(quadkeys(np.array([lon]), np.array([lat]))[0])


def column_and_row(key: int, zoom: int = ZOOM) -> tuple[int, int]:
    """The tile of a Morton code, two bits at a time from the left."""
    x = y = 0
    for level in reversed(range(zoom)):
        pair = key >> 2 * level & 3
        x, y = 2 * x + (pair & 1), 2 * y + (pair >> 1)
    return x, y


def west_of(x: int, zoom: int = ZOOM) -> float:
    return x / (1 << zoom) * 360 - 180


def north_of(y: int, zoom: int = ZOOM) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << zoom)))))


@given(lons, lats)
def test_a_position_lies_in_its_tile(lon: float, lat: float) -> None:
    """The edges of the tile, computed the other way round, enclose it."""
    x, y = column_and_row(quadkey(lon, lat))
    assert west_of(x) - NEARLY <= lon <= west_of(x + 1) + NEARLY
    assert north_of(y + 1) - NEARLY <= lat <= north_of(y) + NEARLY


@given(lons, lats, st.integers(0, ZOOM))
def test_a_tiles_range_holds_exactly_its_positions(lon: float, lat: float, zoom: int) -> None:
    """The tile of the position at any zoom has it, and none of its neighbours does."""
    key = quadkey(lon, lat)
    x, y = column_and_row(tile_of(key, zoom), zoom)
    low, high = tile_range(zoom, x, y)
    assert low <= key < high
    assert high - low == 4 ** (ZOOM - zoom)
    for other in ((x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)):
        if all(0 <= axis < 2**zoom for axis in other):
            first, end = tile_range(zoom, *other)
            assert not first <= key < end


@pytest.mark.parametrize(
    ("lon", "lat", "tile"),
    [
        (-180, 90, (0, 0)),
        (180, 90, (1, 0)),
        (-180, -90, (0, 1)),
        (180, -90, (1, 1)),
        (0, 0, (1, 1)),
    ],
)
def test_the_ends_of_the_earth_are_on_the_map(
    lon: float, lat: float, tile: tuple[int, int]
) -> None:
    """Poles and date line count as on the edge."""
    assert column_and_row(tile_of(quadkey(lon, lat), 1), 1) == tile


def test_a_known_tile() -> None:
    """The tile 8/41/99 of the slippy map holds San Francisco."""
    low, high = tile_range(8, 40, 98)
    assert low <= quadkey(-122.42, 37.77) < high
    assert tile_range(0, 0, 0) == (0, 4**ZOOM)
