"""Positions as Morton codes, so that every map tile is one range of an index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ZOOM = 24
MERCATOR_LAT = 85.05112877980659  # the latitude at which the Web Mercator square ends


def quadkeys(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """The quadkey of each position: the Morton code of its Web Mercator tile at zoom 24.

    x in the even bits, y (southward) in the odd ones, as in Bing's tile system. Positions beyond
    the Mercator square count as on its edge. (n,) degrees in, (n,) int64 out.
    """
    side = 1 << ZOOM
    north = np.radians(np.clip(lat, -MERCATOR_LAT, MERCATOR_LAT))
    x = (lon + 180.0) / 360.0 * side
    y = (1.0 - np.arcsinh(np.tan(north)) / np.pi) / 2.0 * side
    column, row = (np.clip(axis, 0, side - 1).astype(np.int64) for axis in (x, y))
    return spread(column) | spread(row) << 1


def spread(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lowest 32 bits of each value moved to the even bits: abc becomes 0a0b0c."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        values = (values | values << shift) & mask
    return values


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """The half-open range of quadkeys inside map tile z/x/y, for z from 0 to 24."""
    corner = spread(np.array([x, y], dtype=np.int64))
    width = 2 * (ZOOM - z)
    tile = int(corner[0]) | int(corner[1]) << 1
    return tile << width, (tile + 1) << width


def tile_of(quadkey: int, zoom: int) -> int:
    """The Morton code, at a lower zoom, of the tile that holds a quadkey."""
    return quadkey >> 2 * (ZOOM - zoom)
