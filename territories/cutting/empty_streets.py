"""Walks between doors along streets that have none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from territories.cutting.doors import Doors
from territories.cutting.junctions import Ends
from territories.cutting.links import Links, links, matrix
from territories.cutting.network import Streets
from territories.cutting.ways import NO_WAYS, Ways, all_ways, ways

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def between_junctions(doors: Doors, streets: Streets, ends: Ends) -> tuple[Links, Ways]:
    """Walks between doors that only streets without doors join, and where they run.

    Junctions without doors belong to the nearest that has some (Erwig, 2000, The graph Voronoi
    diagram with applications, Networks 36(3), 156-163,
    doi:10.1002/1097-0037(200010)36:3<156::AID-NET2>3.0.CO;2-L); a street that leads from the realm
    of one to that of another is a walk between the doors that are nearest to them. No two such
    walks cross, and none runs past somebody's doors.
    """
    empty = np.bincount(doors.edge[doors.edge >= 0], minlength=len(streets)) == 0
    walked = streets.walked & (streets.tail != streets.head) & empty
    tail, head, length_m = streets.tail[walked], streets.head[walked], streets.length_m[walked]
    sources, first = np.unique(ends.node, return_index=True)
    realms = realms_of(len(streets.lon), (tail, head, length_m), sources)
    apart = (realms.owner[tail] != realms.owner[head]) & (realms.owner[tail] >= 0)
    apart &= realms.owner[head] >= 0
    tail, head, length_m = tail[apart], head[apart], length_m[apart]
    one, two = (first[np.searchsorted(sources, realms.owner[end])] for end in (tail, head))
    gap_m = realms.far_m[tail] + length_m + realms.far_m[head] + ends.way_m[one] + ends.way_m[two]
    pair = ends.door[one], ends.door[two]
    junction = np.column_stack((streets.lon, streets.lat))
    position = np.column_stack((doors.lon, doors.lat))
    found = [ways([junction[tail], junction[head]], *pair)]
    for end, which in ((tail, one), (head, two)):
        last = [junction[ends.node[which]], ends.corner[which], position[ends.door[which]]]
        found += [ways(last, *pair), realms.ways_home(junction, end, pair)]
    return links(*pair, gap_m), all_ways(found)


@dataclass(frozen=True)
class Realms:
    """The nearest source `owner` of each junction, how far it is, and the junction `before` it.

    -1 where there is no way, and before a source.
    """

    owner: Ints
    far_m: Floats
    before: Ints

    def ways_home(self, junction: Floats, start: Ints, pair: tuple[Ints, Ints]) -> Ways:
        """The way (l,) from each start to its owner, for the walk between each pair of doors."""
        end, walk = start, np.arange(len(start))
        found = [NO_WAYS]
        while len(on := np.flatnonzero(self.before[end] >= 0)):
            end, walk = end[on], walk[on]
            step = [junction[end], junction[self.before[end]]]
            found.append(ways(step, pair[0][walk], pair[1][walk]))
            end = self.before[end]
        return all_ways(found)


def realms_of(count: int, edges: tuple[Ints, Ints, Floats], sources: Ints) -> Realms:
    """What belongs to each of the sources: the junctions that are nearest to it along the edges."""
    tail, head, length_m = edges
    weights = np.maximum(np.concatenate((length_m, length_m)), 1e-3)
    rows, columns = np.concatenate((tail, head)), np.concatenate((head, tail))
    order = np.lexsort((-weights, columns, rows))  # of parallel edges the shortest is written last
    rows, columns, weights = rows[order], columns[order], weights[order]
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    graph = matrix(count, rows[last], columns[last], weights[last])
    far_m, before, owner = dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)
    return Realms(
        np.maximum(owner, -1).astype(np.int64), far_m, np.maximum(before, -1).astype(np.int64)
    )
