"""POST /api/v1/sync/push: each operation once, for ever, and by itself."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.api.views import PushView
from canvass.models import Product, Prospect, SyncOp, Visit, VisitFlag
from canvass.sync.ops import Kind
from common.ids import uuid7
from territories.models import Assignment
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.sync.phones import PUSH, batch, op, outcomes, push, visit
from tests.canvass.world import NOW, Town
from tests.cast import Company


def test_every_operation_has_its_answer(town: Town, as_member: SignIn) -> None:
    """In their order; one that is refused keeps none of the others out."""
    client = as_member(town.company.rosa)
    good = visit(town, town.north[0], "demo")
    mended = {**good["payload"], "outcome": "sale", "supersedes": good["id"]}
    sent = [
        good,
        visit(town, town.south[0]),
        op("correction", mended),
        op("visit", {**good["payload"], "supersedes": good["id"]}),
        op("telepathy", {}),
        visit(town, town.north[1], "waved"),
        visit(town, town.north[2]),
    ]
    results = push(client, *sent)
    assert [row["id"] for row in results] == [each["id"] for each in sent]
    assert outcomes(results) == [
        "applied",
        "visit.door_not_found",
        "applied",
        "visit.already_superseded",
        "sync.unknown_type",
        "visit.outcome_not_found",
        "applied",
    ]
    assert Visit.objects.count() == SyncOp.objects.count() == 3
    assert town.prospect(town.north[0]).customer


def test_the_same_again_is_answered_from_memory(town: Town, as_member: SignIn) -> None:
    """At once, in the same batch, and after the door has gone to somebody else."""
    client, sent = as_member(town.company.rosa), visit(town, town.north[0])
    assert outcomes(push(client, sent, sent)) == ["applied", "duplicate"]
    Assignment.objects.all().delete()
    assert outcomes(push(client, sent)) == ["duplicate"]
    assert outcomes(push(client, visit(town, town.north[0]))) == ["visit.door_not_found"]
    assert Visit.objects.count() == 1


def test_a_stored_result_comes_back(town: Town, as_member: SignIn) -> None:
    """What the server made of a sale is told again to a phone that missed the answer."""
    Product.objects.create(
        organisation=town.company.organisation, campaign=town.campaign, code="b", name="Book",
        price_minor=500,
    )  # fmt: skip
    line = {"product": Product.objects.get().pk, "quantity": 2, "unit_price_minor": 500}
    payload = {
        "campaign": town.campaign.pk, "door": town.north[0].pk, "lines": [line],
        "total_minor": 1000, "balance_minor": 1000,
    }  # fmt: skip
    sent = op("sale", payload)
    client = as_member(town.company.rosa)
    (first,), (second,) = push(client, sent), push(client, sent)
    assert (first["status"], second["status"]) == ("applied", "duplicate")
    assert first["result"] == second["result"]
    assert first["result"]["receipt_number"] == 1


def test_an_id_names_one_operation_for_ever(town: Town, as_member: SignIn) -> None:
    """With anything different it is refused, in the same words as somebody else's."""
    rosa, rui = as_member(town.company.rosa), as_member(town.company.rui)
    world.assign(town.territory(2), town.company.rui, shared=True)
    sent = visit(town, town.north[0])
    theirs = visit(town, town.south[0]) | {"id": sent["id"]}
    push(rosa, sent)
    changed = {**sent, "payload": {**sent["payload"], "note": "Kim"}}
    answers = [*push(rosa, changed), *push(rui, theirs)]
    assert outcomes(answers) == ["sync.id_reused", "sync.id_reused"]
    assert answers[0] == answers[1]
    assert Visit.objects.get().note == ""


def test_a_refusal_is_not_remembered(town: Town, as_member: SignIn) -> None:
    """What is refused today is applied once what it needs is there."""
    client = as_member(town.company.rosa)
    sent = visit(town, town.south[0])
    assert outcomes(push(client, sent)) == ["visit.door_not_found"]
    world.assign(town.territory(2), town.company.rosa, shared=True)
    assert outcomes(push(client, sent)) == ["applied"]


BROKEN: list[tuple[Any, str]] = [
    ("a text", "invalid"),
    (None, "null"),
    ([], "invalid"),
    ({}, "required"),
    ({"id": "7"}, "invalid"),
    ({"id": "5f0c6a2e-8d2b-4d0a-9a55-7f6f4c0f9b11"}, "not_7"),
    ({"id": 7}, "not_7"),
    ({"id": float("inf")}, "invalid"),
    ({"id": "\ud800"}, "invalid"),
    ({"occurred_at": "2026-06-10T18:00:00"}, "no_offset"),
    ({"occurred_at": "2026-06-10T18:00:00+99:00"}, "invalid"),
    ({"occurred_at": "3026-06-10T18:00:00Z"}, "out_of_range"),
    ({"payload": [1]}, "not_a_dict"),
    ({"type": 5.5e300, "payload": None}, "null"),
    ({"type": "vis\0it"}, "null_characters_not_allowed"),
]


