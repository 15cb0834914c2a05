"""Putting stops into walks with a limit and taking them out again, compiled.

What stops are being considered are the candidates; for each the cheapest leg is known.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.random_bits import below, uniform
from routing.engine.tour import (
    FIRST,
    SIZE,
    Ground,
    Ints,
    Longs,
    Tour,
    add_up_turns,
    can_cut,
    loosen,
)

NEVER: Final = 2**60
NEIGHBOURS_TRIED: Final = 8  # of those in a walk, when looking for the cheapest leg
NEIGHBOURS_NEEDED: Final = 3  # where fewer are in a walk, all legs are tried
LEAST_DELAY: Final = 0.01


class Prizes(NamedTuple):
    """What is to be won, and what is being considered.

    `value` (p,) of each node, `limit` (m,) of each walk's length, `total` (1,) the value of all
    walks. `candidates` (p,) are nodes, `number` (1,) of them; `is_candidate` (p,) says which;
    `delay` and `leg` (p,) are each candidate's least delay and the place behind which it arises,
    -1 where none fits.
    """

    value: Longs
    limit: Longs
    total: Longs
    candidates: Ints
    number: Longs
    is_candidate: NDArray[np.bool_]
    delay: Longs
    leg: Longs


def prizes_of(value: Longs, limit: Longs) -> Prizes:
    """The prizes for n values; m limits."""
    nodes = len(value) + 2 * len(limit)
    return Prizes(
        value=np.concatenate([value, np.zeros(2 * len(limit), dtype=np.int64)]),
        limit=limit.astype(np.int64),
        total=np.zeros(1, dtype=np.int64),
        candidates=np.zeros(nodes, dtype=np.int32),
        number=np.zeros(1, dtype=np.int64),
        is_candidate=np.zeros(nodes, dtype=np.bool_),
        delay=np.zeros(nodes, dtype=np.int64),
        leg=np.zeros(nodes, dtype=np.int64),
    )


@lean
def consider(prizes: Prizes, node: int) -> None:
    """Make the node a candidate, if it has a value."""
    if prizes.value[node] > 0 and not prizes.is_candidate[node]:
        prizes.is_candidate[node] = True
        prizes.candidates[prizes.number[0]] = node
        prizes.number[0] += 1


@lean
def consider_near(ground: Ground, tour: Tour, prizes: Prizes, node: int, width: int) -> None:
    """Make those of the nearest `width` nodes that are in no walk candidates."""
    for rank in range(min(width, ground.near.shape[1])):
        near = ground.near[node, rank]
        if tour.place[near] < 0:
            consider(prizes, near)


@lean
def dismiss(prizes: Prizes) -> None:
    """Have no candidates."""
    for spot in range(prizes.number[0]):
        prizes.is_candidate[prizes.candidates[spot]] = False
    prizes.number[0] = 0


@lean
def detour(ground: Ground, tour: Tour, leg: int, node: int) -> int:
    """What a leg gets longer by leading over the node; NEVER where there is no leg."""
    before, after = tour.order[leg], tour.order[leg + 1]
    if before >= ground.ends:
        return NEVER
    return int(ground.way[before, node] + ground.way[node, after] - ground.way[before, after])


@lean
def slack_at(tour: Tour, prizes: Prizes, leg: int) -> int:
    """How much longer the walk may get that has the leg."""
    walker = tour.walker[tour.order[leg]]
    return int(prizes.limit[walker] - tour.length[walker])


@lean
def try_leg(ground: Ground, tour: Tour, prizes: Prizes, spot: int, leg: int) -> None:
    """Note the leg for the candidate, if its walk bears it and no cheaper one is known."""
    delay = detour(ground, tour, leg, prizes.candidates[spot])
    if delay < prizes.delay[spot] and delay <= slack_at(tour, prizes, leg):
        prizes.delay[spot], prizes.leg[spot] = delay, leg


@lean
def find_leg(ground: Ground, tour: Tour, prizes: Prizes, spot: int) -> None:
    """Find the candidate's cheapest leg next to its nearest neighbours; or among all legs."""
    prizes.delay[spot], prizes.leg[spot] = NEVER, -1
    node = prizes.candidates[spot]
    found = 0
    for rank in range(ground.near.shape[1]):
        near = ground.near[node, rank]
        at = tour.place[near]
        if at < 0:
            continue
        if can_cut(ground, near, 0):
            try_leg(ground, tour, prizes, spot, at)
        if can_cut(ground, near, 1):
            try_leg(ground, tour, prizes, spot, at - 1)
        found += 1
        if found == NEIGHBOURS_TRIED:
            return
    if found < NEIGHBOURS_NEEDED:
        for leg in range(tour.counts[SIZE] - 1):
            try_leg(ground, tour, prizes, spot, leg)


