"""Plans with a pause, and with a limit of walking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from canvass.pauses import Pause
from routing.baselines import address_list_value, after_breaks
from routing.engine import Break
from routing.models import Route
from tests.canvass.world import local
from tests.routing.engine.cases import street
from tests.routing.world import Town, left_out, planned, route_of

HALF = Pause(1800, local(10, 16, 5), local(10, 16, 10))


def test_a_pause_is_taken_in_its_window(hill: Town) -> None:
    """Half an hour from five or ten past: nobody is knocked at then, and the route says when."""
    route = route_of(hill.shift(hill.company.rosa, pause=HALF))
    assert (route.pause_s, route.stops.count()) == (1800, 10)
    assert route.pause_at is not None
    assert HALF.starts_from <= route.pause_at <= HALF.starts_to  # type: ignore[operator]
    over = route.pause_at + timedelta(seconds=1800)
    for stop in route.stops.all():
        assert stop.leave_at <= route.pause_at or stop.arrive_at >= over
    last = route.stops.order_by("position").last()
    assert last is not None
    assert route.ends_at == last.leave_at + timedelta(seconds=route.home_walk_s)


def test_who_does_not_leave_does_not_pause(hill: Town) -> None:
    """A route without stops has no pause."""
    route = route_of(hill.shift(hill.company.rui, pause=HALF))
    assert (route.pause_at, route.pause_s, route.stops.count()) == (None, 0, 0)


def test_a_pause_takes_time_from_the_doors(hill: Town) -> None:
    """Within 45 minutes there is time for all doors, and with half an hour's pause for some."""
    assert route_of(hill.shift(hill.company.rosa, minutes=45)).stops.count() == 10
    shift = hill.company.rosa.shifts.get()
    shift.pause_s, shift.pause_from, shift.pause_to = 1800, HALF.starts_from, HALF.starts_to
    shift.save()
    route = route_of(shift)
    assert 0 < route.stops.count() < 10
    assert set(left_out(route).values()) == {"no_time"}
    assert route.ends_at <= shift.ends_at


def test_nobody_walks_longer_than_the_shift_allows(hill: Town) -> None:
    """Two minutes of walking are not enough for the street, though the shift is."""
    route = route_of(hill.shift(hill.company.rosa, most_walk_s=120))
    assert 0 < route.stops.count() < 10
    assert route.walk_s <= 120
    assert set(left_out(route).values()) == {"no_time"}


def test_a_way_home_longer_than_the_limit_fails_with_its_code(hill: Town) -> None:
    """As does a shift that the pause makes too short."""
    far: dict[str, Any] = {"start": (24.94, 60.17), "end": (24.94, 60.175)}
    run = planned(hill.shift(hill.company.rosa, most_walk_s=60, **far))
    assert run.error_code == "plan.way_home_too_long"
    shift = hill.shift(hill.company.sam, pause=HALF, **far)
    shift.ends_at = local(10, 16, 40) + timedelta(seconds=1)
    shift.save()
    assert planned(shift).state == "done"
    shift.start_lat = 60.3
    shift.save()
    assert planned(shift).error_code == "plan.shift_too_short"
    assert Route.objects.filter(is_current=True).get().shift == shift


def test_who_follows_a_list_pauses_too() -> None:
    """30 out, 40 back, 15 home: with 20 s of pause that begins by then the last does not fit."""
    problem = street(30, -10, 5, shift=(0, 110))
    walker = replace(problem.walkers[0], breaks=(Break(20, (40, 60)),))
    assert address_list_value(problem, [0, 1, 2]) == 30
    assert address_list_value(replace(problem, walkers=[walker]), [0, 1, 2]) == 20


def test_who_follows_a_list_walks_no_longer_than_allowed() -> None:
    """80 s are enough for the first two and home, not for the third."""
    problem = street(30, -10, 5)
    walker = replace(problem.walkers[0], most_walk_s=80)
    assert address_list_value(replace(problem, walkers=[walker]), [0, 1, 2]) == 20


def test_a_break_comes_when_it_may_or_when_it_must() -> None:
    """From 40 to 60: early it waits; at 45 it is taken; 30 s of work from 35 on leave no later."""
    breaks = (Break(20, (40, 60)),)
    assert after_breaks(10, breaks, 30) == (10, breaks)
    assert after_breaks(45, breaks, 1) == (65, ())
    assert after_breaks(35, breaks, 30) == (60, ())
