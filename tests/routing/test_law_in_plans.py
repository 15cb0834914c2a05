"""Plans heed the law of every door: permits, hours and signs.

The city is around the doors A6 to A10, the country everywhere.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from canvass.do_not_knock import lift_entry
from canvass.models import DoNotKnockEntry, Jurisdiction, Ordinance, Permit
from routing.candidates import candidate_stops, gathered
from routing.models import Route
from routing.outings import prepare
from routing.shift_problems import problem_of
from territories.models import Building, Door
from territories.streets.travel_times import Estimate
from tests.canvass.world import NOW, TODAY, local
from tests.cast import Company
from tests.routing import world
from tests.routing.test_deliveries import sold
from tests.routing.world import Town, knock, left_out, planned, route_of

ALWAYS = [0, 1, 2, 3, 4, 5, 6]
JUNETEENTH = date(2026, 6, 19)


def place(town: Town, name: str = "City", level: str = "city", **fields: Any) -> Jurisdiction:
    """A jurisdiction: around the doors A6 to A10, or everywhere."""
    west, east = town.a[5].lon - 1e-4, town.a[9].lon + 1e-4
    south, north = town.a[0].lat - 1e-4, town.a[0].lat + 1e-4
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    area = {"type": "Polygon", "coordinates": [ring]} if level == "city" else None
    usual = {"organisation": town.company.organisation, "time_zone": "America/New_York"}
    return Jurisdiction.objects.create(**usual, name=name, level=level, area=area, **fields)


def rule(town: Town, jurisdiction: Jurisdiction, **fields: Any) -> Ordinance:
    """What a jurisdiction rules from the start of the year on."""
    usual = {"organisation": town.company.organisation, "starts_on": date(2026, 1, 1)}
    return Ordinance.objects.create(
        **usual, jurisdiction=jurisdiction, citation="Code 1-2-3", **fields
    )


def hours(opens: str, closes: str, weekdays: list[int] | None = None) -> list[dict[str, Any]]:
    return [{"weekdays": weekdays or ALWAYS, "opens": opens, "closes": closes}]


def permit(town: Town, member: Member, jurisdiction: Jurisdiction, ends_on: date) -> Permit:
    """The member's permit from June on."""
    return Permit.objects.create(
        organisation=town.company.organisation, member=member, jurisdiction=jurisdiction,
        number=str(ends_on), starts_on=date(2026, 6, 1), ends_on=ends_on,
    )  # fmt: skip


def every(doors: list[Door], reason: str) -> dict[int, str]:
    return {door.pk: reason for door in doors}


def test_doors_without_a_permit_are_left_out(hill: Town) -> None:
    """Those in the city, by name in the run's result; with a permit for the day all are planned."""
    city = place(hill)
    rule(hill, city, permit_needed=True)
    shift = hill.shift(hill.company.rosa)
    permit(hill, hill.company.sam, city, TODAY + timedelta(days=90))
    permit(hill, hill.company.rosa, city, TODAY)  # its last day was yesterday
    run = planned(shift)
    assert left_out(Route.objects.get()) == every(hill.a[5:], "no_permit")
    assert run.result["permits_missing"] == ["City"]
    assert "permits_ending" not in run.result
    permit(hill, hill.company.rosa, city, TODAY + timedelta(days=90))
    run = planned(shift)
    assert left_out(Route.objects.get(is_current=True)) == {}
    assert not {"permits_missing", "permits_ending"} & run.result.keys()


@pytest.mark.parametrize(("days", "told"), [(14, True), (15, False)])
def test_a_permit_that_ends_soon_is_told(hill: Town, days: int, told: bool) -> None:
    """From a fortnight before its end on, unless a later one is there."""
    city = place(hill)
    rule(hill, city, permit_needed=True)
    permit(hill, hill.company.rosa, city, TODAY + timedelta(days=days))
    shift = hill.shift(hill.company.rosa)
    assert gathered(shift).permits == ({"permits_ending": ["City"]} if told else {})
    permit(hill, hill.company.rosa, city, TODAY + timedelta(days=90))
    assert gathered(shift).permits == {}


def test_the_permit_of_a_country_is_needed_in_its_cities_too(hill: Town) -> None:
    """A city is part of its country, and both rule."""
    land = place(hill, "Land", "country")
    city = place(hill, parent=land)
    for one in (land, city):
        rule(hill, one, permit_needed=True)
    permit(hill, hill.company.rosa, land, TODAY + timedelta(days=90))
    assert left_out(route_of(hill.shift(hill.company.rosa))) == every(hill.a[5:], "no_permit")


