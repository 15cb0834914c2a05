"""Jurisdictions, their ordinances and permits: over HTTP and at work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.core import mail
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from canvass.jurisdictions import warn_of_permits
from canvass.law import LawBook
from canvass.models import CancellationRule, Jurisdiction, Ordinance, Permit, Shift
from tests.calls import SignIn, problem
from tests.canvass.api.test_do_not_knock import square
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company

API = "/api/v1/"
HERE = square(24.94, 60.17)  # around the homes of everybody, where shifts start
HOURS = [{"weekdays": [0, 1, 2, 3, 4, 5, 6], "opens": "17:00", "closes": "19:00"}]


def made(town: Town, as_member: SignIn, what: str, **fields: Any) -> dict[str, Any]:
    answer = as_member(town.company.max).post(f"{API}{what}/", fields)
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def city(town: Town, as_member: SignIn, **fields: Any) -> int:
    usual = {"name": "Yonkers", "level": "city", "time_zone": "America/New_York", "area": HERE}
    return int(made(town, as_member, "jurisdictions", **{**usual, **fields})["id"])


def rule(town: Town, as_member: SignIn, place: int, **fields: Any) -> dict[str, Any]:
    usual = {"jurisdiction": place, "starts_on": "2026-01-01", "citation": "Code 1-2-3"}
    return made(town, as_member, "ordinances", **{**usual, **fields})


def shift(town: Town, as_member: SignIn, **fields: Any) -> Any:
    usual = {"campaign": town.campaign.pk, "member": town.company.rosa.pk, "day": "2026-06-11"}
    return as_member(town.company.max).post(f"{API}shifts/", {**usual, **fields})


def test_usual_hours_are_clipped_to_the_permitted(town: Town, as_member: SignIn) -> None:
    """Four to eight is the campaign's; the city permits five to seven."""
    rule(town, as_member, city(town, as_member), hours=HOURS)
    answer = shift(town, as_member).json()
    assert (answer["starts_at"], answer["ends_at"]) == (
        "2026-06-11T21:00:00Z", "2026-06-11T23:00:00Z",
    )  # fmt: skip


def test_hours_that_are_asked_for_outside_are_refused(town: Town, as_member: SignIn) -> None:
    """422 with the windows of the day; within them the shift is made."""
    rule(town, as_member, city(town, as_member), hours=HOURS)
    answer = shift(town, as_member, starts_at="2026-06-11T20:59:00Z")
    assert problem(answer) == (422, "shift.outside_permitted_hours")
    assert answer.json()["permitted"] == [["2026-06-11T21:00:00Z", "2026-06-11T23:00:00Z"]]
    assert not Shift.objects.exists()
    within = {"starts_at": "2026-06-11T21:00:00Z", "ends_at": "2026-06-11T22:00:00Z"}
    assert shift(town, as_member, **within).status_code == 201


def test_nobody_is_sent_out_on_a_holiday(town: Town, as_member: SignIn) -> None:
    """Juneteenth: no shift by hand, none with the whole day's; elsewhere life goes on."""
    rule(town, as_member, city(town, as_member), closed_on_holidays_of="US")
    answer = shift(town, as_member, day="2026-06-19")
    assert problem(answer) == (422, "shift.outside_permitted_hours")
    sam = town.company.sam
    sam.home_lon, sam.home_lat = -73.9, 40.7
    sam.save()
    wish = {"campaign": town.campaign.pk, "day": "2026-06-19"}
    rows = as_member(town.company.ada).post(f"{API}shifts/schedule-day/", wish).json()
    assert [row["member"] for row in rows] == [sam.pk]


def test_the_newest_ordinance_counts_on_its_days(town: Town, as_member: SignIn) -> None:
    """From its first day until the day before its end; a country holds for the cities in it."""
    land = city(town, as_member, name="Land", level="country", area=None)
    place = city(town, as_member, parent=land)
    rule(town, as_member, place, hours=HOURS, ends_on="2026-06-11")
    rule(town, as_member, land, starts_on="2026-06-10", closed_on_holidays_of="US")
    for day, lasts in ((10, [2]), (11, [24]), (19, [])):
        book = LawBook(town.company.organisation.pk, TODAY.replace(day=day))
        found = book.windows_at(24.94, 60.17, "America/New_York")
        assert [(b - a) / timedelta(hours=1) for a, b in found] == lasts
    elsewhere = book.at(np.array([0.0, 24.94]), np.array([0.0, 60.17]))
    assert elsewhere == [(land,), (place, land)]


