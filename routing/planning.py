"""Planning one shift: from its candidates over the engine to the rows of a route."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from routing.street_travel import Leg, StreetTravel
from routing.travel import sources
from territories.errors import StreetMapLost
from territories.models import StreetMap
from territories.streets.errors import StreetsError
from territories.streets.travel_times import Places, TravelTimes, TravelTimesError, Ways

log = logging.getLogger(__name__)

START, END, FIRST_STOP = 0, 1, 2
BATCH = 2000


@dataclass(frozen=True)
class Outing:
    """A shift, the stops that its plan considers and does not consider, and the ways between.

    `places` are the shift's start and end, then the stops. `passed_over` names the sources of
    walking times that failed, with what they said.
    """

    shift: Shift
    stops: Sequence[CandidateStop]
    not_considered: Sequence[CandidateStop]
    places: Places
    ways: Ways
    travel: TravelTimes
    street_map: StreetMap | None = None
    passed_over: Mapping[str, str] = field(default_factory=dict)

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
    walk = Walk.of(outing, [planned.stop for planned in solution.walks[0].stops])
    return lambda: write_route(run, outing, solution, walk)


def shift_problem(shift: Shift) -> Problem:
    """What the engine is asked for a shift. Raises ShiftTooShort."""
    return problem_of(prepared(shift))


def prepared(shift: Shift) -> Outing:
    """Gather the stops and the ways between them from the best source that does not fail."""
    found = candidate_stops(shift)
    passed_over: dict[str, str] = {}
    for source in sources(shift, found):
        try:
            outing = prepare(shift, source.open(), found)
        except (StreetMapLost, TravelTimesError) as error:
            log.warning("%s is passed over for the plan of %s: %s", source.name, shift, error)
            passed_over[source.name] = str(error)
        else:
            return replace(outing, street_map=source.street_map, passed_over=passed_over)
    raise AssertionError("the estimate does not fail")


def prepare(
    shift: Shift, travel: TravelTimes, found: Sequence[CandidateStop] | None = None
) -> Outing:
    """Gather the stops that the shift could make, and the ways between them by one source.

    `found` are the candidates, if they are known. Raises what `travel` raises.
    """
    ends = [(shift.start_lon, shift.start_lat, ""), (shift.end_lon, shift.end_lat, "")]
    found = candidate_stops(shift) if found is None else found
    places = Places.of([position(stop) for stop in found])
    there = travel.between(Places.of(ends[:1]), places).seconds[0].astype(np.int64)
    home = travel.between(places, Places.of(ends[1:])).seconds[:, 0]
    stops, others = shortlist(found, there + home + [service_s(shift, stop) for stop in found])
    chosen = Places.of([*ends, *(position(stop) for stop in stops)])
    ways = travel.between(chosen, chosen)
    np.fill_diagonal(ways.seconds, 0)  # nobody has to reach the unreachable place where they are
    return Outing(shift, stops, others, chosen, ways, travel)


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


@dataclass(frozen=True)
class Walk:
    """The legs of a route from the start over its stops to the end; none without stops.

    `address_order_m` is how long the walk to the same stops in address-list order is.
    """

    order: Sequence[int]
    legs: Sequence[Leg]
    address_order_m: int

    @classmethod
    def of(cls, outing: Outing, order: Sequence[int]) -> Walk:
        """The walk over the stops in that order, with lines and steps where it is on streets."""
        metres, listed = leg_metres(outing, order), in_address_order(outing, order)
        legs = [Leg(each) for each in metres]
        if legs and isinstance(outing.travel, StreetTravel):
            places = picked(outing.places, stations(order))
            numbers = ["", *(outing.stops[at].building.number for at in order), ""]
            try:
                legs = outing.travel.legs(places, numbers, metres)
            except StreetsError:  # a walk that cannot be told is still a walk
                log.exception("the walk of %s cannot be told", outing.shift)
        return cls(order, legs, sum(leg_metres(outing, listed)))


def leg_metres(outing: Outing, order: Sequence[int]) -> list[int]:
    """The metres of each leg from the start over the stops in that order to the end."""
    metres = outing.ways.metres
    return [int(metres[a, b]) for a, b in pairwise(stations(order))]


def picked(places: Places, chosen: Sequence[int]) -> Places:
    """Some of the places, in that order."""
    at = np.array(chosen, dtype=np.int64)
    return Places(places.lon[at], places.lat[at], places.street[at])


def stations(order: Sequence[int]) -> list[int]:
    """The places of the stops in that order, between start and end; none without stops."""
    return [START, *(at + FIRST_STOP for at in order), END] if order else []


def in_address_order(outing: Outing, order: Sequence[int]) -> list[int]:
    """The same stops as an address list has them."""
    return sorted(order, key=lambda at: outing.stops[at].address_order)


def write_route(run: PlanRun, outing: Outing, solution: Solution, walk: Walk) -> dict[str, Any]:
    """Make the solution the current route of its shift; returns the run's result."""
    route = new_route(run, outing, solution, walk)
    Route.objects.filter(shift=outing.shift, is_current=True).update(is_current=False)
    route.save()
    stops = RouteStop.objects.bulk_create(route_stops(route, outing, solution, walk), BATCH)
    left = doors_left_out(route, outing, solution)
    doors = [*doors_at_stops(stops, outing, walk.order), *left]
    RouteDoor.objects.bulk_create(doors, BATCH)
    result = {
        "route": route.pk,
        "stops": len(stops),
        "doors": len(doors) - len(left),
        "doors_left_out": len(left),
        "callbacks_missed": sum(door.appeal == Appeal.CALLBACK for door in left),
    }
    return result | ({"passed_over": dict(outing.passed_over)} if outing.passed_over else {})


def new_route(run: PlanRun, outing: Outing, solution: Solution, walk: Walk) -> Route:
    """The row of the route, with the walk home from its last stop."""
    planned, shift = solution.walks[0], outing.shift
    home = walk.legs[-1] if walk.legs else Leg(0)
    return Route(
        organisation_id=shift.organisation_id,
        shift=shift,
        plan_run=run,
        starts_at=shift.starts_at,
        ends_at=shift.starts_at + timedelta(seconds=planned.end_s),
        walk_s=planned.walk_s,
        walk_m=sum(leg.metres for leg in walk.legs),
        address_order_walk_m=walk.address_order_m,
        home_walk_s=planned.walk_s - sum(stop.walk_s for stop in planned.stops),
        home_walk_m=home.metres,
        home_line=home.line,
        home_steps=home.steps,
        value=solution.value,
        street_map=outing.street_map,
        travel_source=outing.travel.source,
        engine=solution.engine,
        planned_at=run.started_at or run.created_at,
    )


def route_stops(route: Route, outing: Outing, solution: Solution, walk: Walk) -> list[RouteStop]:
    """The rows of the stops, in their order; who would be early waits before `arrive_at`."""
    legs = zip(solution.walks[0].stops, walk.legs, strict=False)  # the last leg leads home
    return [
        RouteStop(
            organisation_id=route.organisation_id,
            route=route,
            position=number,
            building=outing.stops[planned.stop].building,
            arrive_at=route.starts_at + timedelta(seconds=planned.start_s),
            leave_at=route.starts_at + timedelta(seconds=planned.leave_s),
            walk_s=planned.walk_s,
            walk_m=leg.metres,
            line=leg.line,
            steps=leg.steps,
            reason=outing.stops[planned.stop].appeal,
        )
        for number, (planned, leg) in enumerate(legs, start=1)
    ]


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
