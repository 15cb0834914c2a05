"""What real shifts have and published instances lack: a pause, and values that follow the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from routing.engine import Break, Problem, Stop
from routing.engine.objective import value_at
from routing.engine.solution import Solution

QUARTERS = (6, 7, 10, 9)  # tenths of a stop's value in each quarter of the shift
PAUSE_BEGINS = (3, 5)  # eighths of the shift between which the pause begins


def with_pause(problem: Problem, pause_s: int) -> Problem:
    """Every walker has a pause about the middle of the shift."""
    walkers = []
    for walker in problem.walkers:
        opens, closes = walker.shift
        window = tuple(opens + (closes - opens) * part // 8 for part in PAUSE_BEGINS)
        rest = Break(pause_s, (window[0], window[1]))
        walkers.append(replace(walker, breaks=(*walker.breaks, rest)))
    return replace(problem, walkers=walkers)


def with_hours(problem: Problem) -> Problem:
    """Values ten times as large, which follow the quarters of the shift; required ones do not."""
    opens = min(walker.shift[0] for walker in problem.walkers)
    closes = max(walker.shift[1] for walker in problem.walkers)
    parts = len(QUARTERS)
    edges = [opens + (closes - opens) * part // parts for part in range(1, parts)]
    stops = [replace(stop, value=values_of(stop)) for stop in problem.stops]
    return replace(problem, stops=stops, bucket_edges=edges)


def values_of(stop: Stop) -> tuple[int, ...]:
    """A stop's value in each quarter."""
    shares: Sequence[int] = (10,) * len(QUARTERS) if stop.required else QUARTERS
    return tuple(share * max(stop.values) for share in shares)


def value_in(problem: Problem, solution: Solution) -> int:
    """What a plan for the same stops brings by the values of this problem."""
    return sum(
        value_at(problem, planned.stop, planned.start_s)
        for walk in solution.walks
        for planned in walk.stops
    )