def test_a_book_takes_three_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """For any number of doors."""
    rule(town, as_member, city(town, as_member), permit_needed=True)
    lon, lat = np.full(50_000, 24.94), np.full(50_000, 60.17)
    with django_assert_max_num_queries(3):
        book = LawBook(town.company.organisation.pk, TODAY)
        chains = book.at(lon, lat)
        assert len(book.permits_needed(chains[-1])) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"hours": [{"weekdays": [0], "opens": "20:00", "closes": "9:00"}]},
            "ordinance.hours_invalid",
        ),
        ({"ends_on": "2026-01-01"}, "law.dates_invalid"),
        ({"closed_on_holidays_of": "XX"}, "law.holidays_unknown"),
        ({"jurisdiction": 10**9}, "not_found"),
        ({"citation": ""}, "invalid"),
    ],
)
def test_bad_ordinances_are_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: str
) -> None:
    """With a code of its own; nothing is written."""
    usual = {"jurisdiction": city(town, as_member), "starts_on": "2026-01-01", "citation": "x"}
    answer = as_member(town.company.max).post(f"{API}ordinances/", {**usual, **fields})
    assert problem(answer)[1] == expected
    assert not Ordinance.objects.exists()


def test_what_is_there_already_is_refused(town: Town, as_member: SignIn) -> None:
    """409: a name, a day, a permit's number."""
    client, place = as_member(town.company.max), city(town, as_member)
    ordinance = {"jurisdiction": place, "starts_on": "2026-01-01", "citation": "x"}
    permit = {
        "member": town.company.rosa.pk, "jurisdiction": place, "number": "7",
        "starts_on": "2026-06-01", "ends_on": "2026-09-01",
    }  # fmt: skip
    twin = {"name": "Yonkers", "level": "city", "time_zone": "UTC"}
    for path, sent, code in (
        ("jurisdictions", twin, "jurisdiction.name_taken"),
        ("ordinances", ordinance, "ordinance.day_taken"),
        ("permits", permit, "permit.number_taken"),
    ):
        client.post(f"{API}{path}/", sent)
        assert problem(client.post(f"{API}{path}/", sent)) == (409, code)
    backwards = {**permit, "number": "8", "ends_on": "2026-06-01"}
    assert problem(client.post(f"{API}permits/", backwards)) == (422, "law.dates_invalid")


def test_who_may_and_who_sees(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps read the law and their own permits, and write nothing; other companies see nothing."""
    place = city(town, as_member)
    rule(town, as_member, place)
    days = {"starts_on": "2026-06-01", "ends_on": "2026-09-01"}
    for member in (town.company.rosa, town.company.rui):
        made(town, as_member, "permits", member=member.pk, jurisdiction=place, number="7", **days)
    rosa, olga = as_member(town.company.rosa), as_member(moonlight.olga)
    for path, own in (("jurisdictions", 1), ("ordinances", 1), ("permits", 1)):
        assert rosa.get(f"{API}{path}/").json()["count"] == own
        assert problem(rosa.post(f"{API}{path}/", {}))[0] == 403
        assert olga.get(f"{API}{path}/").json()["count"] == 0
        assert problem(as_member(None).get(f"{API}{path}/"))[0] == 401
    assert as_member(town.company.max).get(f"{API}permits/").json()["count"] == 2
    theirs = {"member": moonlight.otto.pk, "jurisdiction": place, "number": "9", **days}
    assert problem(olga.post(f"{API}permits/", theirs)) == (404, "not_found")
    assert problem(olga.post(f"{API}jurisdictions/{place}/place/", {}))[0] == 404


def test_a_permit_that_ends_soon_is_told_once(town: Town, as_member: SignIn) -> None:
    """To the rep and the managers above, a fortnight before; not where a later one is there."""
    place = city(town, as_member)
    ends = TODAY + timedelta(days=14)
    usual = {"jurisdiction": place, "starts_on": "2026-06-01"}
    rosa, rui = town.company.rosa.pk, town.company.rui.pk
    made(town, as_member, "permits", member=rosa, number="7", ends_on=str(ends), **usual)
    made(town, as_member, "permits", member=rui, number="8", ends_on=str(ends), **usual)
    made(town, as_member, "permits", member=rui, number="9", ends_on="2026-12-01", **usual)
    assert warn_of_permits(NOW - timedelta(days=1)) == 0
    assert warn_of_permits(NOW) == 1
    assert warn_of_permits(NOW) == 0
    assert mail.outbox[0].to == ["max@sunrise.test", "rosa@sunrise.test"]
    assert Permit.objects.filter(warned_at=NOW).count() == 2
    listed = as_member(town.company.max).get(f"{API}permits/", {"ends_by": str(ends)}).json()
    assert listed["count"] == 2


def test_the_shipped_rules_load_once(town: Town) -> None:
    """Each with its source; loading them again adds nothing, and what was mended stays mended."""
    call_command("load_us_law", "sunrise")
    kinds = (Jurisdiction, Ordinance, CancellationRule)
    counts = [kind.objects.count() for kind in kinds]
    assert counts == [12, 5, 8]
    assert not Ordinance.objects.filter(citation="").exists()
    assert not CancellationRule.objects.filter(citation="").exists()
    Ordinance.objects.update(permit_needed=False)
    call_command("load_us_law", "sunrise")
    assert [kind.objects.count() for kind in kinds] == counts
    assert not Ordinance.objects.filter(permit_needed=True).exists()
