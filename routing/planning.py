"""Planning one shift: from its candidates over the engine to the rows of a route."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from canvass.models import Shift
from common.worker import Lease
from routing.candidates import (
    CALLBACK_TOLERANCE_S,
    CandidateStop,
    candidate_stops,
    shortlist,
)
from routing.engine import Budget, Problem, Solution, Stop, Walker, solve, warm
from routing.errors import ShiftTooShort
from routing.models import Appeal, LeftOutReason, PlanRun, Route, RouteDoor, RouteStop
from territories.streets.travel_times import Estimate, Places, TravelTimes, Ways

START, END, FIRST_STOP = 0, 1, 2
BATCH = 2000


@dataclass(frozen=True)
class Outing:
    """A shift, the stops that its plan considers and does not consider, and the ways between.

    Places are the shift's start and end, then the stops.
    """

    shift: Shift
    stops: Sequence[CandidateStop]
    not_considered: Sequence[CandidateStop]
    ways: Ways
    travel_source: str

    @property
    def length_s(self) -> int:
        """The shift's seconds, cut to whole ones."""
        return int((self.shift.ends_at - self.shift.starts_at).total_seconds())


def plan_shift(run: PlanRun, lease: Lease) -> Callable[[], dict[str, Any]]:
    """Plan a shift; the answer writes its route, which becomes the current one.

    Raises ShiftTooShort.
    """
    shift = Shift.objects.select_related("campaign").get(pk=run.shift_id)
    outing = prepared(shift)
    warm()  # in a worker's processes this is done; elsewhere it must not eat the budget
    solution = solve(
        problem_of(outing),
        Budget(seconds=run.seconds),
        run.seed,
        report=lambda used: lease.report(round(100 * used), 100),
    )
    return lambda: write_route(run, outing, solution)


def shift_problem(shift: Shift) -> Problem:
    """What the engine is asked for a shift. Raises ShiftTooShort."""
    return problem_of(prepared(shift))


def prepared(shift: Shift) -> Outing:
    """The shift with its stops and the ways between them, as it is planned from."""
    return prepare(shift, Estimate())


def prepare(shift: Shift, travel: TravelTimes) -> Outing:
    """Gather the stops that the shift could make, and the ways between them."""
    ends = [(shift.start_lon, shift.start_lat, ""), (shift.end_lon, shift.end_lat, "")]
    found = candidate_stops(shift)
    places = Places.of([position(stop) for stop in found])
    there = travel.between(Places.of(ends[:1]), places).seconds[0].astype(np.int64)
    home = travel.between(places, Places.of(ends[1:])).seconds[:, 0]
    stops, others = shortlist(found, there + home + [service_s(shift, stop) for stop in found])
    chosen = Places.of([*ends, *(position(stop) for stop in stops)])
    return Outing(shift, stops, others, travel.between(chosen, chosen), travel.source)


def position(stop: CandidateStop) -> tuple[float, float, str]:
    """Where the stop is, and on which street."""
    return stop.building.lon, stop.building.lat, stop.building.street


def service_s(shift: Shift, stop: CandidateStop) -> int:
    """How long the stop is expected to last."""
    return len(stop.doors) * shift.campaign.door_s


def problem_of(outing: Outing) -> Problem:
    """The outing as the engine sees it: seconds from the start of the shift."""
    way_home = int(outing.ways.seconds[START, END])
    if way_home > outing.length_s:
        raise ShiftTooShort(walk_s=way_home, shift_s=outing.length_s)
    stops = [engine_stop(outing, at, stop) for at, stop in enumerate(outing.stops)]
    walker = Walker(id=0, start=START, end=END, shift=(0, outing.length_s))
    return Problem(stops, [walker], outing.ways.seconds)


def engine_stop(outing: Outing, at: int, stop: CandidateStop) -> Stop:
    """A candidate as a stop of the problem; an agreed time is a window around it.

    It closes so early that the last door's knock is within the tolerance too.
    """
    windows: tuple[tuple[int, int], ...] = ()
    if stop.due_at is not None:
        due_s = int((stop.due_at - outing.shift.starts_at).total_seconds())
        before_last_s = (len(stop.doors) - 1) * outing.shift.campaign.door_s
        closes = due_s + CALLBACK_TOLERANCE_S - before_last_s
        windows = ((max(0, due_s - CALLBACK_TOLERANCE_S), closes),)
    return Stop(
        id=at,
        place=at + FIRST_STOP,
        value=stop.value,
        service_s=service_s(outing.shift, stop),
        windows=windows,
        required=stop.due_at is not None,
    )


