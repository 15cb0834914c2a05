"""GET and POST /api/v1/do-not-call/: which numbers nobody may call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from pytest_django import DjangoAssertNumQueries

from canvass.do_not_call import NewNumber, list_number
from canvass.models import DoNotCallEntry
from tests.at_once import at_once, errors_in
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, Town, undone
from tests.cast import Company

URL = "/api/v1/do-not-call/"
NUMBER = "+13015550147"
SAID = {"phone": "301-555-0147", "region": "US", "time_zone": "America/New_York"}


def test_a_rep_passes_on_what_a_householder_says(town: Town, as_member: SignIn) -> None:
    """201 and then 200; reps neither see the list nor say more than that."""
    rosa = as_member(town.company.rosa)
    first = rosa.post(URL, {**SAID, "note": "On the porch."})
    assert first.status_code == 201
    told = first.json()
    assert (told["phone"], told["source"], told["ends_at"]) == (NUMBER, "householder", None)
    again = rosa.post(URL, SAID)
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    assert problem(rosa.post(URL, {**SAID, "source": "manager"})) == (403, "not_allowed")
    assert problem(rosa.get(URL))[0] == 403
    assert problem(rosa.post(f"{URL}{told['id']}/lift/", {"reason": "x"}))[0] == 403
    assert DoNotCallEntry.objects.count() == 1


def test_managers_find_and_lift_entries(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """With a reason, once; an entry of another source stays; strangers find nothing."""
    ada = as_member(town.company.ada)
    ours = ada.post(URL, {**SAID, "source": "manager"}).json()
    theirs = ada.post(URL, {**SAID, "expiry": {"kind": "years", "count": 5}}).json()
    assert theirs["ends_at"] == "2031-06-10T04:00:00Z"
    found = ada.get(URL, {"phone": NUMBER, "in_force": "true"}).json()["results"]
    assert [row["id"] for row in found] == [theirs["id"], ours["id"]]
    lift = f"{URL}{ours['id']}/lift/"
    lifted = ada.post(lift, {"reason": "He called us."}).json()
    assert lifted["lifted_reason"] == "He called us."
    assert ada.post(lift, {"reason": "Again."}).json() == lifted
    found = ada.get(URL, {"in_force": "true"}).json()["results"]
    assert [row["id"] for row in found] == [theirs["id"]]
    olga = as_member(moonlight.olga)
    assert olga.get(URL).json()["count"] == 0
    assert problem(olga.post(lift, {"reason": "x"})) == (404, "not_found")
    assert olga.post(URL, SAID).status_code == 201


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": "12"}, (422, "phone.invalid")),
        ({"region": ""}, (422, "phone.invalid")),
        ({"time_zone": "Yonkers"}, (400, "invalid")),
        ({"source": "sign"}, (400, "invalid")),
        ({"expiry": {"kind": "days"}}, (422, "expiry.invalid")),
        (
            {"expiry": {"kind": "on_day", "on_day": "2026-06-01"}},
            (422, "do_not_knock.ends_before_start"),
        ),
    ],
)
def test_bad_entries_are_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With a code of its own; nothing is written."""
    assert problem(as_member(town.company.ada).post(URL, {**SAID, **fields})) == expected
    assert not DoNotCallEntry.objects.exists()


def test_the_database_refuses_what_makes_no_sense(town: Town) -> None:
    """No number, an end before the start, lifted without a reason, an unknown source."""
    row: dict[str, Any] = {
        "organisation": town.company.organisation, "phone": NUMBER, "source": "manager",
        "starts_at": NOW, "expiry": "never", "time_zone": "UTC", "created_at": NOW,
    }  # fmt: skip
    wrong: tuple[dict[str, Any], ...] = (
        {"phone": "3015550147"}, {"ends_at": NOW}, {"lifted_at": NOW}, {"source": "sign"},
    )  # fmt: skip
    for fields in wrong:
        with pytest.raises(IntegrityError), undone():
            DoNotCallEntry.objects.create(**row | fields)


def test_the_list_takes_few_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However long it is."""
    for last in range(5):
        number = NewNumber(f"+1301555014{last}", "UTC", starts_at=NOW + timedelta(days=last))
        list_number(actor=town.company.ada, new=number, now=NOW)
    client = as_member(town.company.ada)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 5


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_the_same_at_once_is_one_entry(town: Town) -> None:
    """Two phones, or one that repeats itself."""

    def say() -> Any:
        new = NewNumber(NUMBER, "America/New_York")
        return list_number(actor=town.company.rosa, new=new, now=NOW)

    assert not errors_in(at_once(say, say))
    assert DoNotCallEntry.objects.count() == 1
