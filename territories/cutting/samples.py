"""Points that stand for territories: their doors, the streets between, and what is outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import (  # type: ignore[attr-defined]  # scipy ships no types
    distance_transform_edt,
    maximum_filter,
    minimum_filter,
)
from scipy.spatial import KDTree

from territories.cutting.doors import Doors
from territories.cutting.links import tree_of
from territories.cutting.mosaic import OUTSIDE
from territories.cutting.sphere import FlatMap
from territories.cutting.units import Units
from territories.cutting.ways import Ways

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

GRAIN_M = 10.0  # doors of one territory this close together are one point
INNER_GRAIN_M = 40.0  # likewise where no other territory is near
SAMPLE_M = 20.0  # along a street between two doors of a territory
MAX_LINK_M = 250.0  # a longer gap in the numbers is not street that the territory works
REACH_M = 60.0  # how far a territory reaches beyond its last door
CLOSED_M = 600.0  # open land this far from doors on all sides is drawn as if somebody lived there
RING_M = 50.0  # the spacing of the points outside
MAX_PIXELS = 4_000_000  # a sparse country gets wider pixels instead
JITTER_M = 0.3  # no four points on one circle, as in a street of equal lots


@dataclass(frozen=True)
class Samples:
    """m points (m, 2) in metres, each of a territory or OUTSIDE, and the doors it stands for."""

    points: Floats
    labels: Ints
    doors: Ints


@dataclass(frozen=True)
class Raster:
    """Square pixels of `pixel_m` over some points, with `margin` empty ones around."""

    low: Floats
    pixel_m: float
    margin: int

    @classmethod
    def over(cls, points: Floats, pixel_m: float, margin_m: float) -> Raster:
        """A raster that reaches `margin_m` beyond the points (m, 2), of about MAX_PIXELS."""
        low, high = points.min(axis=0), points.max(axis=0)
        widest = float(np.sqrt(np.prod(high - low + 2 * margin_m) / MAX_PIXELS))
        pixel_m = max(pixel_m, widest)
        return cls(low, pixel_m, int(np.ceil(margin_m / pixel_m)) + 2)

    def cells(self, points: Floats) -> tuple[Ints, Ints]:
        """The row and column of each point."""
        found = np.round((points - self.low) / self.pixel_m).astype(np.int64) + self.margin
        return found[:, 0], found[:, 1]

    def full(self, cells: tuple[Ints, Ints], value: int) -> Ints:
        """An array that has room for the cells and the margin."""
        shape = (int(cells[0].max()) + self.margin + 1, int(cells[1].max()) + self.margin + 1)
        return np.full(shape, value, dtype=np.int64)


def sampled(flat: FlatMap, units: Units, labels: Ints) -> Samples:
    """The doors, the street between them and the ring around both, as distinct points."""
    inner, of, weight = worked(flat, units, labels)
    outer = ring(inner)
    return Samples(
        shaken(np.concatenate([inner, outer])),
        np.concatenate([of, np.full(len(outer), OUTSIDE)]),
        np.concatenate([weight, np.zeros(len(outer), dtype=np.int64)]),
    )


def worked(flat: FlatMap, units: Units, labels: Ints) -> tuple[Floats, Ints, Ints]:
    """Points (p, 2) for the doors and the street between them, their labels, and their doors."""
    doors = units.doors
    metres = flat.metres(doors.lon, doors.lat)
    links, link_labels = street_samples(metres, doors, labels)
    points = np.concatenate([metres, links])
    counts = np.r_[np.ones(len(metres), dtype=np.int64), np.zeros(len(links), dtype=np.int64)]
    points, of, weight = thinned(points, np.concatenate([labels, link_labels]), counts)
    walked, walked_by = way_samples(flat, trodden(units, labels), labels)
    return (
        apart(np.concatenate([points, walked])),
        np.concatenate([of, walked_by]),
        np.concatenate([weight, np.zeros(len(walked), dtype=np.int64)]),
    )


def trodden(units: Units, labels: Ints) -> Ways:
    """Where the shortest walks run that join the doors of each territory."""
    links, ways = units.links, units.ways
    if not len(ways):
        return ways
    inside = labels[links.tail] == labels[links.head]
    tail, head, _ = tree_of(
        len(labels), links.tail[inside], links.head[inside], links.gap_m[inside]
    )
    return ways.between(tail, head, len(labels))


def way_samples(flat: FlatMap, ways: Ways, labels: Ints) -> tuple[Floats, Ints]:
    """Points at most SAMPLE_M apart on ways, and the label of each.

    Where each stretch begins and between there and its end, but not on the doors themselves.
    """
    of = labels[ways.tail]
    ends = flat.metres(*ways.ends.reshape(-1, 2).T).reshape(-1, 2, 2)
    steps = np.ceil(np.hypot(*(ends[:, 1] - ends[:, 0]).T) / SAMPLE_M).astype(np.int64)
    at = np.repeat(np.arange(len(ends)), steps)
    share = (np.arange(len(at)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[at]
    points = ends[at, 0] + (ends[at, 1] - ends[at, 0]) * share[:, None]
    first, _ = grouped(np.column_stack((np.round(points * 2).astype(np.int64), of[at])))
    return points[first], of[at][first]


def shaken(points: Floats) -> Floats:
    """The points (p, 2), each a little off, the same way every time."""
    return points + np.random.default_rng(0).uniform(-JITTER_M, JITTER_M, points.shape)


def street_samples(metres: Floats, doors: Doors, labels: Ints) -> tuple[Floats, Ints]:
    """Points every SAMPLE_M from each door to the next of its street and territory, and labels.

    Only where a door of the same territory is the nearest: a street that turns away and comes back
    does not claim what lies between.
    """
    order = np.lexsort((doors.number, doors.street, labels))
    here, there = order[:-1], order[1:]
    length = np.hypot(*(metres[there] - metres[here]).T)
    joined = (labels[here] == labels[there]) & (doors.street[here] == doors.street[there])
    joined &= (length > 2 * SAMPLE_M) & (length <= MAX_LINK_M)
    here, there, steps = here[joined], there[joined], (length[joined] / SAMPLE_M).astype(np.int64)
    link = np.repeat(np.arange(len(here)), steps - 1)
    step = np.arange(len(link)) - np.repeat(np.cumsum(steps - 1) - (steps - 1), steps - 1) + 1
    share = (step / steps[link])[:, None]
    points = metres[here[link]] * (1 - share) + metres[there[link]] * share
    claimed = labels[here[link]]
    nearest = KDTree(metres).query(points)[1]  # type: ignore[no-untyped-call]  # scipy ships no types
    kept = labels[nearest] == claimed
    return points[kept], claimed[kept]


def thinned(points: Floats, labels: Ints, doors: Ints) -> tuple[Floats, Ints, Ints]:
    """One point for those of a territory that are close, with its label and the sum of the doors.

    Close is GRAIN_M, and INNER_GRAIN_M where no other territory is near. Points of two territories
    at one spot are moved apart, so that both have a place.
    """
    raster = Raster.over(points, INNER_GRAIN_M, INNER_GRAIN_M)
    cells = raster.cells(points)
    lowest, highest = raster.full(cells, labels.max() + 1), raster.full(cells, -1)
    np.minimum.at(lowest, cells, labels)
    np.maximum.at(highest, cells, labels)
    inner = minimum_filter(lowest, size=3)[cells] == maximum_filter(highest, size=3)[cells]
    fine = np.floor(points / GRAIN_M).astype(np.int64)
    coarse = np.column_stack(cells)
    keys = np.column_stack([labels, inner, np.where(inner[:, None], coarse, fine)])
    first, of_key = grouped(keys)
    count = np.bincount(of_key)
    middle = np.column_stack([np.bincount(of_key, points[:, axis]) / count for axis in (0, 1)])
    return apart(middle), labels[first], np.bincount(of_key, doors).astype(np.int64)


def grouped(keys: Ints) -> tuple[Ints, Ints]:
    """The first row of each distinct key (rows of `keys`), and the group of each row."""
    order = np.lexsort(keys.T)
    new = np.ones(len(keys), dtype=np.bool_)
    new[1:] = (keys[order][1:] != keys[order][:-1]).any(axis=1)
    of_key = np.empty(len(keys), dtype=np.int64)
    of_key[order] = np.cumsum(new) - 1
    return order[new], of_key


def apart(points: Floats) -> Floats:
    """The points, with those that share a spot (to the decimetre) moved apart along a line."""
    spots = np.round(points, 1)
    order = np.lexsort(spots.T)
    same = np.r_[False, (spots[order][1:] == spots[order][:-1]).all(axis=1)]
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(points))))
    moved = points.copy()
    moved[order, 0] += 3 * JITTER_M * (np.arange(len(points)) - first)
    return moved


def ring(points: Floats) -> Floats:
    """Points of a grid just outside of what the points cover, two deep.

    That is REACH_M around each, and the land between them where CLOSED_M reach over it from both
    sides. The outer ones keep a territory that spreads over the inner ones off the rim.
    """
    raster = Raster.over(points, RING_M, CLOSED_M + REACH_M + 4 * RING_M)
    cells = raster.cells(points)
    free = raster.full(cells, 1)
    free[cells] = 0
    reach = distance_transform_edt(free)
    near, closed = max(REACH_M / raster.pixel_m, 1.2), CLOSED_M / raster.pixel_m
    covered = (distance_transform_edt(reach <= closed) > closed - near) | (reach <= near)
    beyond = distance_transform_edt(~covered)
    outer = np.argwhere((beyond > 0) & (beyond <= 2.5)).astype(np.float64)
    outer[:, 0] += (outer[:, 1] % 2) / 2
    return (outer - raster.margin) * raster.pixel_m + raster.low