def write_route(run: PlanRun, outing: Outing, solution: Solution) -> dict[str, Any]:
    """Make the solution the current route of its shift; returns the run's result."""
    walk, shift = solution.walks[0], outing.shift
    order = [planned.stop for planned in walk.stops]
    Route.objects.filter(shift=shift, is_current=True).update(is_current=False)
    route = Route.objects.create(
        organisation_id=shift.organisation_id,
        shift=shift,
        plan_run=run,
        starts_at=shift.starts_at,
        ends_at=shift.starts_at + timedelta(seconds=walk.end_s),
        walk_s=walk.walk_s,
        walk_m=walk_m(outing, order),
        address_order_walk_m=walk_m(outing, in_address_order(outing, order)),
        value=solution.value,
        travel_source=outing.travel_source,
        engine=solution.engine,
        planned_at=run.started_at or run.created_at,
    )
    stops = RouteStop.objects.bulk_create(route_stops(route, outing, solution), BATCH)
    left = doors_left_out(route, outing, solution)
    doors = [*doors_at_stops(stops, outing, order), *left]
    RouteDoor.objects.bulk_create(doors, BATCH)
    return {
        "route": route.pk,
        "stops": len(stops),
        "doors": len(doors) - len(left),
        "doors_left_out": len(left),
        "callbacks_missed": sum(door.appeal == Appeal.CALLBACK for door in left),
    }


def walk_m(outing: Outing, order: Sequence[int]) -> int:
    """The metres from the start over the stops in that order to the end; 0 without stops."""
    if not order:
        return 0
    places = [START, *(at + FIRST_STOP for at in order), END]
    return sum(int(outing.ways.metres[a, b]) for a, b in pairwise(places))


def in_address_order(outing: Outing, order: Sequence[int]) -> list[int]:
    """The same stops as an address list has them."""
    return sorted(order, key=lambda at: outing.stops[at].address_order)


def route_stops(route: Route, outing: Outing, solution: Solution) -> list[RouteStop]:
    """The rows of the stops, in their order; who would be early waits before `arrive_at`."""
    rows, here = [], START
    for number, planned in enumerate(solution.walks[0].stops, start=1):
        stop, there = outing.stops[planned.stop], planned.stop + FIRST_STOP
        rows.append(
            RouteStop(
                organisation_id=route.organisation_id,
                route=route,
                position=number,
                building=stop.building,
                arrive_at=route.starts_at + timedelta(seconds=planned.start_s),
                leave_at=route.starts_at + timedelta(seconds=planned.leave_s),
                walk_s=planned.walk_s,
                walk_m=int(outing.ways.metres[here, there]),
                reason=stop.appeal,
            )
        )
        here = there
    return rows


def doors_at_stops(
    stops: Sequence[RouteStop], outing: Outing, order: Sequence[int]
) -> list[RouteDoor]:
    """The rows of the doors that the route knocks at."""
    return [
        RouteDoor(
            organisation_id=stop.organisation_id,
            route=stop.route,
            stop=stop,
            door_id=door.door_id,
            appeal=door.appeal,
        )
        for stop, at in zip(stops, order, strict=True)
        for door in outing.stops[at].doors
    ]


def doors_left_out(route: Route, outing: Outing, solution: Solution) -> list[RouteDoor]:
    """The rows of all other candidate doors, with the reason of each."""
    left = [
        (outing.stops[each.stop], LeftOutReason(each.reason.value)) for each in solution.left_out
    ]
    left += [(stop, LeftOutReason.NOT_CONSIDERED) for stop in outing.not_considered]
    return [
        RouteDoor(
            organisation_id=route.organisation_id,
            route=route,
            door_id=door.door_id,
            appeal=door.appeal,
            reason=reason,
        )
        for stop, reason in left
        for door in stop.doors
    ]
