"""Street segments: both sides of a street between two junctions, or a hundred of its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.doors import Doors
from territories.cutting.links import (
    DETOUR,
    LONG_M,
    Links,
    joined,
    lengths,
    links,
    neighbours,
    parts_of,
)
from territories.cutting.ways import NO_WAYS, Ways

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCK = 100  # house numbers
STREET_WALK_M = 240.0  # a longer gap in the numbers is not walked: somebody else lives between
ONE_SPOT_M = 0.02  # doors that are no further apart are on one spot
SAME_STREET = 3.0  # how much faster doors of one street hold together than others


@dataclass(frozen=True)
class Segments:
    """The segment (n,) of each door, the walk (n,) to it from the one before, and the links.

    `ways` are where the links run that are no straight lines.
    """

    of_door: Ints
    walk_m: Floats
    links: Links
    ways: Ways = NO_WAYS


def blocks(doors: Doors) -> Segments:
    """Segments without a street network: the hundred-blocks of a street, where they hang together.

    Doors are neighbours where they are in the plane and not far apart; those whose numbers follow
    each other all the more, but not past the doors of others, which no map could show. O(n log n).
    """
    tail, head = neighbours(doors.metres)
    straight_m = lengths(doors.metres, tail, head)
    near = straight_m <= LONG_M
    tail, head, straight_m = tail[near], head[near], straight_m[near]
    chain_tail, chain_head, chain_m, walk_m = number_chains(doors)
    spot = parts_of(len(doors), tail[straight_m < ONE_SPOT_M], head[straight_m < ONE_SPOT_M])
    beside = among(spot[chain_tail], spot[chain_head], spot[tail], spot[head])
    chain_tail, chain_head, chain_m = chain_tail[beside], chain_head[beside], chain_m[beside]
    block = block_codes(doors)
    inside = block[tail] == block[head]
    chained = block[chain_tail] == block[chain_head]
    of_door = parts_of(
        len(doors),
        np.concatenate((tail[inside], chain_tail[chained])),
        np.concatenate((head[inside], chain_head[chained])),
    )
    factor = np.where(same_street(doors, tail, head), SAME_STREET, 1.0)
    found = [
        links(tail, head, straight_m * DETOUR, factor),
        links(chain_tail, chain_head, chain_m, SAME_STREET),
        within_buildings(doors),
    ]
    return Segments(whole_buildings(doors, of_door), walk_m, joined(found))


def among(tail: Ints, head: Ints, tails: Ints, heads: Ints) -> NDArray[np.bool_]:
    """Whether each pair (c,) is one of some pairs (p,), in either direction."""
    count = max(int(ends.max(initial=0)) for ends in (tail, head, tails, heads)) + 1
    keys, known = (
        np.minimum(one, other) * count + np.maximum(one, other)
        for one, other in ((tail, head), (tails, heads))
    )
    found: NDArray[np.bool_] = np.isin(keys, known)
    return found


def same_street(doors: Doors, tail: Ints, head: Ints) -> NDArray[np.bool_]:
    """Whether two doors are on one street that has a name, or in one building."""
    street = doors.street
    named = (street[tail] == street[head]) & (street[tail] >= 0)
    same: NDArray[np.bool_] = named | (doors.building[tail] == doors.building[head])
    return same


def block_codes(doors: Doors) -> Ints:
    """A number for each block of a street; a building on no street is a block of its own."""
    nameless = doors.street < 0
    block = np.where(doors.house < 0, -1, doors.house // BLOCK)
    first = np.where(nameless, doors.building, doors.street)
    keys = np.column_stack((nameless, first, np.where(nameless, 0, block)))
    codes: Ints = np.unique(keys, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    return codes


def number_chains(doors: Doors) -> tuple[Ints, Ints, Floats, Floats]:
    """Each door and the next on its side of the street, and how far that is.

    Odd numbers are one side and even ones the other. Also the walk (n,) to each door, zero where a
    side begins or where the gap is too long to be one street.
    """
    side = np.where(doors.house < 0, 2, doors.house % 2)
    street = np.where(doors.street < 0, -1 - doors.building, doors.street)
    order = np.lexsort((doors.building, doors.number, side, street))
    tail, head = order[:-1], order[1:]
    metres = lengths(doors.metres, tail, head) * DETOUR
    follows = (street[tail] == street[head]) & (side[tail] == side[head])
    follows &= metres <= STREET_WALK_M
    walk_m = np.zeros(len(doors))
    walk_m[head[follows]] = metres[follows]
    return tail[follows], head[follows], metres[follows], walk_m


def within_buildings(doors: Doors) -> Links:
    """Each door of a building and the next."""
    order = np.argsort(doors.building, kind="stable")
    tail, head = order[:-1], order[1:]
    same = doors.building[tail] == doors.building[head]
    tail, head = tail[same], head[same]
    return links(tail, head, lengths(doors.metres, tail, head), SAME_STREET)


def whole_buildings(doors: Doors, of_door: Ints) -> Ints:
    """The segments, numbered anew, with each building in the segment of its first door."""
    if not len(doors):
        return of_door
    first = np.unique(doors.building, return_index=True)[1]
    of_building = np.zeros(doors.buildings, dtype=np.int64)
    of_building[doors.building[first]] = of_door[first]
    codes: Ints = np.unique(of_building[doors.building], return_inverse=True)[1].ravel()
    return codes.astype(np.int64)