@pytest.mark.parametrize(("changes", "code"), BROKEN)
def test_what_is_no_operation_is_refused_by_itself(
    changes: Any, code: str, town: Town, as_member: SignIn
) -> None:
    """With its place and, where it has one, its id; the one after it is applied."""
    good = visit(town, town.north[0])
    whole = visit(town, town.north[1])
    broken = whole | changes if isinstance(changes, dict) and changes else changes
    body = json.dumps(batch([broken, good])).replace("Infinity", "1e400")
    client = as_member(town.company.rosa)
    answer = client.post(PUSH, body, content_type="application/json")
    refused, applied = answer.json()["results"]
    assert refused["problem"]["code"] == "sync.op_invalid"
    assert code in json.dumps(refused["problem"]["errors"])
    sent = broken.get("id") if isinstance(broken, dict) else None
    assert refused["id"] == (sent if isinstance(sent, str) and sent.isprintable() else None)
    assert applied["status"] == "applied"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"door": "17"}, "text"),
        ({"door": None}, "null"),
        ({"door": [1]}, "invalid"),
        ({"simulated": "yes"}, "text"),
        ({"accuracy_m": "5"}, "text"),
        ({"note": "a\0b"}, "null_characters_not_allowed"),
        ({"note": "\ud800"}, "surrogate_characters_not_allowed"),
        ({"mood": "fine"}, "unknown"),
        ({"\ud800": "fine"}, "unknown"),
        ({"id": "5"}, "unknown"),
        ({"callback_at": "2026-06-11T18:00:00"}, "no_offset"),
        ({"lon": float("inf")}, ""),
    ],
)
def test_a_payload_of_the_wrong_shape_is_refused_by_itself(
    changes: Any, code: str, town: Town, as_member: SignIn
) -> None:
    """A number as a text, NUL bytes, other zones and unknown fields are not guessed at."""
    broken, good = visit(town, town.north[1]), visit(town, town.north[0])
    broken["payload"].update(changes)
    body = json.dumps(batch([broken, good])).replace("Infinity", "1e400")
    answer = as_member(town.company.rosa).post(PUSH, body, content_type="application/json")
    refused, applied = answer.json()["results"]
    assert refused["problem"]["code"] == "sync.op_invalid"
    assert code in json.dumps(refused["problem"]["errors"])
    assert applied["status"] == "applied"
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        "text",
        batch([]) | {"ops": None},
        batch([]) | {"schema": 2},
        batch([]) | {"device_id": "a b"},
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(body: Any, town: Town, as_member: SignIn) -> None:
    """With 400: no phone sends that unless it is broken."""
    answer = as_member(town.company.rosa).post(PUSH, body)
    assert problem(answer) == (400, "invalid")


def test_too_much_is_refused_as_a_whole(town: Town, as_member: SignIn) -> None:
    """More than 500 operations, or a body beyond the limit, packed or not."""
    client = as_member(town.company.rosa)
    ops = [visit(town, town.north[0]) for _ in range(501)]
    assert problem(client.post(PUSH, batch(ops))) == (413, "sync.too_many_ops")
    large = json.dumps(batch(ops[:1], padding="a" * 10_000_000))
    assert problem(client.post(PUSH, large, content_type="application/json")) == (413, "too_large")
    assert not SyncOp.objects.exists()


@pytest.mark.parametrize(
    ("pack", "coding", "answer"),
    [
        (lambda: gzip.compress(b"[" + b" " * 200_000_000), "gzip", (413, "too_large")),
        (lambda: gzip.compress(b"{}")[:-3], "gzip", (400, "malformed")),
        (lambda: b"{}", "gzip", (400, "malformed")),
        (lambda: gzip.compress(b"{}") + b"more", "gzip", (400, "malformed")),
        (lambda: b"{}", "br", (415, "unsupported_media_type")),
    ],
    ids=["a bomb", "cut off", "not packed", "more behind it", "otherwise packed"],
)
def test_a_body_that_cannot_be_unpacked_is_refused(
    pack: Callable[[], bytes], coding: str, answer: Any, town: Town, as_member: SignIn
) -> None:
    """A bomb is not unpacked beyond the limit, and what is cut off is not half read."""
    client = as_member(town.company.rosa)
    headers = {"Content-Encoding": coding}
    response = client.post(PUSH, pack(), content_type="application/json", headers=headers)
    assert problem(response) == answer