@lean
def split_leg(ground: Ground, tour: Tour, prizes: Prizes, leg: int) -> None:
    """Put the candidates' legs right after one leg has become two."""
    for spot in range(prizes.number[0]):
        if tour.place[prizes.candidates[spot]] >= 0:
            continue
        if prizes.leg[spot] == leg:
            find_leg(ground, tour, prizes, spot)
            continue
        if prizes.leg[spot] > leg:
            prizes.leg[spot] += 1
        try_leg(ground, tour, prizes, spot, leg)
        try_leg(ground, tour, prizes, spot, leg + 1)


@lean
def worth(ground: Ground, tour: Tour, prizes: Prizes, spot: int) -> float:
    """The candidate's value for each second of delay; 0 if it fits nowhere."""
    leg = prizes.leg[spot]
    if tour.place[prizes.candidates[spot]] >= 0 or leg < 0:
        return 0.0
    if prizes.delay[spot] > slack_at(tour, prizes, leg):
        find_leg(ground, tour, prizes, spot)
        if prizes.leg[spot] < 0:
            return 0.0
    return float(prizes.value[prizes.candidates[spot]] / max(prizes.delay[spot], LEAST_DELAY))


@lean
def fill(ground: Ground, tour: Tour, prizes: Prizes, least: float, noise: float) -> None:
    """Put candidates in, by their worth within some noise, until none is worth `least`."""
    for spot in range(prizes.number[0]):
        find_leg(ground, tour, prizes, spot)
    while True:
        most, chosen = 0.0, -1
        for spot in range(prizes.number[0]):
            value = worth(ground, tour, prizes, spot)
            if value <= 0.0 or value < least:
                continue
            if noise > 0.0:
                value *= 1.0 + noise * (uniform(tour.random) - 0.5)
            if value > most:
                most, chosen = value, spot
        if chosen < 0:
            return
        leg = prizes.leg[chosen]
        put_in(ground, tour, prizes, chosen)
        split_leg(ground, tour, prizes, leg)


@lean
def put_in(ground: Ground, tour: Tour, prizes: Prizes, spot: int) -> None:
    """Put the candidate into its cheapest leg."""
    order, place, node, leg = tour.order, tour.place, prizes.candidates[spot], prizes.leg[spot]
    walker = tour.walker[order[leg]]
    for at in range(tour.counts[SIZE], leg + 1, -1):
        order[at] = order[at - 1]
        place[order[at]] = at
    order[leg + 1] = node
    place[node] = leg + 1
    tour.walker[node] = walker
    tour.length[walker] += prizes.delay[spot]
    prizes.total[0] += prizes.value[node]
    tour.counts[SIZE] += 1
    tour.counts[FIRST] = min(tour.counts[FIRST], leg + 1)
    add_up_turns(ground, tour, leg + 1)
    for at in range(leg, leg + 3):
        loosen(tour, order[at])


@lean
def take_out(ground: Ground, tour: Tour, prizes: Prizes, first: int, last: int) -> None:
    """Take out the stops from one place to another; they become candidates."""
    order, number = tour.order, last - first + 1
    walker = tour.walker[order[first]]
    saved = ground.way[order[last], order[last + 1]]
    for at in range(first, last + 1):
        node = order[at]
        saved += ground.way[order[at - 1], node]
        tour.place[node] = -1
        tour.walker[node] = -1
        prizes.total[0] -= prizes.value[node]
        consider(prizes, node)
    for at in range(first, tour.counts[SIZE] - number):
        order[at] = order[at + number]
        tour.place[order[at]] = at
    tour.counts[SIZE] -= number
    tour.counts[FIRST] = min(tour.counts[FIRST], first)
    tour.length[walker] += ground.way[order[first - 1], order[first]] - saved
    add_up_turns(ground, tour, first)
    loosen(tour, order[first - 1])
    loosen(tour, order[first])


@lean
def take_out_around(ground: Ground, tour: Tour, prizes: Prizes, node: int, longest: int) -> None:
    """Take out a random stretch of up to `longest` stops of one walk, the node among them."""
    at = tour.place[node]
    number = 1 + below(tour.random, longest)
    earliest = at - below(tour.random, number)
    latest = earliest + number - 1
    first, last = at, at
    while first > earliest and tour.order[first - 1] < ground.starts:
        first -= 1
    while last < latest and tour.order[last + 1] < ground.starts:
        last += 1
    take_out(ground, tour, prizes, first, last)


@lean
def shed(ground: Ground, tour: Tour, prizes: Prizes) -> None:
    """Take out the stop of least value for its way until every limit is kept. O(n²)."""
    while True:
        least, worst = np.inf, -1
        for at in range(1, tour.counts[SIZE] - 1):
            before, node, after = tour.order[at - 1], tour.order[at], tour.order[at + 1]
            if node >= ground.starts or slack_at(tour, prizes, at) >= 0:
                continue
            saved = ground.way[before, node] + ground.way[node, after] - ground.way[before, after]
            value = prizes.value[node] / max(saved, LEAST_DELAY)
            if value < least:
                least, worst = value, at
        if worst < 0:
            return
        take_out(ground, tour, prizes, worst, worst)
