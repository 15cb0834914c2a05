"""Flags of visits that the law of their place did not permit, raised hour by hour.

It is 14:00 in New York when the town's visits are made; all of its doors are in one city.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.jurisdictions import JurisdictionPlan, OrdinancePlan, add_jurisdiction, add_ordinance
from canvass.law_flags import KINDS, flag_unlawful_visits
from canvass.models import FlagKind, Jurisdiction, Permit, Visit, VisitFlag
from tests.at_once import at_once
from tests.canvass.api.test_do_not_knock import square
from tests.canvass.selling import sell
from tests.canvass.world import NOW, TODAY, Town, local, record
from tests.cast import Company

EVENINGS = [{"weekdays": [0, 1, 2, 3, 4, 5], "opens": "17:00", "closes": "20:00"}]
UNTIL_DARK = [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "09:00", "closes": "sunset"}]
HOUR = timedelta(hours=1)


def city(town: Town) -> Jurisdiction:
    """The city around the town's doors."""
    plan = JurisdictionPlan("Yonkers", "city", "America/New_York", area=square(-73.9, 40.7))
    return add_jurisdiction(actor=town.company.ada, plan=plan)


def rule(town: Town, place: Jurisdiction, starts_on: date = date(2026, 1, 1), **more: Any) -> None:
    plan = OrdinancePlan(place, starts_on, "Code 1-2-3", **more)
    add_ordinance(actor=town.company.ada, plan=plan)


def permit(town: Town, place: Jurisdiction, *days: date) -> None:
    Permit.objects.create(
        organisation=town.company.organisation, member=town.company.rosa, jurisdiction=place,
        number="7", starts_on=days[0], ends_on=days[1],
    )  # fmt: skip


def knock(town: Town, at: datetime = NOW, **more: Any) -> Visit:
    """A visit of Rosa's to the north's first door, received as it was made."""
    new = town.visit(town.north[0], more.pop("outcome", "no_answer"), occurred_at=at, **more)
    return record(town.company.rosa, new, now=at)


def flags(visit: Visit) -> dict[str, dict[str, Any]]:
    """What the law has to say of a visit, as flagged."""
    kinds = (FlagKind.NO_PERMIT, FlagKind.UNPERMITTED_HOURS)
    found = VisitFlag.objects.filter(visit=visit, kind__in=kinds)
    return {flag.kind: flag.details for flag in found}


def test_a_visit_without_a_permit_is_flagged_once(town: Town) -> None:
    """With the places that ask for one; nothing is blocked, and looking again adds nothing."""
    place = city(town)
    rule(town, place, permit_needed=True)
    visit = knock(town)
    assert (flag_unlawful_visits(NOW), flag_unlawful_visits(NOW + HOUR / 2)) == (1, 0)
    assert flags(visit) == {"no_permit": {"jurisdictions": ["Yonkers"]}}
    told = AuditEntry.objects.get(action="visit_flag.raised")
    assert told.after == {"visit": str(visit.pk), "kind": "no_permit"}
    VisitFlag.objects.update(note="Kept.")
    assert flag_unlawful_visits(NOW + HOUR) == 0
    assert VisitFlag.objects.get(visit=visit, kind="no_permit").note == "Kept."


@pytest.mark.parametrize(
    ("first", "end", "flagged"),
    [
        (TODAY, TODAY + timedelta(days=1), False),
        (TODAY - timedelta(days=1), TODAY, True),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=2), True),
    ],
)
def test_a_permit_counts_on_its_days(town: Town, first: date, end: date, flagged: bool) -> None:
    """From its first day until the day before its end."""
    place = city(town)
    rule(town, place, permit_needed=True)
    permit(town, place, first, end)
    visit = knock(town)
    flag_unlawful_visits(NOW)
    assert ("no_permit" in flags(visit)) == flagged


