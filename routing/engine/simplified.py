"""A problem without pauses and hours, whose plan is where the search of the real one may begin.

The simpler search is faster and need not decide what the hours make of a plan: where there are many
stops, its plan is soon better than what the real search finds by itself.
"""

from __future__ import annotations

from dataclasses import replace

from routing.engine.problem import Problem, Stop, Walker
from routing.engine.solution import Orders
from routing.engine.timetable import NEVER, Tables, Timetable


def simplified(problem: Problem) -> Problem | None:
    """The problem with shifts shorter by their pauses and with mean values; None if it has neither.

    No shift is shorter than the way home and its pauses.
    """
    has_hours = any(len(set(stop.values)) > 1 for stop in problem.stops)
    if not has_hours and not any(walker.breaks for walker in problem.walkers):
        return None
    stops = [replace(stop, value=mean_value(stop)) for stop in problem.stops]
    return replace(problem, stops=stops, walkers=[*map(without_pauses, problem.walkers)])


def mean_value(stop: Stop) -> int:
    """What a stop is worth at a time of day like any other; something, if it ever is."""
    mean = round(sum(stop.values) / len(stop.values))
    return max(mean, min(1, max(stop.values)))


def without_pauses(walker: Walker) -> Walker:
    """The walker, back earlier by all pauses instead of having them."""
    opens, closes = walker.shift
    paused_s = sum(each.pause_s for each in walker.breaks)
    return replace(walker, breaks=(), shift=(opens, closes - paused_s))


def realised(tables: Tables, orders: Orders) -> Orders:
    """Orders of the simplified problem's stops as variants, without what does not fit. O(n²)."""
    return [
        feasible_part(tables, walker, timed(tables, walker, order))
        for walker, order in enumerate(orders)
    ]


def timed(tables: Tables, walker: int, order: list[int]) -> list[int]:
    """The variant of each stop that is begun soonest, with each pause as soon as it may be."""
    person = tables.problem.walkers[walker]
    here, _ = tables.ends_of(walker)
    now, left, found = person.shift[0], list(person.breaks), []
    for stop in order:
        place = tables.problem.stops[stop].place
        ready = now + tables.way(person.profile, here, place)
        while left and left[0].window[0] <= ready:
            ready = max(ready, left[0].window[0]) + left.pop(0).pause_s
        starts = [(tables.earliest_start(each, ready), each) for each in tables.variants[stop]]
        start, variant = min(starts, default=(NEVER, -1))
        if start < NEVER and tables.allowed[walker, variant]:
            found.append(variant)
            here, now = place, start + tables.stops[variant].service_s
    return found


def feasible_part(tables: Tables, walker: int, order: list[int]) -> list[int]:
    """As many of the first stops as the walker has time for."""
    first, beyond = 0, len(order) + 1
    while beyond - first > 1:
        middle = (first + beyond) // 2
        if Timetable(tables, walker, order[:middle]).feasible:
            first = middle
        else:
            beyond = middle
    return order[:first]
