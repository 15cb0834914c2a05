"""Planning one shift: from its candidates over the engine to the rows of a route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from canvass.models import Shift
from common.worker import Lease
from routing.baselines import baselines
from routing.engine import Budget, solve, warm
from routing.models import PlanRun
from routing.outings import prepared
from routing.rests import rest_of
from routing.route_rows import Plan, write_route
from routing.shift_problems import problem_of
from routing.walks import Walk


def plan_shift(run: PlanRun, lease: Lease) -> Callable[[], dict[str, Any]]:
    """Plan a shift; the answer writes its route, which becomes the current one.

    Raises ShiftTooShort and WayHomeTooLong.
    """
    shift = rest_of(Shift.objects.select_related("campaign").get(pk=run.shift_id), run)
    outing = prepared(shift)
    problem = problem_of(outing)
    warm()  # in a worker's processes this is done; elsewhere it must not eat the budget
    solution = solve(
        problem,
        Budget(seconds=run.seconds, cancelled=lease.is_lost),
        run.seed,
        report=lambda used: lease.report(round(100 * used), 100),
    )
    lease.report(100, 100)
    walk = Walk.of(outing, [planned.stop for planned in solution.walks[0].stops])
    plan = Plan(outing, solution, walk, baselines(outing, problem))
    return lambda: write_route(run, plan)
