"""Walks past the doors of a street from one side street to the next, drawn behind those doors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.compiled import compiled
from territories.cutting.doors import Doors
from territories.cutting.junctions import CORNER_M, Ends
from territories.cutting.links import Links, links
from territories.cutting.network import Streets
from territories.cutting.sphere import M_PER_DEGREE
from territories.cutting.ways import Ways, ways

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BEHIND_M = 30.0  # from the street to where a walk past its doors is drawn, at most
NEARLY_AHEAD = 0.5  # the sine of the angle below which a street goes straight on
TINY = 1e-12
LEFT, RIGHT = 0, 1


def past_doors(doors: Doors, streets: Streets, ends: Ends) -> tuple[Links, Ways]:
    """Walks along a street with doors, between the streets that turn off at both of its ends.

    On each side of it, where both have doors and nothing lies between. The land there has room for
    one of two walks past neighbouring streets: the shorter is kept, so that none cross.
    """
    corners = corners_of(streets)
    busy = np.bincount(doors.edge[doors.edge >= 0], minlength=len(streets)) > 0
    past, one, two, side = corners.turns(busy)
    order = np.argsort(streets.length_m[corners.edge[past]], kind="stable")
    past, one, two, side = past[order], one[order], two[order], side[order]
    own = 2 * past + side
    near, far = corners.side_of(one, 1 - side), corners.side_of(two, side)
    kept = uncrossed_sides(np.stack((own, near, far)), 2 * len(corners))
    past, one, two, side = past[kept], one[kept], two[kept], side[kept]
    place = np.zeros((2, len(streets)), dtype=np.int64)
    at_head = ends.node == streets.head[doors.edge[ends.door]]
    place[at_head.astype(np.int64), doors.edge[ends.door]] = np.arange(len(ends))
    from_, to = (place[(end >= len(corners)).astype(int), corners.edge[end]] for end in (one, two))
    gap_m = ends.way_m[from_] + streets.length_m[corners.edge[past]] + ends.way_m[to]
    pair = ends.door[from_], ends.door[to]
    position = np.column_stack((doors.lon, doors.lat))
    behind = behind_doors(doors, streets, ends)
    passed = Passed(streets, corners.edge[past], side)
    stops = [
        position[pair[0]],
        passed.beside(behind[from_], ends.node[from_]),
        passed.beside(behind[to], ends.node[to]),
        position[pair[1]],
    ]
    return links(*pair, gap_m), ways(stops, *pair)


@dataclass(frozen=True)
class Corners:
    """Both ends of m walked edges, first the tails and then the heads, as they lie at junctions.

    `edge` (2m,) is whose end each is; `left` and `right` (2m,) the next end at its junction to
    either side, as seen from the junction.
    """

    edge: Ints
    left: Ints
    right: Ints

    def __len__(self) -> int:
        return len(self.edge) // 2

    def turns(self, busy: Bools) -> tuple[Ints, Ints, Ints, Ints]:
        """Which edges lie between which two ends with doors, and on which side of each.

        An edge as seen from its tail.
        """
        tail = np.arange(len(self))
        head = tail + len(self)
        past = np.concatenate((tail, tail))
        one = np.concatenate((self.left[tail], self.right[tail]))
        two = np.concatenate((self.right[head], self.left[head]))
        side = np.repeat([LEFT, RIGHT], len(self))
        here, there, between = self.edge[one], self.edge[two], self.edge[past]
        found = busy[between] & busy[here] & busy[there]
        found &= (here != between) & (there != between) & (here != there)
        return past[found], one[found], two[found], side[found]

    def side_of(self, end: Ints, seen: Ints) -> Ints:
        """A number for the side of an edge that is on some side as `seen` from an end of it."""
        at_head = end >= len(self)
        return 2 * (end % len(self)) + np.where(at_head, 1 - seen, seen)


def corners_of(streets: Streets) -> Corners:
    """The ends of all edges that can be walked, but for loops."""
    edge = np.flatnonzero(streets.walked & (streets.tail != streets.head))
    node = np.concatenate((streets.tail[edge], streets.head[edge]))
    other = np.concatenate((streets.head[edge], streets.tail[edge]))
    east = (streets.lon[other] - streets.lon[node]) * np.cos(np.radians(streets.lat[node]))
    bearing = np.arctan2(streets.lat[other] - streets.lat[node], east)
    order = np.lexsort((bearing, node))
    begins = np.flatnonzero(np.diff(node[order], prepend=-1))
    last = np.append(begins[1:], len(order)) - 1
    following = np.arange(1, len(order) + 1)
    following[last] = begins
    left, right = np.empty((2, len(order)), dtype=np.int64)
    left[order] = order[following]
    right[order[following]] = order
    return Corners(np.concatenate((edge, edge)), left, right)


@dataclass(frozen=True)
class Passed:
    """Edges (w,) that are walked past, and on which `side` of each, as seen from its tail."""

    streets: Streets
    edge: Ints
    side: Ints

    def beside(self, points: Floats, node: Ints) -> Floats:
        """Points (w, 2) on edges that go on from an end `node` (w,) of the passed ones.

        Those nearly straight ahead are moved BEHIND_M to the side, for a line through them would
        run along the passed edge, between the doors on both sides of it.
        """
        streets, head, tail = self.streets, self.streets.head, self.streets.tail
        scale = M_PER_DEGREE * np.column_stack(
            (np.cos(np.radians(streets.lat[node])), np.ones(len(node)))
        )
        place = np.column_stack((streets.lon, streets.lat))
        along = (place[head[self.edge]] - place[tail[self.edge]]) * scale
        along /= np.maximum(np.hypot(*along.T), TINY)[:, None]
        aside = np.column_stack((-along[:, 1], along[:, 0]))
        aside[self.side == RIGHT] *= -1
        way = (points - place[node]) * scale
        off_m = (way * aside).sum(axis=1)
        ahead = off_m < NEARLY_AHEAD * np.hypot(*way.T)
        moved_m = np.where(ahead, BEHIND_M - off_m, 0.0)
        return points + aside * moved_m[:, None] / np.maximum(scale, TINY)


def behind_doors(doors: Doors, streets: Streets, ends: Ends) -> Floats:
    """A point (p, 2) on each edge, further from the junction than the doors around the corner."""
    length_m = streets.length_m[doors.edge[ends.door]]
    corner_m = np.minimum(CORNER_M, length_m / 3)
    further = np.minimum(BEHIND_M, length_m / 2) / np.maximum(corner_m, 1e-3)
    junction = np.column_stack((streets.lon[ends.node], streets.lat[ends.node]))
    return junction + (ends.corner - junction) * further[:, None]


@compiled
def uncrossed_sides(sides: Ints, count: int) -> Bools:
    """Which walks (w,) cross none of those kept before.

    `sides` (3, w) number the side of the edge that each leads past, and those of the two edges that
    it joins: where one of these is passed on that side, both walks would cross.
    """
    kept = np.zeros(sides.shape[1], dtype=np.bool_)
    passed = np.zeros(count, dtype=np.bool_)
    for walk in range(sides.shape[1]):
        if not (passed[sides[1, walk]] or passed[sides[2, walk]]):
            passed[sides[0, walk]] = kept[walk] = True
    return kept