def test_permitted_hours_are_the_hours_of_the_stop(hill: Town) -> None:
    """Nobody knocks in the city before six, though the shift begins at four."""
    rule(hill, place(hill), hours=hours("18:00", "19:00"))
    route = route_of(hill.shift(hill.company.rosa))
    assert left_out(route) == {}
    for door in hill.a[5:]:
        assert local(10, 18) <= knock(route, door).arrive_at < local(10, 19)
    assert all(knock(route, door).arrive_at < local(10, 17) for door in hill.a[:5])


def test_every_rule_around_a_door_must_permit_it(hill: Town) -> None:
    """The country from five to seven, the city from six: from six to seven in the city."""
    land = place(hill, "Land", "country")
    rule(hill, land, hours=hours("17:00", "19:00"))
    rule(hill, place(hill, parent=land), hours=hours("18:00", "24:00"))
    shift = hill.shift(hill.company.rosa)
    shift.starts_at, shift.ends_at = local(10, 16), local(10, 20)
    found = {stop.building: stop.times for stop in candidate_stops(shift)}
    last = timedelta(seconds=1)
    assert found[hill.a[0].building] == ((local(10, 17), local(10, 19) - last),)
    assert found[hill.a[9].building] == ((local(10, 18), local(10, 19) - last),)


@pytest.mark.parametrize(
    "fields",
    [
        {"hours": hours("09:00", "16:00")},
        {"hours": hours("09:00", "20:00", [0, 1, 3, 4, 5, 6])},
        {"hours": hours("20:00", "22:00")},
    ],
)
def test_doors_that_are_closed_all_shift_are_left_out(hill: Town, fields: dict[str, Any]) -> None:
    """Before the shift, on another weekday than this Wednesday, after the shift."""
    rule(hill, place(hill), **fields)
    found = left_out(route_of(hill.shift(hill.company.rosa)))
    assert found == every(hill.a[5:], "outside_permitted_hours")


def test_holidays_and_sundays_are_kept_door_by_door(hill: Town) -> None:
    """Juneteenth and a Sunday in the city; elsewhere the shift goes on."""
    rule(hill, place(hill), hours=hours("09:00", "21:00", ALWAYS[:6]), closed_on_holidays_of="US")
    for day in (JUNETEENTH, date(2026, 6, 21)):
        found = left_out(route_of(hill.shift(hill.company.rosa, day)))
        assert found == every(hill.a[5:], "outside_permitted_hours")
    assert left_out(route_of(hill.shift(hill.company.rosa, date(2026, 6, 20)))) == {}


@pytest.mark.usefixtures("_clock")
def test_hours_by_the_sun_are_those_of_the_door_on_that_day(sunrise: Company) -> None:
    """In Helsinki the sun sets at 22:44 on 10 June, and at 21:22 on 12 August."""
    town = world.hill(sunrise, time_zone="Europe/Helsinki")
    rule(town, place(town), hours=hours("09:00", "sunset-30"))
    for day, hour, minute in ((TODAY, 22, 14), (date(2026, 8, 12), 20, 52)):
        shift = town.shift(sunrise.rosa, day)
        shift.ends_at = shift.starts_at + timedelta(hours=7)
        (stop,) = [s for s in candidate_stops(shift) if s.building == town.a[9].building]
        closes = shift.starts_at + timedelta(hours=hour - 16, minutes=minute)
        assert abs(stop.times[0][1] - closes) < timedelta(minutes=2)


@pytest.mark.parametrize("exempt", [True, False])
def test_who_is_invited_may_be_exempt(hill: Town, exempt: bool) -> None:
    """An agreed time and a delivery need no permit and no hours where the ordinance says so."""
    hill.visit(hill.a[9], "callback", callback_at=local(10, 18))
    hill.visit(hill.a[8], "sale")
    sold(hill, hill.a[8], delivery_due_on=TODAY)
    closed = {"permit_needed": True, "hours": hours("09:00", "12:00")}
    rule(hill, place(hill), invited_exempt=exempt, **closed)
    found = left_out(route_of(hill.shift(hill.company.rosa)))
    assert found == every(hill.a[5:8] if exempt else hill.a[5:], "no_permit")


def test_an_agreed_time_that_is_not_permitted_is_told(hill: Town) -> None:
    """The shift meets the permitted hours, the time, agreed before they were known, does not."""
    hill.visit(hill.a[9], "callback", callback_at=local(10, 18))
    rule(hill, place(hill), hours=hours("09:00", "17:30"))
    run = planned(hill.shift(hill.company.rosa))
    assert left_out(Route.objects.get()) == every(hill.a[9:], "outside_permitted_hours")
    assert run.result["callbacks_missed"] == 1