def test_a_visit_outside_the_citys_hours_is_flagged(town: Town) -> None:
    """With the windows of the day; half-open, and on Sundays there are none."""
    rule(town, city(town), hours=EVENINGS)
    early, first = knock(town, local(8, 16, 59)), knock(town, local(8, 17))
    late, sunday = knock(town, local(8, 20)), knock(town, local(7, 20, 30))
    long_ago = knock(town, local(7, 18))
    flag_unlawful_visits(local(8, 21))
    assert flags(early) == {
        "unpermitted_hours": {
            "local_time": "16:59",
            "permitted": [["2026-06-08T21:00:00+00:00", "2026-06-09T00:00:00+00:00"]],
        }
    }
    assert (flags(first), set(flags(late))) == ({}, {"unpermitted_hours"})
    assert flags(sunday)["unpermitted_hours"]["permitted"] == []
    assert flags(long_ago) == {}  # it was received more than a day before the first look
    assert flag_unlawful_visits(local(8, 22)) == 0


def test_what_a_phone_sends_late_is_judged_by_its_own_day(town: Town) -> None:
    """By the ordinance that held then, and where the sun sets."""
    place = city(town)
    rule(town, place, hours=EVENINGS, ends_on=date(2026, 6, 9))
    rule(town, place, starts_on=date(2026, 6, 9), hours=UNTIL_DARK)
    told = [local(8, 20, 25), local(9, 20, 25), local(9, 20, 45)]
    visits = [
        record(town.company.rosa, town.visit(door, occurred_at=at))
        for door, at in zip(town.north, told, strict=True)
    ]
    flag_unlawful_visits(NOW)
    assert [bool(flags(visit)) for visit in visits] == [True, False, True]


def test_the_invited_are_exempt_where_the_law_says_so(town: Town) -> None:
    """At an agreed time, and with sold goods to bring; half a day later no more."""
    rule(town, city(town), hours=EVENINGS, permit_needed=True, invited_exempt=True)
    agreed = record(
        town.company.rosa,
        town.visit(town.north[0], "callback", occurred_at=local(9, 18), callback_at=NOW),
        now=local(9, 18),
    )
    kept, later = knock(town), knock(town, NOW + HOUR)
    flag_unlawful_visits(NOW + HOUR)
    assert (set(flags(agreed)), flags(kept)) == ({"no_permit"}, {})
    assert set(flags(later)) == {"no_permit", "unpermitted_hours"}
    sell(town, door_id=town.north[1].pk, sold_at=local(9, 18))
    brought = record(town.company.rosa, town.visit(town.north[1], "no_answer"))
    flag_unlawful_visits(NOW)
    assert flags(brought) == {}


def test_elsewhere_and_otherwise_nothing_is_flagged(town: Town, moonlight: Company) -> None:
    """Doors outside the city, visits that nobody made, another company's rules."""
    place = city(town)
    rule(town, place, permit_needed=True)
    far = town.north[1]
    far.lat = 41.7
    far.save()
    outside = record(town.company.rosa, town.visit(far))
    simulated = knock(town, simulated=True)
    flag_unlawful_visits(NOW)
    assert (flags(outside), flags(simulated)) == ({}, {})
    theirs = JurisdictionPlan("Yonkers", "city", "America/New_York", area=square(-73.9, 40.7))
    add_jurisdiction(actor=moonlight.olga, plan=theirs)
    assert not VisitFlag.objects.filter(organisation=moonlight.organisation).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_workers_at_once_raise_each_flag_once(town: Town) -> None:
    """Neither fails, together they raise what there is, and each flag is told once."""
    rule(town, city(town), permit_needed=True, hours=EVENINGS)
    for number in range(40):
        knock(town, NOW - number * timedelta(minutes=1))
    told = at_once(*(lambda: flag_unlawful_visits(NOW) for _ in range(4)))
    assert sorted(told, key=str) == [0, 0, 0, 80]
    assert VisitFlag.objects.filter(kind__in=KINDS).count() == 80
    assert AuditEntry.objects.filter(action="visit_flag.raised").count() == 80


def test_many_visits_take_as_many_queries_as_one(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many are flagged."""
    rule(town, city(town), permit_needed=True, hours=EVENINGS)
    for door in (*town.north, *town.north):
        record(town.company.rosa, town.visit(door))
    with django_assert_max_num_queries(12):
        assert flag_unlawful_visits(NOW) == 12
