"""Whether a solution is what it claims, from first principles: shares no code with the solvers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from routing.engine.objective import Score, score
from routing.engine.problem import UNREACHABLE, Problem, Walker
from routing.engine.solution import PlannedStop, Reason, Solution, Walk


@dataclass(frozen=True)
class Report:
    """What `verify` found: every fault in words, and the objective as counted anew."""

    faults: tuple[str, ...]
    score: Score

    @property
    def ok(self) -> bool:
        """Whether there is no fault."""
        return not self.faults


def verify(problem: Problem, solution: Solution) -> Report:
    """Check feasibility and objective of a solution against the problem alone. O(n)."""
    faults = list(structure_faults(problem, solution))
    if faults:
        return Report(tuple(faults), Score(0, 0, 0))
    for index, walk in enumerate(solution.walks):
        faults += [f"walk {index}: {fault}" for fault in walk_faults(problem, index, walk)]
    served = [planned.stop for walk in solution.walks for planned in walk.stops]
    time_s = sum(out_s(walker, walk) for walker, walk in pairs(problem, solution))
    counted = score(problem, served, time_s)
    faults += total_faults(problem, solution, counted)
    faults += reason_faults(problem, solution)
    return Report(tuple(faults), counted)


def pairs(problem: Problem, solution: Solution) -> Iterator[tuple[Walker, Walk]]:
    """Each walker with their walk."""
    return zip(problem.walkers, solution.walks, strict=True)


def out_s(walker: Walker, walk: Walk) -> int:
    """How long the walker is out, by the walk's own end."""
    return walk.end_s - walker.shift[0] if walk.stops else 0


def structure_faults(problem: Problem, solution: Solution) -> Iterator[str]:
    """Walks for all walkers, and every stop exactly once: on a walk or left out."""
    if len(solution.walks) != len(problem.walkers):
        yield f"{len(solution.walks)} walks for {len(problem.walkers)} walkers"
    named = [planned.stop for walk in solution.walks for planned in walk.stops]
    named += [left.stop for left in solution.left_out]
    if sorted(named) != list(range(len(problem.stops))):
        yield "the stops on walks and the stops left out are not each stop exactly once"


def walk_faults(problem: Problem, index: int, walk: Walk) -> Iterator[str]:
    """Each stop follows from the one before, in time, and the walker is home in time."""
    walker = problem.walkers[index]
    opens, closes = walker.shift
    if not walk.stops:
        if (walk.end_s, walk.walk_s) != (opens, 0):
            yield "a walker without stops does not leave"
        return
    yield from leg_faults(problem, walk.stops[0], walker.start, opens)
    for before, planned in pairwise(walk.stops):
        place = problem.stops[before.stop].place
        yield from leg_faults(problem, planned, place, before.leave_s)
    last = walk.stops[-1]
    way_home = int(problem.travel_s[problem.stops[last.stop].place, walker.end])
    if way_home >= UNREACHABLE:
        yield "there is no way home"
    if walk.end_s != last.leave_s + way_home:
        yield f"ends at {walk.end_s}, not at {last.leave_s + way_home}"
    if walk.end_s > closes:
        yield f"ends at {walk.end_s}, after the shift closes at {closes}"
    if walk.walk_s != sum(planned.walk_s for planned in walk.stops) + way_home:
        yield "walk_s is not what its legs add up to"


def leg_faults(problem: Problem, planned: PlannedStop, place: int, left_s: int) -> Iterator[str]:
    """One stop, reached from `place`, which was left at `left_s`."""
    stop = problem.stops[planned.stop]
    way = int(problem.travel_s[place, stop.place])
    if way >= UNREACHABLE:
        yield f"there is no way to stop {planned.stop}"
    if (planned.walk_s, planned.arrive_s) != (way, left_s + way):
        yield f"stop {planned.stop} cannot be reached like that"
    if planned.wait_s < 0 or planned.start_s != planned.arrive_s + planned.wait_s:
        yield f"stop {planned.stop} does not start after arriving and waiting"
    if planned.leave_s != planned.start_s + stop.service_s:
        yield f"stop {planned.stop} is not left after its service"
    if stop.windows and not any(a <= planned.start_s <= b for a, b in stop.windows):
        yield f"stop {planned.stop} is served outside its windows"


def total_faults(problem: Problem, solution: Solution, counted: Score) -> Iterator[str]:
    """The totals are what the walks add up to."""
    missed = tuple(left.stop for left in solution.left_out if problem.stops[left.stop].required)
    if solution.missed != missed:
        yield f"the missed required stops are {missed}, not {solution.missed}"
    value = sum(stop.value for stop in problem.stops) - counted.lost
    if solution.value != value:
        yield f"the value is {value}, not {solution.value}"
    if solution.time_s != counted.time_s:
        yield f"the time is {counted.time_s}, not {solution.time_s}"
    if solution.walk_s != sum(walk.walk_s for walk in solution.walks):
        yield "walk_s is not what the walks add up to"


def reason_faults(problem: Problem, solution: Solution) -> Iterator[str]:
    """Every reason is a known one, and exactly what no walker can reach is called unreachable."""
    served = reachable_places(problem)
    for left in solution.left_out:
        if left.reason not in set(Reason):
            yield f"stop {left.stop} is left out for {left.reason!r}"
        if (left.reason == Reason.UNREACHABLE) is (problem.stops[left.stop].place in served):
            yield f"stop {left.stop} is left out as {left.reason}, which is not so"


def reachable_places(problem: Problem) -> set[int]:
    """The places that some walker can get to and from there home."""
    found: set[int] = set()
    for walker in problem.walkers:
        there = places_from(problem.travel_s, walker.start)
        found |= there & places_from(problem.travel_s.T, walker.end)
    return found


def places_from(travel_s: NDArray[np.int32], origin: int) -> set[int]:
    """The places that can be got to from `origin`, over any number of ways."""
    seen, fresh = {origin}, {origin}
    while fresh:
        onward = (travel_s[sorted(fresh)] < UNREACHABLE).any(axis=0)
        fresh = set(np.flatnonzero(onward).tolist()) - seen
        seen |= fresh
    return seen
