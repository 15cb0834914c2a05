"""The rows of a planned route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from canvass.sync.feed import Own, mark
from routing.baselines import Baselines
from routing.engine import Solution
from routing.models import Appeal, LeftOutReason, PlanRun, Route, RouteDoor, RouteStop
from routing.outings import Outing
from routing.street_travel import Leg
from routing.walks import Walk

BATCH = 2000


@dataclass(frozen=True)
class Plan:
    """What there is to write: an outing, its solution and its walk, and what others would bring."""

    outing: Outing
    solution: Solution
    walk: Walk
    without: Baselines


def write_route(run: PlanRun, plan: Plan) -> dict[str, Any]:
    """Make the plan the current route of its shift; returns the run's result."""
    outing, route = plan.outing, new_route(run, plan)
    Route.objects.filter(shift=outing.shift, is_current=True).update(is_current=False)
    route.save()
    stops = RouteStop.objects.bulk_create(route_stops(route, plan), BATCH)
    left = doors_left_out(route, plan)
    doors = [*doors_at_stops(stops, plan), *left]
    RouteDoor.objects.bulk_create(doors, BATCH)
    mark(own=[Own(outing.shift.member_id, "route", str(outing.shift.pk))])
    result: dict[str, Any] = {
        "route": route.pk,
        "stops": len(stops),
        "doors": len(doors) - len(left),
        "doors_left_out": len(left),
        "callbacks_missed": sum(door.appeal == Appeal.CALLBACK for door in left),
    }
    passed_over = {"passed_over": dict(outing.passed_over)} if outing.passed_over else {}
    return {**result, **outing.gathered.permits, **passed_over}


def new_route(run: PlanRun, plan: Plan) -> Route:
    """The row of the route, with the walk home from its last stop."""
    outing, solution, walk = plan.outing, plan.solution, plan.walk
    planned, shift = solution.walks[0], outing.shift
    home = walk.legs[-1] if walk.legs else Leg(0)
    pause_at = next(iter(planned.breaks_s), None)
    return Route(
        organisation_id=shift.organisation_id,
        shift=shift,
        plan_run=run,
        starts_at=shift.starts_at,
        ends_at=shift.starts_at + timedelta(seconds=planned.end_s),
        pause_at=None if pause_at is None else shift.starts_at + timedelta(seconds=pause_at),
        pause_s=0 if pause_at is None else shift.pause_s,
        walk_s=planned.walk_s,
        walk_m=sum(leg.metres for leg in walk.legs),
        address_order_walk_m=walk.address_order_m,
        home_walk_s=planned.walk_s - sum(stop.walk_s for stop in planned.stops),
        home_walk_m=home.metres,
        home_line=home.line,
        home_steps=home.steps,
        value=solution.value,
        greedy_value=plan.without.greedy,
        address_list_value=plan.without.address_list,
        street_map=outing.street_map,
        travel_source=outing.travel.source,
        engine=solution.engine,
        status=solution.status,
        planned_at=run.started_at or run.created_at,
    )


def route_stops(route: Route, plan: Plan) -> list[RouteStop]:
    """The rows of the stops, in their order; who would be early waits before `arrive_at`."""
    stops = plan.outing.stops
    legs = zip(plan.solution.walks[0].stops, plan.walk.legs, strict=False)  # the last leads home
    return [
        RouteStop(
            organisation_id=route.organisation_id,
            route=route,
            position=number,
            building=stops[planned.stop].building,
            arrive_at=route.starts_at + timedelta(seconds=planned.start_s),
            leave_at=route.starts_at + timedelta(seconds=planned.leave_s),
            walk_s=planned.walk_s,
            walk_m=leg.metres,
            line=leg.line,
            steps=leg.steps,
            reason=stops[planned.stop].appeal,
        )
        for number, (planned, leg) in enumerate(legs, start=1)
    ]


def doors_at_stops(stops: Sequence[RouteStop], plan: Plan) -> list[RouteDoor]:
    """The rows of the doors that the route knocks at."""
    return [
        RouteDoor(
            organisation_id=stop.organisation_id,
            route=stop.route,
            stop=stop,
            door_id=door.door_id,
            appeal=door.appeal,
        )
        for stop, at in zip(stops, plan.walk.order, strict=True)
        for door in plan.outing.stops[at].doors
    ]


def doors_left_out(route: Route, plan: Plan) -> list[RouteDoor]:
    """The rows of all other candidate doors, with the reason of each."""
    outing = plan.outing
    stops = [
        (outing.stops[each.stop], LeftOutReason(each.reason.value))
        for each in plan.solution.left_out
    ]
    stops += [(stop, LeftOutReason.NOT_CONSIDERED) for stop in outing.not_considered]
    left = [(door, reason) for stop, reason in stops for door in stop.doors]
    return [
        RouteDoor(
            organisation_id=route.organisation_id,
            route=route,
            door_id=door.door_id,
            appeal=door.appeal,
            reason=reason,
        )
        for door, reason in [*left, *outing.gathered.left_out]
    ]
