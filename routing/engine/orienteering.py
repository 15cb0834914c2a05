"""Orienteering without windows: the most value within a bare limit on the length of each walk.

Ruin and recreate under simulated annealing: some stretches of a walk near each other are taken out,
stops there are put in by value for delay, and 3-opt keeps the walks short all the time. What is
judged is the value plus a price for the time that is left over; the price follows how scarce time
is, so that a shorter walk counts as progress before another stop fits in, and a stop that costs
more than it is worth elsewhere stays out. The walks over all stops, thinned out, are the start.

Christiaens, Vanden Berghe 2020, Slack induction by string removals for vehicle routing problems,
doi:10.1287/trsc.2019.0914; Kirkpatrick, Gelatt, Vecchi 1983, Optimization by simulated annealing,
doi:10.1126/science.220.4598.671; Fischetti, Salazar González, Toth 1998, Solving the orienteering
problem through branch-and-cut, doi:10.1287/ijoc.10.2.133; Kobeaga, Merino, Lozano 2018, An
efficient evolutionary algorithm for the orienteering problem, doi:10.1016/j.cor.2017.09.003 (which
starts from walks over subsets and drops what is too much, as here).
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.clock import Clock, in_chunks
from routing.engine.compiled import lean
from routing.engine.local_search import tighten
from routing.engine.prizes import (
    Prizes,
    consider,
    consider_near,
    dismiss,
    fill,
    prizes_of,
    shed,
    take_out_around,
)
from routing.engine.random_bits import below, uniform
from routing.engine.solution import Orders
from routing.engine.timetable import Tables
from routing.engine.tour import (
    FAR,
    FIRST,
    SIZE,
    Ground,
    Ints,
    Kept,
    Longs,
    Tour,
    empty_tour,
    go_back,
    ground_of,
    keep,
    loosen,
    measure,
    renumber,
    room_to_keep,
)

NEIGHBOURS: Final = 24
WIDTH: Final = 12  # so many neighbours of what was taken out are considered
LONGEST_STRETCH: Final = 10
LONG_STRETCHES: Final = 0.03  # so often up to a quarter of all walks goes at once
SPARSE: Final = 3  # times as many stops as fit: where there are more, it counts where walks lead
VERY_SPARSE: Final = 8  # here the walks over all stops take too long to thin out
NOISE: Final = 0.5
HOT: Final = 1.0  # of the mean value of a stop, at the begin of each cycle of annealing
COLD: Final = 0.03  # the same at its end
FIRST_CYCLE: Final = 100  # iterations for each stop
GROWTH: Final = 1.3  # of each cycle over the one before
PRICE_STEP: Final = 1.001
LARGEST_THRESHOLD: Final = 1.2  # of the price

PRICE, HEAT, HOTTEST, COOLING, LEFT, CYCLE = range(6)  # what stands where in `Annealing.now`
VALUE, SLACK, KEPT_VALUE, IMPROVED = range(4)  # what stands where in `Annealing.found`


class Annealing(NamedTuple):
    """How the search stands: `now` (6,) numbers of the schedule, `found` (4,) and the best walks.

    `found` are the value and the slack of the best walks, the value of the kept ones, and how often
    the best were improved.
    """

    now: NDArray[np.float64]
    found: Longs
    kept: Kept
    best: Kept


def orienteer(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """Walks of much value for a problem without windows and required stops; None without stops."""
    return orienteering(tables, start, seed)(clock)


def orienteering(tables: Tables, start: Orders, seed: int) -> Callable[[Clock], Orders | None]:
    """The search for walks of much value, begun: each call goes on and tells the best so far.

    Where there are far more stops than fit, it begins with the plan `start`, if that is better. All
    lengths are doubled, so that half of each service can be added to the ways at both sides.
    """
    problem = tables.problem
    worth_it = np.flatnonzero(tables.value > 0)
    if not worth_it.size:
        return lambda _: None
    begins, stops_at = zip(*map(tables.ends_of, range(len(problem.walkers))), strict=True)
    ends = [*begins, *stops_at]
    nodes = np.concatenate([tables.place[worth_it], np.array(ends, dtype=np.int64)])
    service = np.concatenate([tables.service[worth_it], np.zeros(len(ends), dtype=np.int64)])
    way = tables.ways_between(problem.walkers[0].profile, nodes)
    double(way, service)
    limit = np.array([2 * (walker.shift[1] - walker.shift[0]) for walker in problem.walkers])
    begun = [np.searchsorted(worth_it, [at for at in order if tables.value[at]]) for order in start]
    stakes = Stakes(tables.value[worth_it], np.minimum(limit, FAR - 1))
    go_on = walking(way, stakes, begun, seed)
    return lambda clock: [worth_it[walk].tolist() for walk in go_on(clock)]


@lean
def double(way: Ints, service: Longs) -> None:
    """Double the ways, up to FAR, and add half of the double service to those at both sides."""
    for here in range(len(way)):
        for there in range(len(way)):
            doubled = 2 * int(way[here, there]) + service[here] + service[there]
            way[here, there] = min(doubled, FAR)


class Stakes(NamedTuple):
    """The `value` (n,) of the nodes, and the `limit` (m,) of each walk."""

    value: Longs
    limit: Longs


def walking(
    way: Ints, stakes: Stakes, start: list[Longs], seed: int
) -> Callable[[Clock], list[NDArray[np.int32]]]:
    """The search for m walks over some of n nodes: `way` (n + 2 m, n + 2 m).

    `start` are valid walks.
    """
    ground = ground_of(way, len(start), NEIGHBOURS)
    begun = [begun_with(ground, stakes, each, seed) for each in beginnings(ground, start)]
    tour, prizes, state = max(begun, key=lambda each: each[-1].found[: SLACK + 1].tolist())

    def go_on(clock: Clock) -> list[NDArray[np.int32]]:
        improved = int(state.found[IMPROVED])
        in_chunks(lambda iterations: step(ground, tour, prizes, state, iterations), clock)
        clock.record.improvements += int(state.found[IMPROVED]) - improved
        order = state.best.order[: state.best.size[0]]
        walks = np.split(order, np.flatnonzero(order >= ground.ends) + 1)[:-1]
        return [walk[1:-1].copy() for walk in walks]

    return go_on


def beginnings(ground: Ground, start: list[Longs]) -> list[Longs]:
    """What to try first: nothing stands for the walks over all stops, thinned out."""
    ends = [(ground.starts + walker, ground.ends + walker) for walker in range(len(start))]
    plan = np.concatenate([[a, *walk, b] for walk, (a, b) in zip(start, ends, strict=True)])
    nothing, plan = plan[:0].astype(np.int64), plan.astype(np.int64)
    if SPARSE * len(plan) >= ground.starts:
        return [nothing]
    return [plan] if VERY_SPARSE * len(plan) < ground.starts else [nothing, plan]


def begun_with(
    ground: Ground, stakes: Stakes, start: Longs, seed: int
) -> tuple[Tour, Prizes, Annealing]:
    """The search where it begins."""
    nodes, walkers = len(ground.way), len(stakes.limit)
    tour, prizes = empty_tour(nodes, walkers, seed), prizes_of(*stakes)
    state = Annealing(np.zeros(6), np.zeros(4, np.int64), room_to_keep(tour), room_to_keep(tour))
    begin(ground, tour, prizes, state, start)
    return tour, prizes, state


@lean
def begin(ground: Ground, tour: Tour, prizes: Prizes, state: Annealing, start: Longs) -> None:
    """From the walks of a plan, in a row with their ends; from all stops where there are none."""
    if len(start):
        begin_from(ground, tour, prizes, start)
    else:
        thin_out(ground, tour, prizes)
    dismiss(prizes)
    tour.counts[FIRST] = 0
    keep(tour, state.kept)
    tour.counts[FIRST] = 0
    keep(tour, state.best)
    state.found[VALUE] = state.found[KEPT_VALUE] = prizes.total[0]
    state.found[SLACK] = slack_of(tour.length, prizes)
    heat_up(ground, tour, prizes, state)


@lean
def begin_from(ground: Ground, tour: Tour, prizes: Prizes, start: Longs) -> None:
    """Those walks, made short and filled up."""
    for at in range(len(start)):
        tour.order[at] = start[at]
        prizes.total[0] += prizes.value[start[at]]
    tour.counts[SIZE] = len(start)
    renumber(ground, tour, 0)
    measure(ground, tour)
    for at in range(len(start)):
        loosen(tour, tour.order[at])
    tighten(ground, tour)
    fill_all(ground, tour, prizes)


@lean
def thin_out(ground: Ground, tour: Tour, prizes: Prizes) -> None:
    """Walks over all stops, without what is worth least until they keep their limits. O(n²)."""
    walkers = len(prizes.limit)
    for walker in range(walkers):
        tour.order[2 * walker] = ground.starts + walker
        tour.order[2 * walker + 1] = ground.ends + walker
        prizes.limit[walker] += 2 * FAR * len(tour.order)
    tour.counts[SIZE] = 2 * walkers
    renumber(ground, tour, 0)
    measure(ground, tour)
    for node in range(ground.starts):
        consider(prizes, node)
    fill(ground, tour, prizes, 0.0, 0.0)
    tighten(ground, tour)
    for walker in range(walkers):
        prizes.limit[walker] -= 2 * FAR * len(tour.order)
    shed(ground, tour, prizes)
    tighten(ground, tour)
    fill(ground, tour, prizes, 0.0, 0.0)
    tighten(ground, tour)


@lean
def heat_up(ground: Ground, tour: Tour, prizes: Prizes, state: Annealing) -> None:
    """Begin the first cycle of annealing."""
    now = state.now
    value = 0
    for node in range(ground.starts):
        value += prizes.value[node]
    now[PRICE] = 0.5 * prizes.total[0] / max(total_limit(prizes), 1)
    now[HOTTEST] = HOT * value / max(ground.starts, 1)
    now[CYCLE] = FIRST_CYCLE * min(ground.starts, VERY_SPARSE * tour.counts[SIZE]) / GROWTH
    next_cycle(now)


@lean
def next_cycle(now: NDArray[np.float64]) -> None:
    """Begin a longer cycle, hot again. What the cycles are never depends on the budget."""
    now[CYCLE] *= GROWTH
    now[LEFT] = now[CYCLE]
    now[HEAT] = now[HOTTEST]
    now[COOLING] = (COLD / HOT) ** (1.0 / now[CYCLE])


@lean
def step(ground: Ground, tour: Tour, prizes: Prizes, state: Annealing, iterations: int) -> None:
    """So many changes, each kept or undone."""
    now = state.now
    for _ in range(iterations):
        change(ground, tour, prizes, now[PRICE])
        judge(ground, tour, prizes, state)
        now[HEAT] *= now[COOLING]
        now[LEFT] -= 1.0
        if now[LEFT] <= 0.0:
            next_cycle(now)


@lean
def change(ground: Ground, tour: Tour, prizes: Prizes, price: float) -> None:
    """Take stretches out near a random stop, and put in what is near and worth it."""
    centre = below(tour.random, ground.starts)
    consider_near(ground, tour, prizes, centre, WIDTH)
    if tour.place[centre] < 0:
        consider(prizes, centre)
    ruin(ground, tour, prizes, centre)
    for spot in range(prizes.number[0]):
        consider_near(ground, tour, prizes, prizes.candidates[spot], WIDTH)
    least = LARGEST_THRESHOLD * price * uniform(tour.random)
    fill(ground, tour, prizes, least, NOISE)
    tighten(ground, tour)
    fill(ground, tour, prizes, least, 0.0)
    tighten(ground, tour)
    dismiss(prizes)


@lean
def ruin(ground: Ground, tour: Tour, prizes: Prizes, centre: int) -> None:
    """Take out a stretch around the stop in a walk nearest to the centre, maybe one beside it."""
    node = nearest_in_walk(ground, tour, centre)
    if node < 0:
        return
    longest = LONGEST_STRETCH
    if uniform(tour.random) < LONG_STRETCHES:
        longest = max(longest, tour.counts[SIZE] // 4)
    take_out_around(ground, tour, prizes, node, longest)
    if uniform(tour.random) < 0.5:
        for _ in range(10):
            other = ground.near[node, below(tour.random, ground.near.shape[1])]
            if other < ground.starts and tour.place[other] >= 0:
                take_out_around(ground, tour, prizes, other, LONGEST_STRETCH)
                return


@lean
def nearest_in_walk(ground: Ground, tour: Tour, centre: int) -> int:
    """The stop itself if it is in a walk, else its nearest neighbour that is; -1 if none is."""
    if tour.place[centre] >= 0:
        return centre
    for rank in range(ground.near.shape[1]):
        near = ground.near[centre, rank]
        if near < ground.starts and tour.place[near] >= 0:
            return int(near)
    return -1


@lean
def slack_of(length: Longs, prizes: Prizes) -> int:
    """How much of all limits is left over."""
    slack = 0
    for walker in range(len(prizes.limit)):
        slack += prizes.limit[walker] - length[walker]
    return slack


@lean
def judge(ground: Ground, tour: Tour, prizes: Prizes, state: Annealing) -> None:
    """Keep or undo the change; note the best; let the price follow how scarce time is."""
    now, found, kept = state.now, state.found, state.kept
    value, slack = prizes.total[0], slack_of(tour.length, prizes)
    slack_before = slack_of(kept.length, prizes)
    gain = value - found[KEPT_VALUE] + now[PRICE] * (slack - slack_before)
    if gain >= 0.0 or uniform(tour.random) < exp(gain / now[HEAT]):
        if value > found[VALUE]:
            value, slack = fill_all(ground, tour, prizes)
        keep(tour, kept)
        found[KEPT_VALUE] = value
        if value > found[VALUE] or (value == found[VALUE] and slack > found[SLACK]):
            found[VALUE], found[SLACK] = value, slack
            found[IMPROVED] += 1
            tour.counts[FIRST] = 0
            keep(tour, state.best)
    else:
        go_back(ground, tour, kept)
        prizes.total[0] = found[KEPT_VALUE]
        slack = slack_before
    scarce = slack * tour.counts[SIZE] < total_limit(prizes)  # less is left than a mean leg
    now[PRICE] *= PRICE_STEP if scarce else 1.0 / PRICE_STEP


@lean
def fill_all(ground: Ground, tour: Tour, prizes: Prizes) -> tuple[int, int]:
    """Put in whatever else there is room for; the value and the slack of the walks then."""
    for node in range(ground.starts):
        if tour.place[node] < 0:
            consider(prizes, node)
    before = -1
    while prizes.total[0] > before:
        before = prizes.total[0]
        fill(ground, tour, prizes, 0.0, 0.0)
        tighten(ground, tour)
    dismiss(prizes)
    return int(prizes.total[0]), slack_of(tour.length, prizes)


@lean
def total_limit(prizes: Prizes) -> int:
    """How long all walks may be together."""
    limit = 0
    for walker in range(len(prizes.limit)):
        limit += prizes.limit[walker]
    return limit
