"""Walks as arrays for compiled searches, and the ground they are on.

All walks stand one behind the other in one array: start, stops, end, start, stops, end. Starts and
ends never move, so a walk may be a path or a round.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.neighbours import find_nearest
from routing.engine.random_bits import random_bits

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

FAR: Final = 2**29  # no way is longer: there and back together still fit into int32
TILE: Final = 32  # nodes; so many ways at once are read both along and across
SIZE, LOOSE, FIRST = range(3)  # what stands where in `Tour.counts`


class Ground(NamedTuple):
    """The ways between p nodes, of which the last 2 m are the walkers' starts and ends.

    `way` (p, p) is how long each way is, `both` there and back together, `near` (p, k) the nodes
    nearest to each, `near_both` how near. `starts` and `ends` are the first start and the first
    end. `skew` says whether any way back differs from the way there.
    """

    way: Ints
    both: Ints
    near: Ints
    near_both: Ints
    starts: int
    ends: int
    skew: bool


class Tour(NamedTuple):
    """All walks in a row, changed in place, and the room that changing them needs.

    `order` (p,) holds nodes; its first `counts[SIZE]` places are in use. `place` (p,) is where in
    `order` a node is, `walker` (p,) whose walk it is in; both -1 for none. `turn[j] - turn[i]` is
    what walking the stretch from place i to j the other way round adds. `length` (m,) is how long
    each walk is. `loose` (p,) is the stack of the nodes with a new neighbour, `is_loose` (p,) who
    is on it. `cuts` (4,) and `sides` (6,) describe the move in hand. `counts` (3,): SIZE, number
    of LOOSE, and the FIRST place changed since `order` was last kept. `random` (1,) is the state of
    the generator.
    """

    order: Ints
    place: Ints
    walker: Ints
    turn: Longs
    length: Longs
    loose: Ints
    is_loose: NDArray[np.bool_]
    cuts: Longs
    sides: Longs
    counts: Longs
    random: NDArray[np.uint64]


class Kept(NamedTuple):
    """A state of the walks to go back to: `order` (p,), `length` (m,), and `size` (1,)."""

    order: Ints
    length: Longs
    size: Longs


def ground_of(way: Ints, walkers: int, neighbours: int) -> Ground:
    """The ground for (p, p) ways; the last 2 m nodes are the starts and the ends. O(p²)."""
    way = np.minimum(way, FAR)
    both, width = np.empty_like(way), min(neighbours, len(way) - 1)
    ground = Ground(
        way=way,
        both=both,
        near=np.zeros((len(way), width), dtype=np.int32),
        near_both=np.zeros((len(way), width), dtype=np.int32),
        starts=len(way) - 2 * walkers,
        ends=len(way) - walkers,
        skew=add_ways_back(way, both),
    )
    find_neighbours(ground)
    return ground


@lean
def add_ways_back(way: Ints, both: Ints) -> bool:
    """Fill `both`, the ways there and back; whether any way back differs from the way there."""
    nodes, skew = len(way), False
    for corner in range(0, nodes, TILE):
        for side in range(0, nodes, TILE):
            for here in range(corner, min(corner + TILE, nodes)):
                for there in range(side, min(side + TILE, nodes)):
                    both[here, there] = way[here, there] + way[there, here]
                    skew |= way[here, there] != way[there, here]
    return bool(skew)


@lean
def find_neighbours(ground: Ground) -> None:
    """Fill `near` and `near_both`. O(p²)."""
    for node in range(len(ground.near)):
        near, both = ground.near[node], ground.both[node]
        find_nearest(both, both, node, near)
        for rank in range(near.size):
            ground.near_both[node, rank] = both[near[rank]]


def empty_tour(nodes: int, walkers: int, seed: int) -> Tour:
    """A tour with room for so many nodes."""
    return Tour(
        order=np.zeros(nodes, dtype=np.int32),
        place=np.full(nodes, -1, dtype=np.int32),
        walker=np.full(nodes, -1, dtype=np.int32),
        turn=np.zeros(nodes, dtype=np.int64),
        length=np.zeros(walkers, dtype=np.int64),
        loose=np.zeros(nodes, dtype=np.int32),
        is_loose=np.zeros(nodes, dtype=np.bool_),
        cuts=np.zeros(4, dtype=np.int64),
        sides=np.zeros(6, dtype=np.int64),
        counts=np.zeros(3, dtype=np.int64),
        random=random_bits(seed),
    )


def room_to_keep(tour: Tour) -> Kept:
    """Room for one state of a tour."""
    return Kept(np.zeros_like(tour.order), np.zeros_like(tour.length), np.zeros(1, dtype=np.int64))


@lean
def can_cut(ground: Ground, node: int, side: int) -> bool:
    """Whether there is a leg behind the node (side 0) or before it (side 1)."""
    if side == 0:
        return node < ground.ends
    return node < ground.starts or node >= ground.ends


@lean
def renumber(ground: Ground, tour: Tour, first: int) -> None:
    """Put `place`, `walker` and `turn` right from a place onward, after `order` has changed."""
    walker = tour.walker[tour.order[first - 1]] if first > 0 else -1
    for at in range(first, tour.counts[SIZE]):
        node = tour.order[at]
        if ground.starts <= node < ground.ends:
            walker = node - ground.starts
        tour.place[node] = at
        tour.walker[node] = walker
    add_up_turns(ground, tour, first)


@lean
def add_up_turns(ground: Ground, tour: Tour, first: int) -> None:
    """The running sum of what each leg takes longer the other way round, from a place onward."""
    if not ground.skew:
        return
    for at in range(max(first, 1), tour.counts[SIZE]):
        here, there = tour.order[at - 1], tour.order[at]
        tour.turn[at] = tour.turn[at - 1] + ground.way[there, here] - ground.way[here, there]


@lean
def measure(ground: Ground, tour: Tour) -> None:
    """Count the lengths of all walks anew."""
    for walker in range(len(tour.length)):
        tour.length[walker] = 0
    for at in range(1, tour.counts[SIZE]):
        here = tour.order[at - 1]
        if here < ground.ends:
            tour.length[tour.walker[here]] += ground.way[here, tour.order[at]]


@lean
def loosen(tour: Tour, node: int) -> None:
    """Note that the node has a new neighbour."""
    if not tour.is_loose[node]:
        tour.is_loose[node] = True
        tour.loose[tour.counts[LOOSE]] = node
        tour.counts[LOOSE] += 1


@lean
def reverse(tour: Tour, first: int, last: int) -> None:
    """Turn the stretch from one place to another round. The lengths are left to the caller."""
    order, place = tour.order, tour.place
    tour.counts[FIRST] = min(tour.counts[FIRST], first)
    while first < last:
        left, right = order[first], order[last]
        order[first], order[last] = right, left
        place[right], place[left] = first, last
        first += 1
        last -= 1


@lean
def keep(tour: Tour, kept: Kept) -> None:
    """Write down the walks; only what has changed since they were written down or gone back to."""
    for at in range(tour.counts[FIRST], tour.counts[SIZE]):
        kept.order[at] = tour.order[at]
    for walker in range(len(tour.length)):
        kept.length[walker] = tour.length[walker]
    kept.size[0] = tour.counts[SIZE]
    tour.counts[FIRST] = tour.counts[SIZE]


@lean
def go_back(ground: Ground, tour: Tour, kept: Kept) -> None:
    """Undo all changes since the walks were last written down."""
    first = tour.counts[FIRST]
    for at in range(first, tour.counts[SIZE]):
        tour.place[tour.order[at]] = -1
        tour.walker[tour.order[at]] = -1
    for at in range(first, kept.size[0]):
        tour.order[at] = kept.order[at]
    tour.counts[SIZE] = kept.size[0]
    for walker in range(len(tour.length)):
        tour.length[walker] = kept.length[walker]
    renumber(ground, tour, first)
    tour.counts[FIRST] = tour.counts[SIZE]