@pytest.mark.parametrize("binds", [True, False])
def test_a_sign_binds_where_the_law_says_so(hill: Town, binds: bool) -> None:
    """Even where a manager has lifted its entry; elsewhere the manager decides."""
    rule(hill, place(hill), sign_binds=binds)
    hill.visit(hill.a[9], "no_soliciting_sign")
    shift = hill.shift(hill.company.rosa)
    assert hill.a[9].pk not in {door.door_id for s in candidate_stops(shift) for door in s.doors}
    entry = DoNotKnockEntry.objects.get()
    lift_entry(actor=hill.company.max, entry=entry, reason="They moved out.", now=NOW)
    assert left_out(route_of(shift)) == (every(hill.a[9:], "sign_binds") if binds else {})


def test_a_tower_is_knocked_at_within_permitted_hours_to_its_last_door(hill: Town) -> None:
    """Ten minutes are permitted: no stop there is longer, and the last knock is in time."""
    rule(hill, place(hill), hours=hours("18:00", "18:10"))
    building = hill.a[9].building
    for number in range(12):
        unit = Door.objects.create(
            organisation=building.organisation, building=building, key=f"unit {number}",
            unit=f"{number:02}", lon=building.lon, lat=building.lat, quadkey=0, dataset="test",
        )  # fmt: skip
        owner = {"organisation": building.organisation, "door": unit}
        hill.territory(1).placements.create(**owner, cut=hill.cut)
        hill.campaign.prospects.create(**owner)
    shift = hill.shift(hill.company.rosa)
    problem = problem_of(prepare(shift, Estimate()))
    stops = candidate_stops(shift)
    here = [at for at, stop in enumerate(stops) if stop.building == building]
    assert [len(stops[at].doors) for at in here] == [7, 6]
    opens = int((local(10, 18) - shift.starts_at).total_seconds())
    for at in here:
        ((first, last),) = problem.stops[at].windows
        assert first == opens
        assert last + (len(stops[at].doors) - 1) * 90 == opens + 600 - 1


def test_the_law_takes_three_queries_more(
    hill: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Jurisdictions, ordinances and permits, however many doors; one more where a permit counts."""
    city = place(hill)
    ordinance = rule(hill, city, hours=hours("18:00", "19:00"))
    shift = hill.shift(hill.company.rosa)
    with django_assert_num_queries(1 + 3):
        gathered(shift)
    ordinance.permit_needed = True
    ordinance.save()
    with django_assert_num_queries(1 + 4):
        gathered(shift)


def test_another_companys_law_is_none_of_ours(hill: Town, moonlight: Company) -> None:
    """Moonlight's city is in the same place."""
    city = place(hill)
    rule(hill, city, permit_needed=True)
    for model in (Jurisdiction, Ordinance):
        model.objects.update(organisation=moonlight.organisation)
    assert left_out(route_of(hill.shift(hill.company.rosa))) == {}


def test_the_law_of_the_shifts_day_counts(hill: Town) -> None:
    """An ordinance that begins tomorrow rules nothing today."""
    rule(hill, place(hill), permit_needed=True)
    Ordinance.objects.update(starts_on=TODAY + timedelta(days=1))
    assert left_out(route_of(hill.shift(hill.company.rosa))) == {}
    tomorrow: datetime = NOW + timedelta(days=1)
    assert len(left_out(route_of(hill.shift(hill.company.rosa, tomorrow.date())))) == 5


@pytest.mark.usefixtures("_clock")
def test_after_dark_only_by_appointment(sunrise: Company) -> None:
    """Cold doors close with the sun, in Helsinki at 22:44; an agreed time at 23:00 stays."""
    town = world.hill(sunrise, time_zone="Europe/Helsinki")
    shift = town.shift(sunrise.rosa)
    hour = timedelta(hours=1)
    town.visit(town.a[9], "callback", callback_at=shift.starts_at + 7 * hour)
    shift.ends_at = shift.starts_at + 8 * hour

    def closing() -> dict[Building, datetime]:
        stops = candidate_stops(shift)
        return {s.building: s.times[-1][1] if s.times else shift.ends_at for s in stops}

    whole = closing()
    shift.campaign.after_dark_by_appointment = True
    found = closing()
    cold, agreed = town.a[0].building, town.a[9].building
    sunset = shift.starts_at + 6 * hour + timedelta(minutes=44)
    assert whole[cold] == shift.ends_at
    assert abs(found[cold] - sunset) < timedelta(minutes=2)
    assert found[agreed] == whole[agreed] > sunset
