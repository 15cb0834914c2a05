"""Pure ordering: one walker, every stop required, no windows; only the order is open.

Iterated local search: a random double bridge of short stretches, 3-opt where it was, and back if
the walk got longer. Martin, Otto, Felten 1991, Large-step Markov chains for the traveling salesman
problem, Complex Systems 5(3), 299-326; Lourenço, Martin, Stützle 2003, Iterated local search,
doi:10.1007/0-306-48056-5_11.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from routing.engine.clock import Clock, in_chunks
from routing.engine.compiled import lean
from routing.engine.local_search import tighten
from routing.engine.random_bits import below
from routing.engine.solution import Orders
from routing.engine.timetable import Tables
from routing.engine.tour import (
    FIRST,
    SIZE,
    Ground,
    Ints,
    Kept,
    Longs,
    Tour,
    add_up_turns,
    empty_tour,
    go_back,
    ground_of,
    keep,
    loosen,
    measure,
    renumber,
    reverse,
    room_to_keep,
)

NEIGHBOURS: Final = 16
LONGEST_STRETCH: Final = 50
FEWEST: Final = 3  # stops that a double bridge needs


def shortest_order(tables: Tables, clock: Clock, seed: int) -> Orders | None:
    """A short walk over all stops; it may be too long for the shift. None if there are no stops.

    Stops at one place are visited together, so the search orders places.
    """
    if not len(tables.place):
        return None
    places, group = np.unique(tables.place, return_inverse=True)
    walker = tables.problem.walkers[0]
    nodes = np.concatenate([places, tables.ends_of(0)])
    order = shortest_path(tables.ways_between(walker.profile, nodes), clock, seed)
    return [np.argsort(np.argsort(order)[group], kind="stable").tolist()]


def shortest_path(way: Ints, clock: Clock, seed: int) -> Longs:
    """The order (n,) of the first n nodes on a short path from the last but one to the last.

    `way` is (n + 2, n + 2).
    """
    ground = ground_of(way, 1, NEIGHBOURS)
    tour = empty_tour(len(way), 1, seed)
    kept = room_to_keep(tour)
    begin(ground, tour, kept)
    if ground.starts >= FEWEST:
        in_chunks(lambda iterations: step(ground, tour, kept, iterations), clock)
    return kept.order[1:-1].astype(np.int64)


@lean
def begin(ground: Ground, tour: Tour, kept: Kept) -> None:
    """Always the nearest node next, then made as short as 3-opt can. O(n²)."""
    way, order, stops = ground.way, tour.order, ground.starts
    order[0], order[stops + 1] = stops, stops + 1
    for node in range(stops):
        order[node + 1] = node
    for at in range(1, stops + 1):
        nearest = at
        for other in range(at, stops + 1):
            if way[order[at - 1], order[other]] < way[order[at - 1], order[nearest]]:
                nearest = other
        order[at], order[nearest] = order[nearest], order[at]
    tour.counts[SIZE] = stops + 2
    renumber(ground, tour, 0)
    measure(ground, tour)
    for at in range(stops + 1, -1, -1):
        loosen(tour, order[at])
    tighten(ground, tour)
    tour.counts[FIRST] = 0
    keep(tour, kept)


@lean
def step(ground: Ground, tour: Tour, kept: Kept, iterations: int) -> None:
    """So many kicks, each undone unless the walk is as short as before after it."""
    for _ in range(iterations):
        kick(ground, tour)
        tighten(ground, tour)
        if tour.length[0] <= kept.length[0]:
            keep(tour, kept)
        else:
            go_back(ground, tour, kept)


@lean
def kick(ground: Ground, tour: Tour) -> None:
    """A double bridge: three stretches B C D behind each other become D C B."""
    longest = min(LONGEST_STRETCH, ground.starts // 3)
    b = 1 + below(tour.random, longest)
    c = 1 + below(tour.random, longest)
    d = 1 + below(tour.random, longest)
    first = 1 + below(tour.random, ground.starts - b - c - d + 1)
    last = first + b + c + d - 1
    removed = across(ground, tour, (first - 1, first + b - 1, first + b + c - 1, last))
    reverse(tour, first, last)
    reverse(tour, first, first + d - 1)
    reverse(tour, first + d, first + d + c - 1)
    reverse(tour, first + d + c, last)
    added = across(ground, tour, (first - 1, first + d - 1, first + d + c - 1, last))
    tour.length[0] += added - removed
    add_up_turns(ground, tour, first)


@lean
def across(ground: Ground, tour: Tour, cuts: tuple[int, int, int, int]) -> int:
    """How long the legs are that begin at four places; their nodes become loose."""
    length = 0
    for cut in cuts:
        length += ground.way[tour.order[cut], tour.order[cut + 1]]
        loosen(tour, tour.order[cut])
        loosen(tour, tour.order[cut + 1])
    return length
