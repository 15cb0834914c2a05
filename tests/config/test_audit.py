"""The audit trail: who changed what, when and from where."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.audit import HIDDEN, Change, note
from accounts.models import AuditEntry
from common.ids import uuid7
from common.origin import NOBODY, Origin, coming_from, origin
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, sunrise_town
from tests.cast import Company

URL = "/api/v1/audit-entries/"
TEAMS = "/api/v1/teams/"
FROM: Any = {"HTTP_X_REQUEST_ID": "phone-0001", "HTTP_USER_AGENT": "Canvass/1.0 (Pixel)"}


def new_team(sunrise: Company, **more: Any) -> dict[str, Any]:
    return {"name": "West", "parent": sunrise.teams["Sunrise"].pk, **more}


def test_a_write_leaves_an_entry(sunrise: Company, as_member: SignIn) -> None:
    """Who, when, what and from where; and the answer carries the request's id."""
    sent = new_team(sunrise, password="hunter2", nested={"api_token": "x"})
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False):
        answer = as_member(sunrise.ada).post(TEAMS, sent, **FROM)
    assert (answer.status_code, answer["X-Request-ID"]) == (201, "phone-0001")
    told = AuditEntry.objects.get()
    assert (told.member, told.organisation) == (sunrise.ada, sunrise.organisation)
    assert (told.at, told.action) == (datetime(2026, 6, 1, 9, tzinfo=UTC), "post team-list")
    assert (told.request_id, told.address, told.device) == (
        "phone-0001",
        "127.0.0.1",
        "Canvass/1.0 (Pixel)",
    )
    body = {**sent, "password": HIDDEN, "nested": {"api_token": HIDDEN}}
    assert told.after is not None
    assert told.after["body"] == body
    assert "hunter2" not in str(told.after)


def test_what_writes_nothing_leaves_nothing(sunrise: Company, as_member: SignIn) -> None:
    """Reads, refusals, bad input, and calls by nobody."""
    client = as_member(sunrise.ada)
    assert client.get(TEAMS).status_code == 200
    assert client.post(TEAMS, {}).status_code == 400
    assert as_member(sunrise.rosa).post(TEAMS, new_team(sunrise)).status_code == 403
    assert as_member(None).post(TEAMS, new_team(sunrise)).status_code == 401
    assert not AuditEntry.objects.exists()


def test_every_answer_has_an_id(sunrise: Company, as_member: SignIn) -> None:
    """The client's own if it looks like one, or else a new one."""
    client = as_member(sunrise.ada)
    answers = [client.get(TEAMS)["X-Request-ID"] for _ in range(2)]
    assert len(set(answers)) == 2
    for bad in ("x", "a" * 65, "spaces are none", "<script>alert(1)</script>"):
        assert client.get(TEAMS, HTTP_X_REQUEST_ID=bad)["X-Request-ID"] != bad
    assert client.get("/healthz", HTTP_X_REQUEST_ID="probe-0001")["X-Request-ID"] == "probe-0001"
    assert origin() is NOBODY


def test_behind_a_proxy_the_clients_address_counts(
    sunrise: Company, as_member: SignIn, settings: Any
) -> None:
    """And what a client claims counts for nothing: neither without a proxy nor before it."""
    client = as_member(sunrise.ada)
    hops: Any = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9"}
    client.post(TEAMS, new_team(sunrise), **hops)
    settings.TRUSTED_PROXIES = 1
    client.post(TEAMS, new_team(sunrise, name="East"), **hops)
    found = AuditEntry.objects.order_by("pk").values_list("address", flat=True)
    assert list(found) == ["127.0.0.1", "203.0.113.9"]


