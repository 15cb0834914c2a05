"""Segments on a street network, and the walks from one to the next along it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from territories.cutting.doors import Doors
from territories.cutting.errors import CutError
from territories.cutting.links import Links, joined, links, matrix
from territories.cutting.network import StreetKind, Streets
from territories.cutting.segments import (
    SAME_STREET,
    Segments,
    blocks,
    same_street,
    whole_buildings,
    within_buildings,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ACROSS_MAIN = 0.3  # how much less doors hold together across a main road
CROSSING_M = 15.0  # from one side of a street to the other


def street_segments(doors: Doors, streets: Streets) -> Segments:
    """An edge of the network is a segment, with the doors on both of its sides.

    Doors that are on no edge are in blocks, and linked to others, as if there were no network.
    O((n + e) log (n + e)).

    Raises CutError where a door names an edge that is not there.
    """
    if len(doors) and doors.edge.max() >= len(streets):
        raise CutError("edge", f"There is no edge {doors.edge.max()}; there are {len(streets)}.")
    placed = doors.edge >= 0
    chain, walk_m = edge_chains(doors, streets)
    found = [chain, at_junctions(doors, streets), within_buildings(doors)]
    if placed.all():
        return Segments(whole_buildings(doors, doors.edge), walk_m, joined(found))
    beside = blocks(doors)
    others = beside.links.where(~(placed[beside.links.tail] & placed[beside.links.head]))
    of_door = np.where(placed, doors.edge, len(streets) + beside.of_door)
    walk_m = np.where(placed, walk_m, beside.walk_m)
    return Segments(whole_buildings(doors, of_door), walk_m, joined([*found, others]))


def edge_chains(doors: Doors, streets: Streets) -> tuple[Links, Floats]:
    """Each door and the next on its side of the edge, and both sides at both ends of it.

    Also the walk (n,) to each door: whoever works a side walks the whole edge along it, and its
    doors share that.
    """
    placed = np.flatnonzero(doors.edge >= 0)
    edge, side, offset_m = doors.edge[placed], doors.side[placed], doors.offset_m[placed]
    order = np.lexsort((doors.building[placed], offset_m, side, edge))
    door, edge, side, offset_m = placed[order], edge[order], side[order], offset_m[order]
    follows = (edge[1:] == edge[:-1]) & (side[1:] == side[:-1])
    along = links(door[:-1][follows], door[1:][follows], np.diff(offset_m)[follows], SAME_STREET)
    begins = np.flatnonzero(np.concatenate(([True], ~follows))) if len(door) else np.zeros(0, int)
    ends = np.append(begins[1:], len(door)) - 1
    walk_m = np.zeros(len(doors))
    share = streets.length_m[edge[begins]] / (ends - begins + 1)
    walk_m[door] = np.repeat(share, ends - begins + 1)
    both = edge[begins[1:]] == edge[begins[:-1]]
    across = [
        links(
            door[at[:-1][both]],
            door[at[1:][both]],
            np.abs(offset_m[at[:-1][both]] - offset_m[at[1:][both]]) + CROSSING_M,
            SAME_STREET,
        )
        for at in (begins, ends)
    ]
    return joined([along, *across]), walk_m


def at_junctions(doors: Doors, streets: Streets) -> Links:
    """Walks from the last door of an edge to the first of another, along streets without doors.

    At a junction all edges with doors meet. Junctions without any belong to the nearest that has
    some (Erwig, 2000, The graph Voronoi diagram with applications, Networks 36(3), 156-163,
    doi:10.1002/1097-0037(200010)36:3<156::AID-NET2>3.0.CO;2-L); a street that leads from the
    realm of one to that of another is a walk between them.
    """
    node, door, way_m = ends_with_doors(doors, streets)
    if not len(node):
        return links(node, door, way_m)
    main = np.zeros(len(streets.lon), dtype=np.bool_)
    for end in (streets.tail, streets.head):
        main[end[streets.kind == StreetKind.MAIN]] = True
    left, right = meetings(node)
    factor = np.where(main[node[left]], ACROSS_MAIN, 1.0)
    factor[same_street(doors, door[left], door[right])] = SAME_STREET
    met = links(door[left], door[right], way_m[left] + way_m[right], factor)
    return joined([met, between_junctions(streets, node, door, way_m)])


def ends_with_doors(doors: Doors, streets: Streets) -> tuple[Ints, Ints, Floats]:
    """For both ends of each edge with doors: the junction, the nearest door, and how far it is.

    Sorted by junction, the nearest door first.
    """
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
    return node[order], door[order], way_m[order]


def meetings(node: Ints) -> tuple[Ints, Ints]:
    """Every pair of places in a sorted list at which the same junction stands."""
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for step in range(1, int(np.bincount(node).max())):
        at = np.flatnonzero(node[:-step] == node[step:])
        pairs.append(np.column_stack((at, at + step)))
    left, right = np.concatenate(pairs).T
    return left, right


def between_junctions(streets: Streets, node: Ints, door: Ints, way_m: Floats) -> Links:
    """Walks between doors that only streets without doors join, the shortest of each pair."""
    sources, first = np.unique(node, return_index=True)
    walked = streets.walked & (streets.tail != streets.head)
    tail, head, length_m = streets.tail[walked], streets.head[walked], streets.length_m[walked]
    far_m, owner = nearest_sources(len(streets.lon), (tail, head, length_m), sources)
    apart = (owner[tail] != owner[head]) & (owner[tail] >= 0) & (owner[head] >= 0)
    tail, head, length_m = tail[apart], head[apart], length_m[apart]
    at = np.searchsorted(sources, owner[tail]), np.searchsorted(sources, owner[head])
    gap_m = far_m[tail] + length_m + far_m[head] + way_m[first[at[0]]] + way_m[first[at[1]]]
    found = door[first[at[0]]], door[first[at[1]]]
    return links(*found, gap_m)


def nearest_sources(
    count: int, edges: tuple[Ints, Ints, Floats], sources: Ints
) -> tuple[Floats, Ints]:
    """How far each junction is from the nearest source along the edges, and which that is.

    -1 where there is no way.
    """
    tail, head, length_m = edges
    weights = np.maximum(np.concatenate((length_m, length_m)), 1e-3)
    rows, columns = np.concatenate((tail, head)), np.concatenate((head, tail))
    order = np.lexsort((-weights, columns, rows))  # of parallel edges the shortest is written last
    rows, columns, weights = rows[order], columns[order], weights[order]
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    graph = matrix(count, rows[last], columns[last], weights[last])
    far_m, _, owner = dijkstra(graph, indices=sources, min_only=True, return_predecessors=True)
    return far_m, np.where(owner < 0, -1, owner).astype(np.int64)
