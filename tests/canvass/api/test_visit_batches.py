"""POST /api/v1/visits/batch/ and /same/: many visits in one request."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Prospect, Visit
from common.ids import uuid7
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, Town
from tests.cast import Company

BATCH, SAME = "/api/v1/visits/batch/", "/api/v1/visits/same/"


def told(town: Town, door: int, **fields: Any) -> dict[str, Any]:
    plain = {"outcome": "no_answer", "occurred_at": "2026-06-10T18:00:00Z"}
    return {"id": str(uuid7(NOW)), "campaign": town.campaign.pk, "door": door, **plain, **fields}


def same(town: Town, doors: list[int], **fields: Any) -> dict[str, Any]:
    visits = [{"id": str(uuid7(NOW)), "door": door} for door in doors]
    shared = {"campaign": town.campaign.pk, "occurred_at": "2026-06-10T18:00:00Z"}
    return {**shared, "visits": visits, **fields}


def statuses(answer: Any) -> list[int]:
    assert answer.status_code == 200
    return [row["status"] for row in answer.json()["answers"]]


def test_each_visit_has_its_answer(town: Town, as_member: SignIn) -> None:
    """Recorded, found again, or refused with its code: one that is wrong keeps no other out."""
    client, door = as_member(town.company.rosa), town.north[0].pk
    good = told(town, door)
    right = told(town, door, outcome="sale", supersedes=good["id"])
    sent = [
        good,
        told(town, town.south[0].pk),
        {**good, "outcome": "sale"},
        good,
        right,
        told(town, door, supersedes=good["id"]),
        told(town, door, outcome="waved"),
        told(town, town.north[1].pk, outcome="demo"),
    ]
    answer = client.post(BATCH, {"visits": sent})
    assert statuses(answer) == [201, 404, 409, 200, 201, 409, 404, 201]
    rows = answer.json()["answers"]
    assert [row["id"] for row in rows] == [visit["id"] for visit in sent]
    assert rows[0]["problem"] is None
    assert [rows[number]["problem"]["code"] for number in (1, 2, 5, 6)] == [
        "visit.door_not_found",
        "visit.id_reused",
        "visit.already_superseded",
        "visit.outcome_not_found",
    ]
    assert Visit.objects.count() == 3
    first = town.prospect(town.north[0])
    assert (first.attempts, first.customer, first.last_kind) == (1, True, "sale")
    assert statuses(client.post(BATCH, {"visits": sent})) == [
        200,
        404,
        409,
        200,
        200,
        409,
        404,
        200,
    ]
    assert town.prospect(town.north[1]).temperature == "warm"


def test_nobody_is_home_in_the_whole_staircase(town: Town, as_member: SignIn) -> None:
    """One result at every door, each with the phone's own id; sent again it counts once."""
    client, sent = as_member(town.company.rosa), same(town, [door.pk for door in town.north])
    assert statuses(client.post(SAME, sent)) == [201, 201, 201]
    assert statuses(client.post(SAME, sent)) == [200, 200, 200]
    attempts = Prospect.objects.filter(door__in=town.north).values_list("attempts", "last_kind")
    assert list(attempts) == [(1, "no_answer")] * 3


def test_a_batch_takes_as_many_queries_as_a_visit(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Twenty visits to twenty doors: the same eleven, but for inserts of some rows each."""
    doors = world.place(world.published_cut(town.company), 1, 20)
    world.assign(doors[0].placements.get().territory, town.company.rosa)
    client = as_member(town.company.rosa)
    client.post(SAME, same(town, [door.pk for door in doors]))
    with django_assert_max_num_queries(SIGNED_IN + 11):
        answer = client.post(SAME, same(town, [door.pk for door in doors]))
    assert statuses(answer) == [201] * 20


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"visits": []}, "visits"),
        ({"visits": "all"}, "visits"),
        ({"visits": [{"id": "e3b0c442-98fc-4c14-9afb-f4c8996fb924", "door": 1}]}, "visits"),
        ({"occurred_at": "now"}, "occurred_at"),
        ({"lon": 1}, "lon"),
        ({"visits": [{"id": str(uuid7(NOW)), "door": 1}] * 501}, "visits"),
    ],
)
def test_a_malformed_batch_is_refused_whole(
    town: Town, as_member: SignIn, change: dict[str, Any], field: str
) -> None:
    """A 400 that names the field; nothing is stored."""
    sent = {**same(town, [town.north[0].pk]), **change}
    answer = as_member(town.company.rosa).post(SAME, sent)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    malformed = {"visits": [told(town, town.north[0].pk), {"id": "1"}]}
    assert problem(as_member(town.company.rosa).post(BATCH, malformed)) == (400, "invalid")
    assert not Visit.objects.exists()


def test_where_who_may_knock(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Another company's doors and another rep's are not found; nobody gets a 401."""
    doors = [door.pk for door in town.north]
    assert statuses(as_member(town.company.sam).post(SAME, same(town, doors))) == [404] * 3
    assert statuses(as_member(moonlight.otto).post(SAME, same(town, doors))) == [404] * 3
    assert problem(as_member(None).post(SAME, same(town, doors)))[0] == 401
    assert not Visit.objects.exists()
