"""Changing ordinances and permits: what was in force stays written down as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import AuditEntry
from canvass.law import LawBook
from canvass.models import Ordinance, Permit
from tests.calls import SignIn, problem
from tests.canvass.test_law import API, HOURS, city, made, rule
from tests.canvass.world import TODAY, Town
from tests.cast import Company


def permit(town: Town, as_member: SignIn, **fields: Any) -> dict[str, Any]:
    usual = {"member": town.company.rosa.pk, "number": "7", "starts_on": "2026-01-01"}
    return made(town, as_member, "permits", **{**usual, "ends_on": "2027-01-01", **fields})


def patch(client: Any, what: str, row: dict[str, Any], **fields: Any) -> Any:
    return client.patch(f"{API}{what}/{row['id']}/", fields)


def test_a_change_of_what_is_in_force_is_a_new_row(town: Town, as_member: SignIn) -> None:
    """From today on, or a later day; the one before stays, and counts until then."""
    place = city(town, as_member)
    old = rule(town, as_member, place, hours=HOURS)
    answer = patch(as_member(town.company.max), "ordinances", old, permit_needed=True)
    assert answer.status_code == 201
    assert answer.json() == {
        **old, "id": answer.json()["id"], "permit_needed": True, "starts_on": "2026-06-10",
    }  # fmt: skip
    assert Ordinance.objects.get(pk=old["id"]).permit_needed is False
    organisation = town.company.organisation.pk
    needed = [
        LawBook(organisation, day).permits_needed([place]) for day in (date(2026, 6, 9), TODAY)
    ]
    assert needed == [set(), {place}]
    told = AuditEntry.objects.get(action="ordinance.changed")
    assert told.before == {"permit_needed": False, "starts_on": "2026-01-01"}
    assert told.after == {"permit_needed": True, "starts_on": "2026-06-10"}


def test_what_is_to_come_is_corrected(town: Town, as_member: SignIn) -> None:
    """In its row, which may also begin on another day to come."""
    boss, old = (
        as_member(town.company.max),
        rule(town, as_member, city(town, as_member), starts_on="2026-07-01"),
    )
    answer = patch(boss, "ordinances", old, hours=HOURS, starts_on="2026-08-01")
    assert answer.status_code == 200
    assert answer.json() == {**old, "hours": HOURS, "starts_on": "2026-08-01"}
    assert Ordinance.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"starts_on": "2026-06-09"}, (422, "law.change_in_past")),
        ({"ends_on": "2026-06-10"}, (422, "law.dates_invalid")),
        ({"closed_on_holidays_of": "XX"}, (422, "law.holidays_unknown")),
        ({"citation": ""}, (400, "invalid")),
    ],
)
def test_nonsense_changes_nothing(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Neither the past nor what ends before it starts."""
    old = rule(town, as_member, city(town, as_member))
    answer = patch(as_member(town.company.max), "ordinances", old, **fields)
    assert problem(answer) == expected
    assert Ordinance.objects.count() == 1


def test_two_changes_of_a_day_are_refused(town: Town, as_member: SignIn) -> None:
    """One ordinance begins on a day; that one is corrected instead."""
    boss, old = as_member(town.company.max), rule(town, as_member, city(town, as_member))
    new = patch(boss, "ordinances", old, sign_binds=True).json()
    assert problem(patch(boss, "ordinances", old, sign_binds=False)) == (409, "ordinance.day_taken")
    assert patch(boss, "ordinances", new, sign_binds=False).status_code == 200


def test_a_permit_that_is_held_goes_on_in_a_new_row(town: Town, as_member: SignIn) -> None:
    """The old one ends where the new one begins, so that a shortened one is shorter."""
    old = permit(town, as_member, jurisdiction=city(town, as_member))
    answer = patch(as_member(town.company.max), "permits", old, ends_on="2026-07-01")
    assert answer.status_code == 201
    rows = Permit.objects.order_by("starts_on").values_list("starts_on", "ends_on", "number")
    assert list(rows) == [
        (date(2026, 1, 1), TODAY, "7"),
        (TODAY, date(2026, 7, 1), "7"),
    ]
    told = AuditEntry.objects.get(action="permit.changed")
    assert told.before is not None
    assert told.before["ends_on"] == "2027-01-01"


def test_a_permit_to_come_is_corrected(town: Town, as_member: SignIn) -> None:
    """Its number and days."""
    place = city(town, as_member)
    old = permit(town, as_member, jurisdiction=place, starts_on="2026-07-01")
    answer = patch(as_member(town.company.max), "permits", old, number="8", ends_on="2026-08-01")
    assert answer.status_code == 200
    assert answer.json() == {**old, "number": "8", "ends_on": "2026-08-01"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ends_on": "2026-06-10"}, "law.dates_invalid"),
        ({"starts_on": "2026-06-09"}, "law.change_in_past"),
        ({"starts_on": "2027-06-10"}, "law.dates_invalid"),
    ],
)
def test_a_permit_does_not_end_before_it_starts(
    town: Town, as_member: SignIn, fields: dict[str, Any], code: str
) -> None:
    """Nor begins in the past; the old one stays as it was."""
    old = permit(town, as_member, jurisdiction=city(town, as_member))
    answer = patch(as_member(town.company.max), "permits", old, **fields)
    assert problem(answer) == (422, code)
    assert Permit.objects.get().ends_on == date(2027, 1, 1)


def test_who_may_change_them(town: Town, as_member: SignIn, moonlight: Company) -> None:
    """Managers of the subtree; reps may not, others find nothing."""
    place = city(town, as_member)
    ordinance = rule(town, as_member, place)
    held = permit(town, as_member, jurisdiction=place)
    for what, row in (("ordinances", ordinance), ("permits", held)):
        rep = patch(as_member(town.company.rosa), what, row)
        assert problem(rep) == (403, "not_allowed")
        stranger = patch(as_member(moonlight.olga), what, row)
        assert problem(stranger) == (404, "not_found")
    assert problem(patch(as_member(town.company.mona), "permits", held)) == (404, "not_found")
