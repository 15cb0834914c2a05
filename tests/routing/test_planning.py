"""Planning a shift, from the request through the worker's task to the rows of its route."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Shift
from canvass.shifts import ShiftPlan
from common.runs import RunLost, RunState
from common.worker import Lease
from routing.engine import Budget, solve, verify
from routing.models import Appeal, PlanRun, Route, RouteDoor, RouteStop
from routing.outings import FIRST_STOP, prepare
from routing.planning import plan_shift
from routing.plans import request_plan
from routing.shift_problems import problem_of
from routing.tasks import plan_shift as task
from territories.streets.travel_times import Estimate
from tests.canvass.world import NOW, TODAY, assign, local
from tests.cast import Company
from tests.routing import world
from tests.routing.world import QUICK_S, Town, addresses, knock, left_out, planned, route_of
from tests.territories.town import admin_of

SIX = local(10, 18)


def test_a_plan_becomes_the_current_route_of_its_shift(hill: Town) -> None:
    """The run is done and counts what it made; the route says where its times come from."""
    shift = hill.shift(hill.company.rosa)
    run = planned(shift)
    route = Route.objects.get()
    assert run.state == RunState.DONE
    assert run.result == {
        "route": route.pk, "stops": 10, "doors": 10, "doors_left_out": 0, "callbacks_missed": 0,
    }  # fmt: skip
    assert (route.organisation, route.shift, route.plan_run) == (
        hill.company.organisation, shift, run,
    )  # fmt: skip
    assert (route.is_current, route.travel_source, route.starts_at) == (
        True, "great-circle", shift.starts_at,
    )  # fmt: skip
    assert route.value == 10 * 150
    assert route.planned_at == run.started_at == NOW


def test_a_route_adds_up(hill: Town) -> None:
    """Positions count from 1; each stop is left after its knocks and reached by its walk."""
    route = route_of(hill.shift(hill.company.rosa))
    stops = list(route.stops.order_by("position"))
    assert [stop.position for stop in stops] == list(range(1, 11))
    assert stops[0].arrive_at == route.starts_at + timedelta(seconds=stops[0].walk_s)
    for stop in stops:
        assert stop.leave_at - stop.arrive_at == timedelta(seconds=90)
        assert stop.organisation == route.organisation
    for before, stop in pairwise(stops):
        assert stop.arrive_at == before.leave_at + timedelta(seconds=stop.walk_s)
    home_s = round((route.ends_at - stops[-1].leave_at).total_seconds())
    assert route.walk_s == sum(stop.walk_s for stop in stops) + home_s
    assert route.ends_at <= route.shift.ends_at


def test_a_short_street_is_walked_once_up_and_down(hill: Town) -> None:
    """Nine times 20 m there and back, 1.3 times as long; in the order of the numbers it is too."""
    route = route_of(hill.shift(hill.company.rosa), seconds=0.5)
    straight_m = 2 * 9 * 0.00036 * 111_195 * np.cos(np.radians(60.17)) * 1.3
    assert route.walk_m == pytest.approx(straight_m, abs=10)
    assert route.address_order_walk_m == route.walk_m
    metres = sum(route.stops.values_list("walk_m", flat=True))
    ways = prepare(route.shift, Estimate()).ways.metres
    last = int(addresses(route)[-1].removeprefix("A")) - 1
    assert route.walk_m == metres + ways[last + FIRST_STOP, 1]


def test_the_address_list_walk_is_that_of_the_same_stops(hill: Town) -> None:
    """From a start between the streets the list goes A1 ... B10 and is longer than the plan."""
    assign(hill.territory(2), hill.company.rosa, shared=True)
    hill.visit(hill.b[4], "do_not_knock")
    route = route_of(hill.shift(hill.company.rosa), seconds=0.5)
    outing = prepare(route.shift, Estimate())
    listed = [0, *(at + FIRST_STOP for at in range(19)), 1]
    names = [f"{stop.building.street}{stop.building.number}" for stop in outing.stops]
    assert names == [f"A{n}" for n in range(1, 11)] + [f"B{n}" for n in range(1, 11) if n != 5]
    assert sorted(addresses(route)) == sorted(names)
    walk = sum(int(outing.ways.metres[a, b]) for a, b in pairwise(listed))
    assert route.address_order_walk_m == walk > route.walk_m


def test_the_engines_verifier_accepts_what_is_written(hill: Town) -> None:
    """The plan of a whole town's shift, agreed times and a short shift included, verifies."""
    hill.visit(hill.a[7], "callback", callback_at=local(10, 16, 10))
    hill.visit(hill.a[2], "demo")
    outing = prepare(hill.shift(hill.company.rosa, minutes=15), Estimate())
    problem = problem_of(outing)
    solution = solve(problem, Budget(iterations=200))
    assert verify(problem, solution).faults == ()
    assert [stop.required for stop in problem.stops].count(True) == 1
    assert not solution.missed
    assert solution.left_out


