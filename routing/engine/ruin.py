"""Take stops out of a plan, so that there is room for better ones.

Every ruin marks stops as served by nobody and their walkers as touched; `tidy` takes them out.
"""

from __future__ import annotations

import numpy as np

from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints, know_neighbours
from routing.engine.plans import Plan, drop_marked, give_up, is_feasible
from routing.engine.random_bits import Bits, below, uniform

MOST_STOPS = 10
SPARE_ONE = 0.2
SPARE_MORE = 0.5
SAMPLE = 6


@lean
def ruin(facts: Facts, plan: Plan, touched: Ints, bits: Bits) -> None:
    """One of the ways to take some stops out, by chance."""
    served, _ = stops_and_walks(plan)
    size = 1 + below(bits, max(1, min(MOST_STOPS, served)))
    way = uniform(bits)
    if way < 0.5:
        ruin_strings(facts, plan, touched, bits)
    elif way < 0.7:
        ruin_random(facts, plan, touched, size, bits)
    elif way < 0.9:
        ruin_near(facts, plan, touched, size, bits)
    else:
        ruin_poor(facts, plan, touched, size, bits)
    tidy(facts, plan, touched, bits)


@lean
def stops_and_walks(plan: Plan) -> tuple[int, int]:
    """How many stops are served, and by how many walkers."""
    served, used = 0, 0
    for walker in range(plan.length.size):
        served += plan.length[walker]
        used += plan.length[walker] > 0
    return served, used


@lean
def mark(facts: Facts, plan: Plan, touched: Ints, stop: int) -> None:
    """Say that a stop shall go, and its walk be tidied."""
    touched[plan.walker[stop]] = 1
    give_up(facts, plan, stop)


@lean
def tidy(facts: Facts, plan: Plan, touched: Ints, bits: Bits) -> None:
    """Take the marked stops out; where the ways past them are too long, more, one after another."""
    for walker in range(plan.length.size):
        if not touched[walker]:
            continue
        touched[walker] = 0
        drop_marked(facts, plan, walker)
        while not is_feasible(facts, plan, walker):
            position = 1 + below(bits, plan.length[walker])
            give_up(facts, plan, int(plan.order[walker, position]))
            drop_marked(facts, plan, walker)


@lean
def neighbour(facts: Facts, seed: int, rank: int) -> int:
    """The stop itself for rank 0, then its neighbours, nearest first."""
    return seed if rank == 0 else int(facts.near[seed, rank - 1])


@lean
def ruin_strings(facts: Facts, plan: Plan, touched: Ints, bits: Bits) -> None:
    """Take a string of stops out of each of some walks that pass near a random stop.

    Christiaens and Vanden Berghe 2020, Slack induction by string removals for vehicle routing
    problems, doi:10.1287/trsc.2019.0914, section 5.2.
    """
    served, used = stops_and_walks(plan)
    if not used:
        return
    longest = min(float(MOST_STOPS), served / used)
    strings = 1 + int(uniform(bits) * (4.0 * MOST_STOPS / (1.0 + longest) - 1.0))
    seed = below(bits, plan.walker.size)
    know_neighbours(facts, seed)
    for rank in range(facts.near.shape[1] + 1):
        stop = neighbour(facts, seed, rank)
        walker = plan.walker[stop]
        if walker < 0 or touched[walker]:
            continue
        limit = min(longest, float(plan.length[walker]))
        size = min(1 + int(uniform(bits) * limit), plan.length[walker])
        ruin_string(facts, plan, touched, (stop, size), bits)
        strings -= 1
        if not strings:
            return


@lean
def ruin_string(
    facts: Facts, plan: Plan, touched: Ints, string: tuple[int, int], bits: Bits
) -> None:
    """Take a string out, so many stops around one, half of the time sparing a part between."""
    stop, size = string
    walker = plan.walker[stop]
    length = plan.length[walker]
    spared = 0
    if uniform(bits) < SPARE_MORE:
        while size + spared < length and uniform(bits) < SPARE_MORE:
            spared += 1
    here = plan.place[stop]
    first = max(1, here - size - spared + 1)
    last = min(here, length - size - spared + 1)
    begin = first + below(bits, last - first + 1)
    hole = begin + below(bits, size + 1)
    for position in range(begin, begin + size + spared):
        stop = int(plan.order[walker, position])
        if (position < hole or position >= hole + spared) and plan.walker[stop] >= 0:
            mark(facts, plan, touched, stop)


@lean
def ruin_random(facts: Facts, plan: Plan, touched: Ints, size: int, bits: Bits) -> None:
    """Take up to `size` random stops out."""
    n = plan.walker.size
    for _ in range(4 * n):
        stop = below(bits, n)
        if plan.walker[stop] >= 0:
            mark(facts, plan, touched, stop)
            size -= 1
            if not size:
                return


@lean
def ruin_near(facts: Facts, plan: Plan, touched: Ints, size: int, bits: Bits) -> None:
    """Take up to `size` stops near a random one out, seldom sparing one.

    Shaw 1998, Using constraint programming and local search methods to solve vehicle routing
    problems, doi:10.1007/3-540-49481-2_30.
    """
    seed = below(bits, plan.walker.size)
    know_neighbours(facts, seed)
    for rank in range(facts.near.shape[1] + 1):
        stop = neighbour(facts, seed, rank)
        if plan.walker[stop] >= 0 and uniform(bits) >= SPARE_ONE:
            mark(facts, plan, touched, stop)
            size -= 1
            if not size:
                return


@lean
def ruin_poor(facts: Facts, plan: Plan, touched: Ints, size: int, bits: Bits) -> None:
    """Take up to `size` stops out that bring little for their time: each the poorest of a few."""
    n = plan.walker.size
    for _ in range(size):
        poorest, least = -1, np.inf
        for _ in range(SAMPLE):
            stop = below(bits, n)
            if plan.walker[stop] >= 0:
                rate = worth_per_time(facts, plan, stop)
                if rate < least:
                    poorest, least = stop, rate
        if poorest >= 0:
            mark(facts, plan, touched, poorest)


@lean
def worth_per_time(facts: Facts, plan: Plan, stop: int) -> float:
    """What a served stop brings for the detour, the waiting and the service."""
    walker = plan.walker[stop]
    position = plan.place[stop]
    order, travel = plan.order[walker], facts.travel[facts.profile[walker]]
    before, after = order[position - 1], order[position + 1]
    detour = int(travel[before, stop]) + int(travel[stop, after])
    detour -= int(travel[before, after])
    there = plan.leave[walker, position] - plan.arrive[walker, position]
    return float(facts.worth[stop]) / max(1.0, float(detour + there))
