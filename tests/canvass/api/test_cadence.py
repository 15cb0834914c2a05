"""The cadence of a campaign, and what attempts bring, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.cadence import default_cadence
from canvass.models import RebuildRun
from common.ids import uuid7
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, Town, local, record
from tests.cast import Company

REPORT = "/api/v1/reports/attempts/"
CADENCE = {
    "max_attempts": 4,
    "slots": [{"weekdays": [0, 5], "starts_at": "09:00", "ends_at": "12:00"}],
    "wait_days": {"no_answer": 2},
}


def url(town: Town) -> str:
    return f"/api/v1/campaigns/{town.campaign.pk}/cadence/"


def test_a_manager_changes_the_cadence(town: Town, as_member: SignIn) -> None:
    """202 with the run that follows; then everybody reads it. A campaign without one: 404."""
    client = as_member(town.company.max)
    assert problem(client.get(url(town))) == (404, "not_found")
    answer = client.put(url(town), CADENCE)
    assert (answer.status_code, answer.json()["cadence"]) == (202, CADENCE)
    run = answer.json()["rebuild"]
    assert client.get(f"/api/v1/rebuild-runs/{run['id']}/").json() == run
    assert as_member(town.company.rosa).get(url(town)).json() == CADENCE
    again = client.put(url(town), CADENCE).json()["rebuild"]
    assert again["id"] == run["id"]


def test_a_new_campaign_has_the_default(town: Town, as_member: SignIn) -> None:
    """That of the file."""
    plan = {
        "name": "Autumn", "starts_on": "2026-09-01", "ends_on": "2026-10-01", "door_s": 90,
        "time_zone": "UTC", "currency": "USD", "shift_starts_at": "17:00", "shift_ends_at": "20:00",
    }  # fmt: skip
    client = as_member(town.company.ada)
    made = client.post("/api/v1/campaigns/", plan).json()["id"]
    assert client.get(f"/api/v1/campaigns/{made}/cadence/").json() == default_cadence()


def slots(*weekdays: int, starts_at: str = "09:00") -> dict[str, Any]:
    return {"slots": [{"weekdays": weekdays, "starts_at": starts_at, "ends_at": "12:00"}]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"max_attempts": 0}, (400, "invalid")),
        (
            slots(7),
            (400, "invalid"),
        ),
        (slots(), (400, "invalid")),
        (
            slots(1, starts_at="25:00"),
            (400, "invalid"),
        ),
        ({"slots": "often"}, (400, "invalid")),
        ({"wait_days": {"no_answer": -1}}, (400, "invalid")),
        ({"wait_days": {"dog": 1}}, (422, "cadence.invalid")),
        (
            slots(1, starts_at="12:00"),
            (422, "cadence.invalid"),
        ),
    ],
)
def test_a_bad_cadence_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With its code; nothing changes."""
    assert problem(as_member(town.company.max).put(url(town), {**CADENCE, **fields})) == expected
    assert not RebuildRun.objects.exists()


def test_who_may_not(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. Another company: 404. Nobody: 401."""
    query = {"campaign": str(town.campaign.pk)}
    rosa, olga = as_member(town.company.rosa), as_member(moonlight.olga)
    assert problem(rosa.put(url(town), CADENCE)) == (403, "not_allowed")
    assert problem(rosa.get(REPORT, query)) == (403, "not_allowed")
    assert problem(rosa.get("/api/v1/rebuild-runs/")) == (403, "not_allowed")
    assert problem(olga.put(url(town), CADENCE)) == (404, "not_found")
    assert problem(olga.get(url(town))) == (404, "not_found")
    assert problem(olga.get(REPORT, query)) == (404, "not_found")
    assert problem(as_member(None).put(url(town), CADENCE))[0] == 401


def test_what_attempts_bring(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """By their number at the door, corrections once; a manager sees the own subtree's."""
    rosa, wrong = town.company.rosa, uuid7(NOW)
    a, b, _ = town.north
    record(rosa, town.visit(a, "sale", occurred_at=local(9, 15)))
    record(rosa, town.visit(a, "no_answer", occurred_at=local(8, 15)))
    record(rosa, town.visit(b, "no_answer", id=wrong))
    record(rosa, town.visit(b, "refused", supersedes=wrong))
    record(town.company.sam, town.visit(town.south[0], "no_answer"))
    query = {"campaign": str(town.campaign.pk)}

    def told(client: Any) -> list[tuple[int, ...]]:
        rows = client.get(REPORT, query).json()
        names = ("attempt", "visits", "contacts", "demos", "sales")
        return [tuple(row[name] for name in names) for row in rows]

    assert told(as_member(town.company.ada)) == [(1, 3, 1, 0, 0), (2, 1, 1, 1, 1)]
    assert told(as_member(town.company.max)) == [(1, 2, 1, 0, 0), (2, 1, 1, 1, 1)]
    row = as_member(town.company.max).get(REPORT, query).json()[0]
    assert (row["contact_rate"], row["sale_rate"]) == (0.5, 0.0)
    client = as_member(town.company.ada)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        client.get(REPORT, query)
