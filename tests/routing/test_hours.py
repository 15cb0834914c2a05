"""Values by the time of day: from contact rates to the buckets of a plan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from canvass.models import Shift
from routing.appeal import VALUES
from routing.hours import Hours, local_hours, shift_hours
from routing.models import Appeal
from routing.outings import prepared
from routing.shift_problems import problem_of
from tests.canvass.world import local
from tests.cast import Company
from tests.routing import world
from tests.routing.world import ALIKE, Town, knock, route_of

FRESH = VALUES[Appeal.FRESH]
DAWN = {**ALIKE, "weekday": [0.3] * 16 + [0.1] + [0.3] * 2 + [0.2] * 5}  # hours from 16 differ


@pytest.fixture
def shift(sunrise: Company) -> Shift:
    """Rosa's shift from 16 to 20 o'clock of a campaign that expects few people at four."""
    town = world.hill(sunrise, contact_rates=DAWN)
    return town.shift(sunrise.rosa)


def test_each_local_hour_of_a_shift_has_its_share_of_the_best(shift: Shift) -> None:
    """Four o'clock a third, five and six alike all of it, seven two thirds; an edge on the hour."""
    assert shift_hours(shift, shift.starts_at) == Hours((3600, 3 * 3600), (3, 10, 7))


def test_hours_are_counted_from_the_time_looked_at(shift: Shift) -> None:
    """From half past four there is half an hour of it left."""
    late = shift.starts_at + timedelta(minutes=30)
    assert shift_hours(shift, late) == Hours((1800, 1800 + 2 * 3600), (3, 10, 7))


def test_hours_that_are_alike_are_one(hill: Town) -> None:
    """Then there is nothing to tell the engine, and its fastest search does it."""
    shift = hill.shift(hill.company.rosa)
    assert shift_hours(shift, shift.starts_at) == Hours()
    assert problem_of(prepared(shift)).bucket_edges == ()


def test_a_clock_change_within_a_shift_is_an_hour_twice() -> None:
    """In the night of 1 November 2026 New York has one o'clock twice."""
    zone = ZoneInfo("America/New_York")
    begin = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    found = list(local_hours(begin, begin + timedelta(hours=3), zone))
    assert [hour for _, hour in found] == [0, 1, 1, 2]
    assert [at.minute for at, _ in found] == [30, 0, 0, 0]


def test_a_zone_off_the_hour_has_its_own_hours() -> None:
    """India's begin at half past by UTC."""
    begin = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
    found = list(local_hours(begin, begin + timedelta(hours=1), ZoneInfo("Asia/Kolkata")))
    assert [(at.minute, hour) for at, hour in found] == [(0, 17), (30, 18)]


def test_a_stop_is_worth_less_when_fewer_people_open(shift: Shift) -> None:
    """In each bucket its share, to the nearest point; more than nothing if it is worth anything."""
    problem = problem_of(prepared(shift))
    assert problem.bucket_edges == (3600, 3 * 3600)
    assert {stop.values for stop in problem.stops} == {(FRESH * 3 // 10, FRESH, FRESH * 7 // 10)}
    assert all(value > 0 for least in (v for v in VALUES.values() if v) for value in
               Hours((1,), (1, 10)).values(least))  # fmt: skip


def test_an_agreed_time_is_worth_the_same_at_every_hour(sunrise: Company) -> None:
    """Who has agreed is at home."""
    town = world.hill(sunrise, contact_rates=DAWN)
    town.visit(town.a[3], "callback", callback_at=local(10, 16, 20))
    problem = problem_of(prepared(town.shift(sunrise.rosa)))
    (agreed,) = [stop for stop in problem.stops if stop.required]
    assert agreed.value == VALUES[Appeal.CALLBACK]


def test_the_day_is_planned_for_the_hours_at_which_people_are_home(shift: Shift) -> None:
    """Ten doors and four hours: every knock comes from five to seven o'clock, at full value."""
    route = route_of(shift)
    assert route.value == 10 * FRESH
    for stop in route.stops.all():
        assert local(10, 17) <= stop.arrive_at < local(10, 19)


def test_in_a_full_shift_the_likeliest_doors_come_at_the_best_hour(sunrise: Company) -> None:
    """From twenty past four to twenty past five one who is warm is knocked at after five."""
    town = world.hill(sunrise, contact_rates=DAWN)
    town.visit(town.a[0], "demo")
    shift = town.shift(sunrise.rosa, minutes=80)
    Shift.objects.filter(pk=shift.pk).update(starts_at=shift.starts_at + timedelta(minutes=20))
    shift.refresh_from_db()
    assert knock(route_of(shift, seconds=0.5), town.a[0]).arrive_at >= local(10, 17)
