"""The routes that phones show: as planned, whatever becomes of the doors meanwhile."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.shifts import ShiftPlan, schedule_shift
from routing.api.entities import show
from tests.calls import SignIn
from tests.canvass import world
from tests.canvass.sync.phones import Phone, push, visit
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company
from tests.routing.rows import plain_route


@pytest.fixture
def town(_clock: None, sunrise: Company) -> Town:
    """The town of the tests of canvass, with a route of two stops for Rosa."""
    made = world.sunrise_town(sunrise)
    plan = ShiftPlan(made.campaign, sunrise.rosa, TODAY)
    plain_route(schedule_shift(actor=sunrise.ada, plan=plan, now=NOW), *made.north[:2])
    return made


def test_a_route_does_not_grow_old_on_a_phone(town: Town, as_member: SignIn) -> None:
    """Neither a visit nor a forbidden door changes what a new phone is told of it."""
    client = as_member(town.company.rosa)
    phone = Phone(client)
    phone.pull()
    push(client, visit(town, town.north[0], "demo"))
    new = NewEntry(Place(door=town.north[1]), "manager", town.campaign.time_zone)
    add_entry(actor=town.company.ada, new=new, now=NOW)
    phone.pull()
    fresh = Phone(client)
    fresh.pull()
    assert fresh.mirror == phone.mirror
    (route,) = (data for (entity, _), data in fresh.mirror.items() if entity == "route")
    doors = [door for stop in route["stops"] for door in stop["doors"]]
    assert [door["id"] for door in doors] == [door.pk for door in town.north[:2]]
    assert all(door.keys().isdisjoint({"prospect", "warning"}) for door in doors)


def test_telling_of_many_routes_takes_three_queries(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """However many shifts a phone shows."""
    rosa, shifts = town.company.rosa, []
    for day in range(1, 4):
        plan = ShiftPlan(town.campaign, rosa, TODAY.replace(day=TODAY.day + day))
        shifts.append(schedule_shift(actor=town.company.ada, plan=plan, now=NOW))
        plain_route(shifts[-1], *town.north[:2])
    with django_assert_num_queries(3):
        told = show(rosa, [str(shift.pk) for shift in shifts], NOW)
    assert all(shown.data for rows in told.values() for shown in rows)
