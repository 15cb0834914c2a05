"""The objective, stated once: required stops, then value, then time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from routing.engine.problem import Problem


@dataclass(frozen=True, order=True)
class Score:
    """How good a plan is: smaller is better, compared from the first field to the last.

    `missed` required stops, then `lost` value, then `time_s`: the seconds from the opening of the
    shift until the walker is at the end with all breaks taken, added up over the walkers who leave
    at all. A stop loses the most that it can be worth, less what it brings if it is served.
    """

    missed: int
    lost: int
    time_s: int


def value_at(problem: Problem, stop: int, start_s: int) -> int:
    """What a stop (index) is worth if its service begins at `start_s`."""
    values = problem.stops[stop].values
    return values[bisect_right(problem.bucket_edges, start_s) if len(values) > 1 else 0]


def score(problem: Problem, served: Mapping[int, int], time_s: int) -> Score:
    """The score of a plan of `time_s`; `served`: stop (index) → when its service begins."""
    brought = sum(value_at(problem, stop, start_s) for stop, start_s in served.items())
    missed = [stop for stop in range(len(problem.stops)) if stop not in served]
    return Score(
        missed=sum(problem.stops[stop].required for stop in missed),
        lost=problem.most_value - brought,
        time_s=time_s,
    )


def status_of(problem: Problem, found: Score, bound: Score | None) -> str:
    """What a bound, a score that no plan beats, says of the plan found.

    `optimal`, or `bound 3.2%`: what might be gained is at most that share of the value that the
    bound allows; of its time, where the value is the bound's. `heuristic` without a bound, or where
    a required stop more might be served.
    """
    if bound is None or bound.missed < found.missed:
        return "heuristic"
    if bound >= found:
        return "optimal"
    if bound.lost == found.lost:
        return f"bound {(found.time_s - bound.time_s) / max(1, bound.time_s):.1%}"
    most = problem.most_value - bound.lost
    return f"bound {(found.lost - bound.lost) / most:.1%}"


def weight_of(problem: Problem, stop: int) -> int:
    """What leaving the stop out costs in seconds."""
    missed = problem.required_weight if problem.stops[stop].required else 0
    return missed + max(problem.stops[stop].values) * problem.value_weight
