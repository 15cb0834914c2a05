"""The best plan of a tiny problem by trying everything; shares no code with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise, permutations

from routing.engine import UNREACHABLE, Problem, Stop, Walker

Cost = tuple[int, int]  # lost value against the best of what is served, and time
Chosen = frozenset[int]


def best_score(problem: Problem) -> tuple[int, int, int]:
    """The least (missed, lost, time) of all plans."""
    everything = frozenset(range(len(problem.stops)))
    tables = [walks_of(problem, walker, everything) for walker in problem.walkers]

    @cache
    def least(walker: int, left: Chosen) -> tuple[int, int, int]:
        if walker == len(tables):
            stops = [problem.stops[at] for at in left]
            return sum(s.required for s in stops), sum(max(s.values) for s in stops), 0
        found = []
        for chosen, (lost, time_s) in tables[walker].items():
            if chosen <= left:
                missed, more, time_more = least(walker + 1, left - chosen)
                found.append((missed, lost + more, time_s + time_more))
        return min(found)

    return least(0, everything)


def walks_of(problem: Problem, walker: Walker, stops: Chosen) -> dict[Chosen, Cost]:
    """For every set of stops that the walker can serve, the least that serving them costs."""
    found: dict[Chosen, Cost] = {frozenset(): (0, 0)}
    mine = [at for at in stops if may(walker, problem.stops[at])]
    for size in range(1, len(mine) + 1):
        for order in permutations(mine, size):
            costs = list(costs_of(problem, walker, order)) if in_order(problem, order) else []
            if costs:
                key = frozenset(order)
                found[key] = min(costs) if key not in found else min(found[key], *costs)
    return found


def may(walker: Walker, stop: Stop) -> bool:
    named = stop.walkers is None or walker.id in stop.walkers
    return named and all(skill in walker.skills for skill in stop.skills)


def in_order(problem: Problem, order: tuple[int, ...]) -> bool:
    ids = [problem.stops[at].id for at in order]
    return all(
        given in ids[:place] for place, at in enumerate(order) for given in problem.stops[at].after
    )


def costs_of(problem: Problem, walker: Walker, order: tuple[int, ...]) -> Iterator[Cost]:
    """What serving the stops in that order costs, for every sensible choice of times."""
    ways = problem.travel_by_profile[walker.profile].tolist()
    places = [walker.start, *(problem.stops[at].place for at in order)]
    legs = [ways[a][b] for a, b in pairwise(places)]
    legs.append(0 if walker.end is None else ways[places[-1]][walker.end])
    if any(leg >= UNREACHABLE for leg in legs):
        return
    if walker.most_walk_s is not None and sum(legs) > walker.most_walk_s:
        return

    def go_on(leg: int, now: int, taken: int, lost: int) -> Iterator[Cost]:
        for more in range(taken, len(walker.breaks) + 1):
            ready = walk(walker, now, legs[leg], range(taken, more))
            if ready is None or ready > walker.shift[1]:
                continue
            if leg == len(order):
                if more == len(walker.breaks):
                    yield lost, ready - walker.shift[0]
                continue
            stop = problem.stops[order[leg]]
            for start in starts(problem, stop, ready):
                less = max(stop.values) - worth(problem, stop, start)
                yield from go_on(leg + 1, start + stop.service_s, more, lost + less)

    yield from go_on(0, walker.shift[0], 0, 0)


def walk(walker: Walker, now: int, way: int, breaks: range) -> int | None:
    """Second by second in spirit: walk until a break begins, pause, walk on."""
    for each in (walker.breaks[at] for at in breaks):
        begin = max(now, each.window[0])
        if begin > each.window[1]:
            return None
        way = max(0, way - (begin - now))
        now = begin + each.pause_s
    return now + way


def starts(problem: Problem, stop: Stop, ready: int) -> set[int]:
    """At once, or when a window or a bucket begins: nothing else can be better."""
    moments = {ready, stop.not_before, *problem.bucket_edges, *(w[0] for w in stop.windows)}
    return {
        at
        for at in moments
        if at >= max(ready, stop.not_before)
        and (not stop.windows or any(a <= at <= b for a, b in stop.windows))
    }


def worth(problem: Problem, stop: Stop, start: int) -> int:
    if len(stop.values) == 1:
        return stop.values[0]
    return stop.values[sum(edge <= start for edge in problem.bucket_edges)]