def test_a_packed_batch_is_read(town: Town, as_member: SignIn) -> None:
    """As if it had been sent plain."""
    packed = gzip.compress(json.dumps(batch([visit(town, town.north[0])])).encode())
    client, headers = as_member(town.company.rosa), {"Content-Encoding": "gzip"}
    response = client.post(PUSH, packed, content_type="application/json", headers=headers)
    assert outcomes(response.json()["results"]) == ["applied"]


@pytest.mark.parametrize(("ahead", "flagged"), [(-7200, True), (-299, False), (301, True)])
def test_a_phone_whose_clock_is_wrong_is_flagged(
    ahead: int, flagged: bool, town: Town, as_member: SignIn
) -> None:
    """By more than five minutes, either way; both clocks and the difference are kept."""
    clock = NOW + timedelta(seconds=ahead)
    sent = visit(town, town.north[0], at=clock)
    push(as_member(town.company.rosa), sent, client_time=clock.isoformat())
    kept = SyncOp.objects.get()
    assert (kept.occurred_at, kept.client_time, kept.received_at) == (clock, clock, NOW)
    assert (kept.skew_s, kept.device_id) == (ahead, "phone-1")
    assert VisitFlag.objects.filter(kind="clock_skew").exists() == flagged
    assert Visit.objects.get().occurred_at <= NOW


def test_a_mistake_of_ours_in_one_operation_keeps_no_other_out(
    town: Town, as_member: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is answered as such and not remembered, so that the phone may send it again."""

    def fail(*_: Any) -> Any:
        raise DataError

    broken = {**PushView.kinds, "alarm": Kind(lambda _: None, fail)}
    monkeypatch.setattr(PushView, "kinds", broken)
    client = as_member(town.company.rosa)
    sent = [visit(town, town.north[0]), op("alarm", {}), visit(town, town.north[1])]
    results = push(client, *sent)
    assert outcomes(results) == ["applied", "sync.op_failed", "applied"]
    assert Visit.objects.count() == SyncOp.objects.count() == 2


def test_one_visit_that_breaks_the_rest_is_found(
    town: Town, as_member: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many are carried out together and that fails, each is tried by itself."""
    kind = PushView.kinds["visit"]
    poison = visit(town, town.north[1])

    def carry_out(asked: Any, news: Any) -> Any:
        if any(str(new.id) == poison["id"] for new in news):
            raise ZeroDivisionError
        return kind.carry_out(asked, news)

    replaced = {"visit": Kind(kind.read, carry_out, together=True)}
    monkeypatch.setattr(PushView, "kinds", replaced)
    sent = [visit(town, town.north[0]), poison, visit(town, town.north[2])]
    results = push(as_member(town.company.rosa), *sent)
    assert outcomes(results) == ["applied", "sync.op_failed", "applied"]


@pytest.mark.parametrize("count", [1, 200])
def test_queries_do_not_grow_with_the_visits(
    count: int, town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """What is remembered is one query and one insert; the audit trail has one entry."""
    client = as_member(town.company.rosa)
    doors = town.north
    sent = [visit(town, doors[n % 3], at=NOW - timedelta(minutes=5 * n)) for n in range(count)]
    with django_assert_max_num_queries(SIGNED_IN + 19):
        results = push(client, *sent)
    assert set(outcomes(results)) == {"applied"}
    assert Prospect.objects.get(door=doors[0]).attempts == (count + 2) // 3
    told = AuditEntry.objects.get(action="sync.pushed")
    assert told.after == {"device_id": "phone-1", "applied": {"visit": count}}


@pytest.mark.parametrize("role", ["ada", "max", "rosa"])
def test_every_role_may_push(role: str, town: Town, as_member: SignIn) -> None:
    """Managers and admins knock, too."""
    sent = visit(town, town.north[0])
    assert outcomes(push(as_member(town.company.members[role]), sent)) == ["applied"]


def test_nobody_and_other_companies_push_nothing(
    town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """Without a session 401; a door of another company does not exist."""
    sent = visit(town, town.north[0])
    assert problem(as_member(None).post(PUSH, batch([sent]))) == (401, "not_signed_in")
    assert outcomes(push(as_member(moonlight.olga), sent)) == ["visit.campaign_not_found"]
    assert uuid7(NOW).version == 7
