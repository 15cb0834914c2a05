"""The audit trail as CSV."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Change, note
from accounts.models import AuditEntry
from accounts.selectors import trail_blocks
from common.origin import Origin, coming_from
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW
from tests.cast import Company

URL = "/api/v1/audit-entries/csv/"


def table(answer: Any) -> list[dict[str, str]]:
    """The lines of an answer by the names of its first."""
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(text.splitlines()))


def test_an_admin_takes_the_trail_home(sunrise: Company, as_member: SignIn) -> None:
    """The latest first, filtered as the list is; what changed is JSON, and the rest as there."""
    note(sunrise.max, "a.done", Change(sunrise.rosa, {"x": 1}, {"x": [2]}), now=NOW)
    note(sunrise.max, "b.done", Change(sunrise.rosa), now=NOW + timedelta(days=1))
    client = as_member(sunrise.ada)
    answer = client.get(URL, headers={"Accept": "text/csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="audit-trail.csv"'
    rows = table(answer)
    assert [row["action"] for row in rows] == ["b.done", "a.done"]
    assert (json.loads(rows[1]["before"]), json.loads(rows[1]["after"])) == ({"x": 1}, {"x": [2]})
    assert rows[0]["before"] == ""
    assert rows[1]["at"] == "2026-06-10T18:00:00Z"
    assert rows[1]["member"] == str(sunrise.max.pk)
    until = {"to_day": (NOW + timedelta(days=1)).date().isoformat()}
    assert [row["action"] for row in table(client.get(URL, until))] == ["a.done"]


def test_what_a_client_calls_itself_is_no_formula(sunrise: Company, as_member: SignIn) -> None:
    """Anybody who signs in chooses it; the admin's spreadsheet would compute it."""
    with coming_from(Origin("request-1", "192.0.2.1", '=HYPERLINK("http://x.test")')):
        note(sunrise.rosa, "a.done", Change(sunrise.rosa, {"n": "=1+1"}), now=NOW)
    (row,) = table(as_member(sunrise.ada).get(URL))
    assert row["device"] == '\'=HYPERLINK("http://x.test")'
    assert row["before"] == '{"n": "=1+1"}'


def test_admins_only_and_only_their_own(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """Managers are told on, too; the other company's trail is its own."""
    note(sunrise.max, "a.done", Change(sunrise.rosa), now=NOW)
    assert table(as_member(moonlight.olga).get(URL)) == []
    assert problem(as_member(sunrise.max).get(URL)) == (403, "not_allowed")


def test_a_long_trail_comes_in_blocks(sunrise: Company) -> None:
    """Each entry once, in order, also where many have one instant; a query and few rows a block."""
    for number in range(7):
        note(sunrise.max, f"{number}", Change(sunrise.rosa), now=NOW + timedelta(days=number // 4))
    rows = AuditEntry.objects.for_member(sunrise.ada)
    with CaptureQueriesContext(connection) as queries:
        blocks = [[row.action for row in block] for block in trail_blocks(rows, size=3)]
    assert blocks == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert len(queries) == 3


def test_it_costs_a_query_beyond_signing_in(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: Any
) -> None:
    """For up to a thousand entries."""
    for number in range(20):
        note(sunrise.max, f"{number}", Change(sunrise.rosa), now=NOW)
    client = as_member(sunrise.ada)
    with django_assert_max_num_queries(SIGNED_IN + 1):
        assert len(table(client.get(URL))) == 20
