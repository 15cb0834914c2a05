"""The objective, stated once: required stops, then value, then time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.engine.problem import Problem


@dataclass(frozen=True, order=True)
class Score:
    """How good a plan is: smaller is better, compared from the first field to the last.

    `missed` required stops, then `lost` value (of the stops left out), then `time_s`: the seconds
    from the opening of the shift until the walker is at the end, added up over the walkers who
    leave at all.
    """

    missed: int
    lost: int
    time_s: int


def score(problem: Problem, served: Iterable[int], time_s: int) -> Score:
    """The score of a plan that serves the stops `served` (indexes) in `time_s`."""
    left = set(range(len(problem.stops))) - set(served)
    return Score(
        missed=sum(problem.stops[stop].required for stop in left),
        lost=sum(problem.stops[stop].value for stop in left),
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
    most = sum(stop.value for stop in problem.stops) - bound.lost
    return f"bound {(found.lost - bound.lost) / most:.1%}"


def value_weight(problem: Problem) -> int:
    """What one point of value weighs in seconds: more than all the time that can be spent."""
    return 1 + sum(walker.shift[1] - walker.shift[0] for walker in problem.walkers)


def required_weight(problem: Problem) -> int:
    """What one required stop weighs in seconds: more than all value and all time together."""
    return value_weight(problem) * (1 + sum(stop.value for stop in problem.stops))


def weight_of(problem: Problem, stop: int) -> int:
    """What leaving the stop out costs in seconds."""
    missed = required_weight(problem) if problem.stops[stop].required else 0
    return missed + problem.stops[stop].value * value_weight(problem)
