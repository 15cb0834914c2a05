"""Polygons that show territories on a map; the doors in them are the truth, not the polygons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPoint, Polygon, concave_hull

from territories.cutting.division import Cut
from territories.cutting.doors import Doors
from territories.cutting.sphere import FlatMap

Floats = NDArray[np.float64]

HULL_RATIO = 0.2  # 0 follows every dent between doors, 1 is the convex hull
MARGIN_M = 15.0  # so that the line runs behind the houses, not through them
SMOOTHING_M = 2.0
DECIMALS = 6  # of a degree: about 0.1 m


def outlines(doors: Doors, cut: Cut) -> Iterator[Polygon]:
    """The outline of each territory in lon, lat, in the order of their labels. O(n log n).

    A valid polygon without holes that holds all doors of its territory. Neighbours may overlap a
    little.
    """
    order = np.argsort(cut.labels, kind="stable")
    starts = np.searchsorted(cut.labels[order], np.arange(1, cut.territories))
    for part in np.split(order, starts):
        yield outline(doors.lon[part], doors.lat[part])


def outline(lon: Floats, lat: Floats) -> Polygon:
    """The outline of some positions: their concave hull, widened, smoothed and rounded."""
    flat = FlatMap.around(lon, lat)
    points = MultiPoint(np.unique(flat.metres(lon, lat), axis=0))
    hull = drawn(concave_hull(points, ratio=HULL_RATIO), flat)
    return hull if hull.is_valid else drawn(points.convex_hull, flat)


def drawn(hull: Any, flat: FlatMap) -> Polygon:
    """A hull in metres (of one or two points: a point or a line) as a polygon in degrees."""
    wide = hull.buffer(MARGIN_M, quad_segs=4).simplify(SMOOTHING_M)
    return Polygon(flat.degrees(np.array(wide.exterior.coords)).round(DECIMALS))
