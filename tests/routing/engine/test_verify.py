"""`verify` accepts what is right and names what was tampered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from routing.engine import (
    UNREACHABLE,
    LeftOut,
    PlannedStop,
    Problem,
    Reason,
    Solution,
    Stop,
    Walk,
    Walker,
    solve,
    verify,
)
from tests.routing.engine.cases import QUICK, line

Tamper = Callable[[Solution], Solution]


def problem() -> Problem:
    """Three stops that fit, one of them at its hour, and a required one that does not."""
    stops = [
        Stop(id=1, place=1, value=5, service_s=10),
        Stop(id=2, place=2, value=7, service_s=10, windows=((100, 120),)),
        Stop(id=3, place=3, value=9, service_s=10),
        Stop(id=4, place=4, value=1, required=True),
    ]
    return Problem(stops, [Walker(id=1, start=0, end=0, shift=(0, 400))], line(0, 10, 20, 30, 900))


def change_walk(solution: Solution, **given: object) -> Solution:
    return replace(solution, walks=(replace(solution.walks[0], **given),))  # type: ignore[arg-type]


def change_stop(solution: Solution, at: int, **given: object) -> Solution:
    stops = list(solution.walks[0].stops)
    stops[at] = replace(stops[at], **given)  # type: ignore[arg-type]
    return change_walk(solution, stops=tuple(stops))


def moved(planned: PlannedStop, seconds: int) -> PlannedStop:
    return replace(
        planned,
        wait_s=planned.wait_s + seconds,
        start_s=planned.start_s + seconds,
        leave_s=planned.leave_s + seconds,
    )


def swapped(solution: Solution) -> Solution:
    first, second, *rest = solution.walks[0].stops
    return change_walk(
        solution, stops=(replace(first, stop=second.stop), replace(second, stop=first.stop), *rest)
    )


def dropped(solution: Solution) -> Solution:
    return change_walk(solution, stops=solution.walks[0].stops[:-1])


def dropped_but_listed(solution: Solution) -> Solution:
    gone = solution.walks[0].stops[-1].stop
    left = (LeftOut(gone, Reason.NO_TIME), *solution.left_out)
    return replace(dropped(solution), left_out=left)


def too_late(solution: Solution) -> Solution:
    """Wait at the last stop until the shift is over."""
    walk = solution.walks[0]
    last = moved(walk.stops[-1], 400)
    walk = Walk((*walk.stops[:-1], last), end_s=walk.end_s + 400, walk_s=walk.walk_s)
    return replace(solution, walks=(walk,), time_s=solution.time_s + 400)


def past_the_window(solution: Solution) -> Solution:
    """Everything from the stop with the window on is half a minute later."""
    walk = solution.walks[0]
    at = next(at for at, planned in enumerate(walk.stops) if planned.stop == 1)
    late = [moved(walk.stops[at], 30)]
    late += [
        replace(
            planned,
            arrive_s=planned.arrive_s + 30,
            start_s=planned.start_s + 30,
            leave_s=planned.leave_s + 30,
        )
        for planned in walk.stops[at + 1 :]
    ]
    walk = Walk((*walk.stops[:at], *late), end_s=walk.end_s + 30, walk_s=walk.walk_s)
    return replace(solution, walks=(walk,), time_s=solution.time_s + 30)


TAMPERED: dict[str, tuple[Tamper, str]] = {
    "a stop dropped": (dropped, "exactly once"),
    "a stop served twice": (lambda s: change_stop(s, 1, stop=s.walks[0].stops[0].stop), "once"),
    "a walk missing": (lambda s: replace(s, walks=()), "0 walks for 1 walkers"),
    "two stops swapped": (swapped, "cannot be reached like that"),
    "an earlier arrival": (lambda s: change_stop(s, 0, arrive_s=0), "cannot be reached"),
    "a shorter way": (lambda s: change_stop(s, 0, walk_s=0), "cannot be reached"),
    "service before arrival": (lambda s: change_stop(s, 0, wait_s=-5), "after arriving"),
    "no service": (
        lambda s: change_stop(s, 0, leave_s=s.walks[0].stops[0].start_s), "left after its service",
    ),
    "service after the window": (past_the_window, "outside its windows"),
    "home after the shift": (too_late, "after the shift closes"),
    "home sooner": (lambda s: change_walk(s, end_s=s.walks[0].end_s - 1), "ends at"),
    "less walking": (lambda s: change_walk(s, walk_s=s.walks[0].walk_s - 1), "legs add up"),
    "less walking in all": (lambda s: replace(s, walk_s=s.walk_s - 1), "walks add up"),
    "the way home forgotten": (dropped_but_listed, "ends at"),
    "more value": (lambda s: replace(s, value=s.value + 1), "the value is"),
    "less time": (lambda s: replace(s, time_s=s.time_s - 1), "the time is"),
    "a missed stop kept quiet": (lambda s: replace(s, missed=()), "missed required"),
    "a stop called unreachable": (
        lambda s: replace(s, left_out=(LeftOut(3, Reason.UNREACHABLE),)), "which is not so",
    ),
    "a reason of its own": (
        lambda s: replace(s, left_out=(LeftOut(3, "tired"),)), "left out for",  # type: ignore[arg-type]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_solution_is_refused(name: str) -> None:
    """Each way of cheating is seen and named."""
    tamper, fault = TAMPERED[name]
    solution = solve(problem(), QUICK)
    assert verify(problem(), solution).ok
    faults = verify(problem(), tamper(solution)).faults
    assert any(fault in each for each in faults), faults


def test_a_walk_over_no_way_is_refused() -> None:
    """UNREACHABLE is no number of seconds that a walk could take, there or home."""
    travel = np.array([[0, UNREACHABLE], [UNREACHABLE, 0]])
    blocked = Problem([Stop(1, 1, 5)], [Walker(1, 0, 0, (0, 99))], travel)
    planned = PlannedStop(0, UNREACHABLE, UNREACHABLE, 0, UNREACHABLE, UNREACHABLE)
    walk = Walk((planned,), end_s=2 * UNREACHABLE, walk_s=2 * UNREACHABLE)
    claimed = Solution((walk,), (), (), 5, 2 * UNREACHABLE, 2 * UNREACHABLE, "none", "heuristic")
    faults = verify(blocked, claimed).faults
    assert "walk 0: there is no way to stop 0" in faults
    assert "walk 0: there is no way home" in faults


def test_a_walker_without_stops_stays_where_they_are() -> None:
    """An empty walk that claims to have taken time is refused."""
    idle = Problem([], [Walker(1, 0, 0, (0, 99))], line(0))
    claimed = Solution((Walk((), end_s=50, walk_s=0),), (), (), 0, 0, 0, "none", "optimal")
    assert verify(idle, claimed).faults == ("walk 0: a walker without stops does not leave",)
