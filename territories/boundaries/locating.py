"""Which neighborhood is whose: of many positions, of each other, and where they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCK = 100_000  # positions at a time, so that memory stays small
OVERLAP = 1e-4  # of the smaller one; less is how carefully somebody drew the line
NOWHERE = -1


@dataclass(frozen=True)
class Areas:
    """m areas: ids, how fine each one's level is (0 the largest), valid polygons in degrees."""

    ids: Ints
    fineness: Ints
    shapes: NDArray[Any]

    def __len__(self) -> int:
        return len(self.ids)

    def preferred(self) -> Areas:
        """The same areas, the finest level first, and within it the lowest id."""
        order = np.lexsort((self.ids, -self.fineness))
        return Areas(self.ids[order], self.fineness[order], self.shapes[order])


def locate(areas: Areas, lon: Floats, lat: Floats) -> Ints:
    """The id of the smallest area around each position (n,), NOWHERE where there is none.

    The finest level counts; within a level, on a shared border as in an overlap, the lowest id. An
    area holds its border. O(n log n + hits): a tree of positions, asked once for each area.
    """
    chosen = areas.preferred()
    shapely.prepare(chosen.shapes)
    ids = np.append(chosen.ids, NOWHERE)
    found = np.empty(len(lon), dtype=np.int64)
    for start in range(0, len(lon), BLOCK):
        part = slice(start, start + BLOCK)
        found[part] = ids[first_around(chosen, lon[part], lat[part])]
    return found


def first_around(areas: Areas, lon: Floats, lat: Floats) -> Ints:
    """The place (n,) in `areas` of the first one around each position; len(areas) for none."""
    first = np.full(len(lon), len(areas), dtype=np.int64)
    if len(areas):
        positions: Any = shapely.points(lon, lat)
        tree = shapely.STRtree(positions)
        around, inside = tree.query(areas.shapes, predicate="intersects")
        np.minimum.at(first, inside, around)
    return first


def parents(areas: Areas) -> Ints:
    """The id (m,) of the next larger area around each, NOWHERE where there is none.

    That is the one, of the finest level above its own, around a point inside it.
    """
    inside = shapely.get_coordinates(shapely.point_on_surface(areas.shapes))
    found = np.full(len(areas), NOWHERE, dtype=np.int64)
    for level in np.unique(areas.fineness):
        own, above = areas.fineness == level, areas.fineness < level
        larger = Areas(areas.ids[above], areas.fineness[above], areas.shapes[above])
        found[own] = locate(larger, inside[own, 0], inside[own, 1])
    return found


def overlaps(areas: Areas) -> list[tuple[int, int, float]]:
    """Pairs of ids of one level whose areas overlap, and by what share of the smaller one."""
    tree = shapely.STRtree(areas.shapes)
    left, right = tree.query(areas.shapes, predicate="intersects")
    pairs = (areas.ids[left] < areas.ids[right]) & (areas.fineness[left] == areas.fineness[right])
    left, right = left[pairs], right[pairs]
    common = shapely.area(shapely.intersection(areas.shapes[left], areas.shapes[right]))
    size = shapely.area(areas.shapes)
    share = common / np.minimum(size[left], size[right])
    rows = zip(areas.ids[left], areas.ids[right], share, strict=True)
    return sorted((int(a), int(b), float(by)) for a, b, by in rows if by >= OVERLAP)