def test_only_admins_read_it(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """Of their own organisation; 403 for the others, 405 for who would change it."""
    as_member(sunrise.ada).post(TEAMS, new_team(sunrise), **FROM)
    rows = as_member(sunrise.ada).get(URL).json()["results"]
    assert [row["action"] for row in rows] == ["post team-list"]
    one = f"{URL}{rows[0]['id']}/"
    for member in (sunrise.max, sunrise.rosa, moonlight.otto):
        assert problem(as_member(member).get(URL)) == (403, "not_allowed")
        assert problem(as_member(member).get(one)) == (403, "not_allowed")
    assert as_member(moonlight.olga).get(URL).json()["count"] == 0
    assert problem(as_member(moonlight.olga).get(one)) == (404, "not_found")
    assert problem(as_member(None).get(URL))[0] == 401
    for answer in (as_member(sunrise.ada).patch(one, {}), as_member(sunrise.ada).delete(one)):
        assert problem(answer)[0] == 405


def test_it_is_filtered(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """By who, what, row, request and day; in a count and a page."""
    with coming_from(Origin("request-1", "::1", "x")):
        note(sunrise.max, "a.done", Change(sunrise.rosa), now=NOW)
    note(sunrise.ada, "b.done", Change(sunrise.rui), now=NOW)
    client = as_member(sunrise.ada)
    for query, expected in (
        ({}, ["b.done", "a.done"]),
        ({"member": sunrise.max.pk}, ["a.done"]),
        ({"action": "b.done"}, ["b.done"]),
        ({"kind": "accounts.Member", "row": str(sunrise.rosa.pk)}, ["a.done"]),
        ({"request_id": "request-1"}, ["a.done"]),
        ({"from_day": "2026-06-11"}, []),
        ({"to_day": "2026-06-10"}, []),
        ({"from_day": "2026-06-10", "to_day": "2026-06-11"}, ["b.done", "a.done"]),
    ):
        with django_assert_max_num_queries(SIGNED_IN + 2):
            found = client.get(URL, query).json()["results"]
        assert (query, [row["action"] for row in found]) == (query, expected)


def test_an_entry_is_never_changed(sunrise: Company) -> None:
    """By nothing in the code; and it goes with the transaction that it tells of."""
    note(sunrise.max, "a.done", Change(sunrise.rosa, {"x": 1}, {"x": uuid4()}), now=NOW)
    entry = AuditEntry.objects.get()
    for write in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises((TypeError, IntegrityError)), transaction.atomic():
            write()
    with pytest.raises(TypeError):
        AuditEntry.objects.update(action="x")
    with transaction.atomic():
        note(None, "c.done", Change(sunrise.rosa), now=NOW)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 1


def test_who_forgets_is_caught(sunrise: Company, as_member: SignIn, settings: Any) -> None:
    """Without the net, the tests' client refuses a write that nobody tells."""
    settings.MIDDLEWARE = [
        each for each in settings.MIDDLEWARE if each != "config.origin.audit_middleware"
    ]
    with pytest.raises(AssertionError, match="accounts_team"):
        as_member(sunrise.ada).post(TEAMS, new_team(sunrise))


def test_the_net_repeats_nothing_of_people(sunrise: Company, as_member: SignIn) -> None:
    """Notes, answers and positions are in the rows, where they can be erased; not in the trail."""
    town = sunrise_town(sunrise)
    told = {"note": "Has a blue parrot.", "lon": -73.9, "lat": 40.7, "accuracy_m": 5}
    body = {
        "id": str(uuid7(NOW)), "campaign": town.campaign.pk, "door": town.north[0].pk,
        "outcome": "demo", "occurred_at": NOW.isoformat(), **told,
    }  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        assert as_member(sunrise.rosa).post("/api/v1/visits/", body).status_code == 201
    entry = AuditEntry.objects.get(action__contains="visit")
    assert entry.after is not None
    assert entry.after["body"] == {**body, **dict.fromkeys(told, HIDDEN)}


def test_what_no_database_stores_does_not_stop_the_trail(
    sunrise: Company, as_member: SignIn
) -> None:
    """A NUL or half a character in a field that nobody reads: the write goes on, and is told."""
    sent = new_team(sunrise, **{"odd\0name": ["a\0b", "\ud800c"]})
    body = json.dumps(sent)
    answer = as_member(sunrise.ada).generic("POST", TEAMS, body, content_type="application/json")
    assert answer.status_code == 201
    told = AuditEntry.objects.get().after
    assert told is not None
    assert told["body"] == new_team(sunrise, oddname=["ab", "?c"])
