"""Whether a solution is what it claims, from first principles: shares no code with the solvers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engine.objective import Score, score
from routing.engine.problem import UNREACHABLE, Problem, Stop, Walker
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
    served = {each.stop: each.start_s for walk in solution.walks for each in walk.stops}
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
    if not walk.stops:
        if (walk.end_s, walk.walk_s, walk.breaks_s) != (walker.shift[0], 0, ()):
            yield "a walker without stops does not leave"
        return
    if len(walk.breaks_s) != len(walker.breaks):
        yield f"{len(walk.breaks_s)} breaks are taken, not {len(walker.breaks)}"
        return
    yield from break_faults(walker, walk)
    yield from stop_faults(problem, walker, walk)
    begins, place, pauses = walker.shift[0], walker.start, list(pauses_of(walker, walk))
    for planned in walk.stops:
        way = way_between(problem, walker, place, problem.stops[planned.stop].place)
        yield from leg_faults(planned, (way, begins), pauses)
        begins, place = planned.leave_s, problem.stops[planned.stop].place
    way_home = way_between(problem, walker, place, walker.end)
    if way_home >= UNREACHABLE:
        yield "there is no way home"
    arrived, ready = follow(begins, way_home, pauses, None)
    if pauses or walk.end_s != max(arrived, ready):
        yield f"ends at {walk.end_s}, not at {max(arrived, ready)}"
    if walk.end_s > walker.shift[1]:
        yield f"ends at {walk.end_s}, after the shift closes at {walker.shift[1]}"
    walk_s = sum(planned.walk_s for planned in walk.stops) + way_home
    if walk.walk_s != walk_s:
        yield "walk_s is not what its legs add up to"
    if walker.most_walk_s is not None and walk_s > walker.most_walk_s:
        yield f"walks {walk_s} s, more than {walker.most_walk_s}"


def way_between(problem: Problem, walker: Walker, origin: int, target: int | None) -> int:
    """How long the way is for that walker; nothing to an end that is free."""
    if target is None:
        return 0
    return int(problem.travel_by_profile[walker.profile, origin, target])


def pauses_of(walker: Walker, walk: Walk) -> Iterator[tuple[int, int]]:
    """When each break starts and is over."""
    for each, start in zip(walker.breaks, walk.breaks_s, strict=True):
        yield start, start + each.pause_s


def break_faults(walker: Walker, walk: Walk) -> Iterator[str]:
    """Every break starts in its window, after the one before, and none is during service."""
    free = walker.shift[0]
    for number, (start, over) in enumerate(pauses_of(walker, walk)):
        opens, closes = walker.breaks[number].window
        if not opens <= start <= closes:
            yield f"break {number} starts outside its window"
        if start < free:
            yield f"break {number} starts too early"
        free = over
        for planned in walk.stops:
            if start < planned.leave_s and planned.start_s < over:
                yield f"break {number} is during the service of stop {planned.stop}"


def stop_faults(problem: Problem, walker: Walker, walk: Walk) -> Iterator[str]:
    """Every stop may be served by the walker, at that time, after those before."""
    left: set[int] = set()
    for planned in walk.stops:
        stop = problem.stops[planned.stop]
        if not may_serve(walker, stop):
            yield f"stop {planned.stop} is not for this walker"
        if not left.issuperset(stop.after):
            yield f"stop {planned.stop} comes before one that it must come after"
        left.add(stop.id)
        if planned.start_s < stop.not_before:
            yield f"stop {planned.stop} is served too early"
        if stop.windows and not any(a <= planned.start_s <= b for a, b in stop.windows):
            yield f"stop {planned.stop} is served outside its windows"
        if planned.leave_s != planned.start_s + stop.service_s:
            yield f"stop {planned.stop} is not left after its service"


def leg_faults(
    planned: PlannedStop, leg: tuple[int, int], pauses: list[tuple[int, int]]
) -> Iterator[str]:
    """One stop, reached over a leg (its way, when it begins); takes its breaks from `pauses`."""
    way, begins = leg
    if way >= UNREACHABLE:
        yield f"there is no way to stop {planned.stop}"
    arrived, ready = follow(begins, way, pauses, planned.start_s)
    if (planned.walk_s, planned.arrive_s) != (way, arrived):
        yield f"stop {planned.stop} cannot be reached like that"
    if planned.wait_s < 0 or planned.start_s != planned.arrive_s + planned.wait_s:
        yield f"stop {planned.stop} does not start after arriving and waiting"
    if planned.start_s < ready:
        yield f"stop {planned.stop} starts before a break is over"


def follow(
    begins: int, way: int, pauses: list[tuple[int, int]], until: int | None
) -> tuple[int, int]:
    """Walk a leg with the breaks that are over by `until`: when it arrives, when all are over.

    Takes those breaks from the front of `pauses`.
    """
    now, owed, arrived = begins, way, None
    while pauses and (until is None or pauses[0][1] <= until):
        start, over = pauses.pop(0)
        if arrived is None and now + owed <= start:
            arrived = now + owed
        owed = max(0, owed - (start - now))
        now = over
    return now + owed if arrived is None else arrived, now


def total_faults(problem: Problem, solution: Solution, counted: Score) -> Iterator[str]:
    """The totals are what the walks add up to."""
    missed = tuple(left.stop for left in solution.left_out if problem.stops[left.stop].required)
    if solution.missed != missed:
        yield f"the missed required stops are {missed}, not {solution.missed}"
    value = problem.most_value - counted.lost
    if solution.value != value:
        yield f"the value is {value}, not {solution.value}"
    if solution.time_s != counted.time_s:
        yield f"the time is {counted.time_s}, not {solution.time_s}"
    if solution.walk_s != sum(walk.walk_s for walk in solution.walks):
        yield "walk_s is not what the walks add up to"


def reason_faults(problem: Problem, solution: Solution) -> Iterator[str]:
    """Every reason is a known one, and two that follow from the problem alone are right.

    Exactly what nobody can reach of those who may serve it is unreachable; what nobody may serve
    needs another skill, and nothing that everybody may serve does.
    """
    reached, reasons = [places_reached(problem, walker) for walker in problem.walkers], set(Reason)
    for left in solution.left_out:
        stop = problem.stops[left.stop]
        may = [at for at, walker in enumerate(problem.walkers) if may_serve(walker, stop)]
        if left.reason not in reasons:
            yield f"stop {left.stop} is left out for {left.reason!r}"
        cut_off = bool(may) and not any(stop.place in reached[at] for at in may)
        wrong = (left.reason == Reason.UNREACHABLE) is not cut_off
        wrong |= left.reason != Reason.WRONG_SKILL and not may
        wrong |= left.reason == Reason.WRONG_SKILL and len(may) == len(problem.walkers)
        if wrong:
            yield f"stop {left.stop} is left out as {left.reason}, which is not so"


def may_serve(walker: Walker, stop: Stop) -> bool:
    """Whether a walker has what a stop asks for."""
    return stop.skills <= walker.skills and (stop.walkers is None or walker.id in stop.walkers)


def places_reached(problem: Problem, walker: Walker) -> set[int]:
    """The places that a walker can get to and from there to the end."""
    travel_s = problem.travel_by_profile[walker.profile]
    there = places_from(travel_s, walker.start)
    return there if walker.end is None else there & places_from(travel_s.T, walker.end)


def places_from(travel_s: NDArray[np.int32], origin: int) -> set[int]:
    """The places that can be got to from `origin`, over any number of ways."""
    seen, fresh = {origin}, {origin}
    while fresh and len(seen) < len(travel_s):
        onward = (travel_s[sorted(fresh)] < UNREACHABLE).any(axis=0)
        fresh = set(np.flatnonzero(onward).tolist()) - seen
        seen |= fresh
    return seen
