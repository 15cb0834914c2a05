"""Segments on a street network, and the walks from one to the next along it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territories.cutting.behind import past_doors
from territories.cutting.doors import Doors
from territories.cutting.empty_streets import between_junctions
from territories.cutting.errors import CutError
from territories.cutting.junctions import ends_with_doors, meetings
from territories.cutting.links import Links, joined, links
from territories.cutting.network import StreetKind, Streets
from territories.cutting.segments import (
    SAME_STREET,
    Segments,
    blocks,
    same_street,
    whole_buildings,
    within_buildings,
)
from territories.cutting.ways import NO_WAYS, Ways, all_ways, ways

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
    met, along = at_junctions(doors, streets)
    found = [chain, met, within_buildings(doors)]
    if placed.all():
        return Segments(whole_buildings(doors, doors.edge), walk_m, joined(found), along)
    beside = blocks(doors)
    others = beside.links.where(~(placed[beside.links.tail] & placed[beside.links.head]))
    of_door = np.where(placed, doors.edge, len(streets) + beside.of_door)
    walk_m = np.where(placed, walk_m, beside.walk_m)
    return Segments(whole_buildings(doors, of_door), walk_m, joined([*found, others]), along)


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


def at_junctions(doors: Doors, streets: Streets) -> tuple[Links, Ways]:
    """Walks from the last door of an edge to the first of another, and where they run.

    At a junction edges with doors meet (see `meetings`); others join what lies at both their ends
    (see `between_junctions`), and past the doors of one somebody may walk as well (`past_doors`).
    """
    found = ends_with_doors(doors, streets)
    if not len(found):
        return links(found.node, found.door, found.way_m), NO_WAYS
    node, door, way_m = found.node, found.door, found.way_m
    main = np.zeros(len(streets.lon), dtype=np.bool_)
    for end in (streets.tail, streets.head):
        main[end[streets.kind == StreetKind.MAIN]] = True
    left, right = meetings(doors, found)
    factor = np.where(main[node[left]], ACROSS_MAIN, 1.0)
    factor[same_street(doors, door[left], door[right])] = SAME_STREET
    met = links(door[left], door[right], way_m[left] + way_m[right], factor)
    corners = [
        found.corner[left],
        (found.corner[left] + found.corner[right]) / 2,
        found.corner[right],
    ]
    at = np.column_stack((doors.lon, doors.lat))
    round_it = ways([at[door[left]], *corners, at[door[right]]], door[left], door[right])
    others, along = between_junctions(doors, streets, found)
    past, behind = past_doors(doors, streets, found)
    return joined([met, others, past]), all_ways([round_it, along, behind])
