"""Which edges with doors meet at a junction, and which of them are walked from one to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.compiled import compiled
from territories.cutting.doors import Doors
from territories.cutting.network import Streets
from territories.cutting.segments import same_street
from territories.cutting.sphere import M_PER_DEGREE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOWARDS_DOOR = 0.1  # how much a door counts for the direction in which its edge leaves a junction
CORNER_M = 12.0  # from a junction to where a walk along the edge turns into the next, at most
TINY = 1e-12


@dataclass(frozen=True)
class Ends:
    """p ends of edges with doors, sorted by junction, the nearest door of a junction first.

    The junction `node`, the nearest `door` on the edge, how far that is, the direction `bearing`
    in which the edge leaves the junction, in radians, and a `corner` (p, 2) of it in degrees, on
    the edge close to the junction.
    """

    node: Ints
    door: Ints
    way_m: Floats
    bearing: Floats
    corner: Floats

    def __len__(self) -> int:
        return len(self.node)


def ends_with_doors(doors: Doors, streets: Streets) -> Ends:
    """Both ends of each edge with doors."""
    placed = np.flatnonzero(doors.edge >= 0)
    order = placed[np.lexsort((doors.offset_m[placed], doors.edge[placed]))]
    edge = doors.edge[order]
    begins = np.flatnonzero(np.diff(edge, prepend=-1))
    first, last = order[begins], order[np.append(begins[1:], len(order))[: len(begins)] - 1]
    rest_m = streets.length_m[doors.edge[last]] - doors.offset_m[last]
    node = np.concatenate((streets.tail[doors.edge[first]], streets.head[doors.edge[last]]))
    door = np.concatenate((first, last))
    way_m = np.maximum(np.concatenate((doors.offset_m[first], rest_m)), 0.0)
    order = np.lexsort((door, way_m, node))
    node, door, way_m = node[order], door[order], way_m[order]
    return Ends(node, door, way_m, *directions(doors, streets, node, door))


def directions(doors: Doors, streets: Streets, node: Ints, door: Ints) -> tuple[Floats, Floats]:
    """The bearing (p,) and the corner (p, 2) of each edge end.

    An edge leaves towards its other end, and a little towards the door: that tells parallel edges
    apart.
    """
    edge = doors.edge[door]
    other = streets.tail[edge] + streets.head[edge] - node
    scale = M_PER_DEGREE * np.column_stack(
        (np.cos(np.radians(streets.lat[node])), np.ones(len(node)))
    )
    origin = np.column_stack((streets.lon[node], streets.lat[node]))
    ahead = np.zeros((len(node), 2))
    for lon, lat, share in (
        (streets.lon[other], streets.lat[other], 1.0),
        (doors.lon[door], doors.lat[door], TOWARDS_DOOR),
    ):
        way = (np.column_stack((lon, lat)) - origin) * scale
        ahead += share * way / np.maximum(np.hypot(*way.T), TINY)[:, None]
    far_m = np.minimum(CORNER_M, streets.length_m[edge] / 3) / np.maximum(np.hypot(*ahead.T), TINY)
    corner = origin + ahead * far_m[:, None] / np.maximum(scale, TINY)
    return np.arctan2(ahead[:, 1], ahead[:, 0]), corner


def meetings(doors: Doors, ends: Ends) -> tuple[Ints, Ints]:
    """Pairs of edge ends at one junction, of which none cross.

    Two territories cannot both go straight over a crossroads and be drawn side by side: each edge
    meets the next around the junction, and those across it as far as that leaves room, a street its
    own other end first and then what lies most straight ahead.
    """
    node, bearing = ends.node, ends.bearing
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for step in range(1, int(np.bincount(node).max())):
        at = np.flatnonzero(node[:-step] == node[step:])
        pairs.append(np.column_stack((at, at + step)))
    left, right = np.concatenate(pairs).T
    around = np.empty(len(node), dtype=np.int64)
    around[np.lexsort((bearing, node))] = np.arange(len(node))
    named = same_street(doors, ends.door[left], ends.door[right])
    bend = np.abs(np.pi - np.abs(bearing[left] - bearing[right]))
    order = np.lexsort((bend, ~named, node[left]))
    left, right = left[order], right[order]
    kept = uncrossed(node[left], np.sort(np.stack((around[left], around[right])), axis=0))
    return left[kept], right[kept]


@compiled
def uncrossed(node: Ints, places: Ints) -> Bools:
    """Which pairs (p,) of a junction cross none of those kept before, by their `places` (2, p).

    `node` is sorted. A place is where an edge stands around its junction, the lower comes first.
    """
    kept = np.ones(len(node), dtype=np.bool_)
    begin = 0
    for pair in range(len(node)):
        if node[pair] != node[begin]:
            begin = pair
        low, high = places[0, pair], places[1, pair]
        for other in range(begin, pair):
            one, two = places[0, other], places[1, other]
            if kept[other] and ((low < one < high < two) or (one < low < two < high)):
                kept[pair] = False
                break
    return kept
