"""Agreed times: kept to the quarter of an hour, or reported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from canvass.models import Prospect
from routing.candidates import CALLBACK_TOLERANCE_S
from routing.models import Appeal, Route
from routing.outings import prepare
from routing.shift_problems import problem_of
from territories.models import Door
from territories.streets.travel_times import Estimate
from tests.canvass.world import local
from tests.cast import Company
from tests.routing import world
from tests.routing.world import Town, knock, left_out, planned, route_of
from tests.territories.town import house

SIX = local(10, 18)
TOLERANCE = timedelta(seconds=CALLBACK_TOLERANCE_S)


def test_an_agreed_time_is_kept(hill: Town) -> None:
    """Somebody knocks within a quarter of an hour of it, though all the rest is done by then."""
    hill.visit(hill.a[9], "callback", callback_at=SIX)
    hill.visit(hill.a[0], "callback", callback_at=SIX + timedelta(hours=1))
    route = route_of(hill.shift(hill.company.rosa))
    for door, due_at in ((hill.a[9], SIX), (hill.a[0], SIX + timedelta(hours=1))):
        stop = knock(route, door)
        assert abs(stop.arrive_at - due_at) <= TOLERANCE
        assert stop.leave_at - stop.arrive_at == timedelta(seconds=90)
        assert stop.reason == Appeal.CALLBACK
    assert route.stops.count() == 10


def test_who_is_early_waits_before_the_agreed_time(hill: Town) -> None:
    """The stop's arrival is the knock; the walk there is shorter than the time until then."""
    hill.visit(hill.a[9], "callback", callback_at=SIX)
    for door in hill.a[:9]:
        hill.visit(door, "sale")
    route = route_of(hill.shift(hill.company.rosa))
    stop = route.stops.get()
    assert stop.arrive_at == SIX - TOLERANCE
    assert stop.walk_s < 300


@pytest.mark.parametrize(("hour", "minute"), [(16, 0), (16, 1), (19, 59)])
def test_an_agreed_time_at_the_edge_of_the_shift_is_kept(
    hill: Town, hour: int, minute: int
) -> None:
    """Right at its start, or a minute before its end, the tolerance makes room for the walk."""
    due_at = local(10, hour, minute)
    hill.visit(hill.a[9], "callback", callback_at=due_at)
    run = planned(hill.shift(hill.company.rosa))
    assert run.result["callbacks_missed"] == 0
    assert abs(knock(Route.objects.get(), hill.a[9]).arrive_at - due_at) <= TOLERANCE


def test_every_door_of_a_large_agreed_stop_is_within_the_tolerance(hill: Town) -> None:
    """Eleven units that agreed on one time: the last knock is not late, however late the first."""
    units = [
        Door.objects.create(
            organisation=hill.company.organisation, building=hill.a[5].building, key=f"unit {n}",
            unit=str(n), lon=hill.a[5].lon, lat=hill.a[5].lat, quadkey=0, dataset="test",
        )
        for n in range(11)
    ]  # fmt: skip
    for door in units:
        owner = {"organisation": hill.company.organisation, "door": door}
        hill.territory(1).placements.create(**owner, cut=hill.cut)
        Prospect.objects.create(**owner, campaign=hill.campaign)
        hill.visit(door, "callback", callback_at=SIX)
    shift = hill.shift(hill.company.rosa)
    problem = problem_of(prepare(shift, Estimate()))
    ((_, closes),) = next(stop.windows for stop in problem.stops if stop.required)
    assert shift.starts_at + timedelta(seconds=closes + 10 * 90) == SIX + TOLERANCE
    route = route_of(shift)
    stop = knock(route, units[0])
    assert stop.doors.count() == 11
    assert stop.arrive_at >= SIX - TOLERANCE
    assert stop.leave_at - timedelta(seconds=90) <= SIX + TOLERANCE


def test_two_agreements_at_one_time_far_apart_cannot_both_be_kept(hill: Town) -> None:
    """One is kept; the other stands among the doors left out, and the run counts it."""
    far = house(hill.company.organisation, street="Z", number="1", at=(5, 10))
    owner = {"organisation": hill.company.organisation, "door": far}
    hill.territory(1).placements.create(**owner, cut=hill.cut)
    Prospect.objects.create(**owner, campaign=hill.campaign)
    for door in (far, hill.a[0]):
        hill.visit(door, "callback", callback_at=SIX)
    run = planned(hill.shift(hill.company.rosa))
    route = Route.objects.get()
    doors = route.doors.filter(appeal="callback").exclude(stop=None)
    kept = set(doors.values_list("door", flat=True))
    assert run.result["callbacks_missed"] == 1
    assert len(kept) == 1
    assert left_out(route) == {({far.pk, hill.a[0].pk} - kept).pop(): "outside_window"}


@pytest.mark.usefixtures("_clock")
@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25)])
def test_a_shift_over_a_clock_change_is_as_long_as_it_is(
    sunrise: Company, day: date, hours: int
) -> None:
    """In New York the day has 23 or 25 hours; an agreed time after the change is kept."""
    town = world.hill(sunrise, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1))
    town.territory(1).assignments.update(starts_on=day)
    midnight = local(10, 0).replace(year=day.year, month=day.month, day=day.day)
    next_midnight = midnight + timedelta(days=1)
    due_at = midnight.replace(hour=4)
    town.visit(town.a[9], "callback", callback_at=due_at, occurred_at=midnight - timedelta(hours=9))
    shift = town.shift(sunrise.rosa, day, starts_at=midnight, ends_at=next_midnight)
    shift.refresh_from_db()
    outing = prepare(shift, Estimate())
    assert outing.length_s == hours * 3600
    route = route_of(shift)
    assert abs(knock(route, town.a[9]).arrive_at - due_at) <= TOLERANCE