def test_every_candidate_is_on_the_route_or_left_out_with_a_reason(hill: Town) -> None:
    """A shift of ten minutes: some doors fit, for the others there was no time."""
    hill.visit(hill.a[1], "hostile")
    route = route_of(hill.shift(hill.company.rosa, minutes=10))
    out = left_out(route)
    on_route = set(route.doors.exclude(stop=None).values_list("door", flat=True))
    assert on_route | set(out) == {door.pk for door in hill.a}
    assert out.pop(hill.a[1].pk) == "worth_less_than_the_detour"
    assert on_route
    assert set(out.values()) == {"no_time"}
    assert route.doors.count() == 10


def test_a_door_worth_more_takes_the_place_of_nearer_ones(hill: Town) -> None:
    """In six minutes: the three next doors, or one fewer and the one that promises more."""
    hill.visit(hill.a[3], "callback", callback_at=local(10, 12))
    route = route_of(hill.shift(hill.company.rosa, minutes=6))
    assert route.stops.count() == 2
    assert knock(route, hill.a[3]).reason == Appeal.OVERDUE


def test_more_buildings_than_a_plan_considers(hill: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are left out as not considered, an agreed time never."""
    monkeypatch.setattr("routing.candidates.MAX_STOPS", 4)
    hill.visit(hill.a[9], "callback", callback_at=SIX)
    route = route_of(hill.shift(hill.company.rosa))
    assert sorted(addresses(route)) == ["A1", "A10", "A2", "A3"]
    assert left_out(route) == {door.pk: "not_considered" for door in hill.a[3:9]}


def test_planning_again_replaces_the_current_route_and_keeps_the_old(hill: Town) -> None:
    """The old one keeps its stops; the new one knows what has happened since."""
    shift = hill.shift(hill.company.rosa)
    old = route_of(shift)
    hill.visit(hill.a[0], "do_not_knock")
    new = route_of(shift)
    old.refresh_from_db()
    assert (old.is_current, new.is_current) == (False, True)
    assert (old.stops.count(), new.stops.count()) == (10, 9)
    assert RouteDoor.objects.filter(route=old, door=hill.a[0]).exists()


def test_a_task_that_comes_twice_plans_once(hill: Town) -> None:
    """A repeated message finds the run done."""
    run = planned(hill.shift(hill.company.rosa))
    task(run.pk)
    assert Route.objects.count() == 1
    assert PlanRun.objects.get().attempt == 1


def test_a_task_of_a_run_that_does_not_exist_does_nothing(db: None) -> None:
    """A message may outlive its row."""
    task(4711)
    assert not PlanRun.objects.exists()


def test_an_attempt_that_lost_its_run_writes_nothing(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker took over while this one was planning: the other's route stands alone."""
    shift = hill.shift(hill.company.rosa)
    run = request_plan(actor=hill.company.ada, shift=shift, now=NOW, seconds=QUICK_S)

    def overtaken(held: PlanRun, lease: object) -> object:
        write = plan_shift(held, lease)  # type: ignore[arg-type]  # a lease
        PlanRun.objects.filter(pk=run.pk).update(lease_until=NOW - timedelta(seconds=1))
        monkeypatch.undo()
        task(run.pk)
        return write

    monkeypatch.setattr("routing.planning.plan_shift", overtaken)
    task(run.pk)
    run.refresh_from_db()
    route = Route.objects.get()
    assert (run.state, run.attempt, run.result["route"]) == (RunState.DONE, 2, route.pk)
    assert route.stops.count() == RouteStop.objects.count() == 10


def test_a_failure_while_writing_leaves_the_old_route(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows of a route are written or none; the old one stays current."""
    shift = hill.shift(hill.company.rosa)
    old = route_of(shift)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("routing.route_rows.doors_left_out", fail)
    run = planned(shift)
    assert (run.state, run.error_code) == (RunState.FAILED, "run.crashed")
    assert Route.objects.get() == old
    assert RouteStop.objects.count() == 10


def test_a_shift_shorter_than_its_way_home_fails_with_its_code(hill: Town) -> None:
    """From one end of town to another in one minute: the run says so, and there is no route."""
    shift = hill.shift(hill.company.rosa, minutes=1, start=(24.94, 60.17), end=(24.94, 60.27))
    run = planned(shift)
    assert (run.state, run.error_code) == (RunState.FAILED, "plan.shift_too_short")
    assert run.error_message
    assert not Route.objects.exists()


def test_a_failed_plan_leaves_the_old_route(hill: Town) -> None:
    """What was planned before the shift became too short stays current."""
    shift = hill.shift(hill.company.rosa)
    old = route_of(shift)
    Shift.objects.filter(pk=shift.pk).update(
        ends_at=shift.starts_at + timedelta(seconds=1), end_lat=60.27
    )
    assert planned(shift).state == RunState.FAILED
    assert Route.objects.get(is_current=True) == old


def test_without_candidates_the_route_is_empty(hill: Town) -> None:
    """Rui has no territory: the plan goes well, and nobody leaves."""
    shift = hill.shift(hill.company.rui)
    run = planned(shift)
    route = Route.objects.get()
    assert run.result == {
        "route": route.pk, "stops": 0, "doors": 0, "doors_left_out": 0, "callbacks_missed": 0,
    }  # fmt: skip
    assert (route.walk_s, route.walk_m, route.address_order_walk_m, route.value) == (0, 0, 0, 0)
    assert route.starts_at == route.ends_at == shift.starts_at


@pytest.mark.parametrize("length", [timedelta(microseconds=1), timedelta(seconds=1)])
def test_a_shift_of_no_length_is_empty(hill: Town, length: timedelta) -> None:
    """No knock fits; each door is left out for want of time."""
    shift = hill.shift(hill.company.rosa)
    Shift.objects.filter(pk=shift.pk).update(ends_at=shift.starts_at + length)
    route = route_of(shift)
    assert not route.stops.exists()
    assert set(left_out(route).values()) == {"no_time"}
    assert len(left_out(route)) == 10


def test_a_knock_longer_than_the_shift_is_left_out(hill: Town) -> None:
    """Two hours at each door in a shift of one: nothing fits, an agreed time neither."""
    type(hill.campaign).objects.update(door_s=7200)
    hill.visit(hill.a[3], "callback", callback_at=local(10, 16, 30))
    shift = hill.shift(hill.company.rosa, minutes=60)
    run = planned(shift)
    route = Route.objects.get()
    assert (run.result["stops"], run.result["callbacks_missed"]) == (0, 1)
    assert set(left_out(route).values()) == {"no_time"}


def test_doors_on_the_other_side_of_the_earth_are_left_out(hill: Town) -> None:
    """A member whose home is far away has an empty route, not a failed one."""
    nowhere = (-155.0, -60.0)
    route = route_of(hill.shift(hill.company.rosa, start=nowhere, end=nowhere))
    assert not route.stops.exists()
    assert set(left_out(route).values()) == {"no_time"}


def test_the_pace_of_the_plan_is_the_travels(hill: Town) -> None:
    """Walking times come through the seam: twice as slow, twice as long, named in the route."""
    shift = hill.shift(hill.company.rosa)
    usual = prepare(shift, Estimate())
    slow = prepare(shift, Estimate(source="snail", walking_m_s=2.4 / 3.6))
    assert slow.travel.source == "snail"
    np.testing.assert_allclose(slow.ways.seconds, 2 * usual.ways.seconds, atol=1)


def test_a_plan_takes_a_bounded_number_of_queries(
    hill: Town, moonlight: Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Four times the doors take no more."""
    large = world.settle(moonlight, houses=40)
    assign(large.territory(1), moonlight.otto)
    for shift in (hill.shift(hill.company.rosa), large.shift(moonlight.otto)):
        actor = admin_of(hill.company if shift.member == hill.company.rosa else moonlight)
        run = request_plan(actor=actor, shift=shift, now=NOW, seconds=QUICK_S)
        with django_assert_max_num_queries(20):
            task(run.pk)
    assert RouteDoor.objects.count() == 50


def test_visits_recorded_while_planning_are_not_claimed_to_be_known(hill: Town) -> None:
    """`planned_at` is when this attempt began, not when it was asked for nor when it was done."""
    shift = hill.shift(hill.company.rosa)
    asked = NOW - timedelta(hours=3)
    run = request_plan(actor=hill.company.ada, shift=shift, now=asked, seconds=QUICK_S)
    task(run.pk)
    route = Route.objects.get()
    assert route.planned_at == NOW
    assert PlanRun.objects.get().created_at == asked


def test_a_plan_of_another_day_uses_that_days_territories(hill: Town) -> None:
    """Rosa gets Sam's street from tomorrow on."""
    tomorrow = TODAY + timedelta(days=1)
    hill.territory(1).assignments.update(ends_on=tomorrow)
    hill.territory(2).assignments.update(ends_on=tomorrow)
    assign(hill.territory(2), hill.company.rosa, tomorrow)
    today, later = (route_of(hill.shift(hill.company.rosa, day)) for day in (TODAY, tomorrow))
    assert {name[0] for name in addresses(today)} == {"A"}
    assert {name[0] for name in addresses(later)} == {"B"}


def test_a_driver_may_start_and_end_elsewhere(hill: Town) -> None:
    """The walk begins at the start and is over at the end, not where it began."""
    start, end = (24.94, 60.17), (24.94 + 9 * 0.00036, 60.17)
    plan = ShiftPlan(hill.campaign, hill.company.rosa, TODAY, start=start, end=end)
    route = route_of(hill.shift(plan.member, start=start, end=end), seconds=0.5)
    assert addresses(route) == [f"A{number}" for number in range(1, 11)]


def test_the_search_stops_once_its_run_is_cancelled(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked all the while, and the plan goes no further than the next step."""
    run = request_plan(
        actor=hill.company.max, shift=hill.shift(hill.company.rosa), now=NOW, seconds=60.0
    )
    held = Lease(run)
    monkeypatch.setattr(held, "is_lost", lambda: True)
    with pytest.raises(RunLost):
        plan_shift(run, held)
    assert not Route.objects.exists()
