"""GET /api/v1/callbacks/, moving them, and /api/v1/reports/callbacks/."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from canvass.models import CallbackMove
from common.ids import uuid7
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.test_callbacks import LATE, SIX, agree, knock, rule_hours
from tests.canvass.world import NOW, Town, assign, local, record
from tests.cast import Company

URL = "/api/v1/callbacks/"
REPORT = "/api/v1/reports/callbacks/"


def body(**fields: Any) -> dict[str, Any]:
    """A move to tomorrow at seven."""
    usual = {"moved_at": NOW.isoformat(), "callback_at": local(11, 19).isoformat()}
    return {"id": str(uuid7(NOW)), **usual, **fields}


def test_a_callback_and_what_became_of_it(town: Town, as_member: SignIn) -> None:
    """Open, then moved, then kept; the list finds it by its state and its time."""
    visit, client = agree(town, SIX, local(10, 20)), as_member(town.company.rosa)
    (found,) = client.get(URL, {"state": "open"}).json()["results"]
    assert found["door"]["id"] == town.north[0].pk
    assert {name: value for name, value in found.items() if name != "door"} == {
        "id": str(visit.pk),
        "campaign": town.campaign.pk,
        "member": town.company.rosa.pk,
        "agreed_at": "2026-06-09T22:00:00Z",
        "due_at": "2026-06-10T22:00:00Z",
        "due_until": "2026-06-11T00:00:00Z",
        "state": "open",
        "moves": 0,
        "note": "",
    }
    sent = body(note="She rang.")
    for status in (201, 200):
        moved = client.post(f"{URL}{visit.pk}/move/", sent)
        assert moved.status_code == status
        due = {"due_at": "2026-06-11T23:00:00Z", "due_until": None, "moves": 1}
        assert moved.json() == {**found, **due}
    knock(town, local(11, 19))
    with time_machine.travel(LATE, tick=False):
        assert client.get(f"{URL}{visit.pk}/").json() == {**found, **due, "state": "kept"}
        queries: list[tuple[dict[str, Any], int]] = [
            ({"state": "open"}, 0),
            ({"state": "kept", "door": town.north[0].pk}, 1),
            ({"due_from": "2026-06-11T23:00:00Z"}, 1),
            ({"due_before": "2026-06-11T23:00:00Z"}, 0),
            ({"member": town.company.sam.pk}, 0),
        ]
        for query, count in queries:
            assert (query, client.get(URL, query).json()["count"]) == (query, count)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": "00000000-0000-4000-8000-000000000000"}, (400, "invalid")),
        ({"callback_at": "tomorrow"}, (400, "invalid")),
        ({"callback_until": local(11, 19).isoformat()}, (400, "invalid")),
        ({"callback_at": NOW.isoformat()}, (422, "callback.in_past")),
        ({"callback_at": local(11, 20).isoformat()}, (422, "callback.outside_permitted_hours")),
    ],
)
def test_bad_moves_are_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With a code of its own; nothing is written."""
    rule_hours(town, "09:00", "19:30", exempt=False)
    url = f"{URL}{agree(town).pk}/move/"
    assert problem(as_member(town.company.rosa).post(url, body(**fields))) == expected
    assert not CallbackMove.objects.exists()


def test_what_is_over_is_not_moved(town: Town, as_member: SignIn) -> None:
    """409 with the state; an id that is used, too."""
    visit, client = agree(town), as_member(town.company.rosa)
    sent = body()
    client.post(f"{URL}{visit.pk}/move/", sent)
    again = client.post(f"{URL}{visit.pk}/move/", {**sent, "note": "x"})
    assert problem(again) == (409, "callback.id_reused")
    knock(town, local(10, 12), "refused")
    answer = client.post(f"{URL}{visit.pk}/move/", body())
    assert (*problem(answer), answer.json()["state"]) == (409, "callback.over", "settled")


def test_a_visit_may_not_agree_on_what_the_law_forbids(town: Town, as_member: SignIn) -> None:
    """422 with the windows of that day."""
    rule_hours(town, "09:00", "19:00", exempt=False)
    new = town.visit(town.north[0], "callback", callback_at=local(11, 20))
    sent = {
        "id": str(new.id), "campaign": new.campaign_id, "door": new.door_id,
        "outcome": "callback", "occurred_at": NOW.isoformat(),
        "callback_at": local(11, 20).isoformat(),
    }  # fmt: skip
    answer = as_member(town.company.rosa).post("/api/v1/visits/", sent)
    assert problem(answer) == (422, "callback.outside_permitted_hours")
    assert answer.json()["permitted"] == [["2026-06-11T13:00:00Z", "2026-06-11T23:00:00Z"]]


def test_who_sees_them(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Who agreed, the managers above, and whoever has the door next; nobody else."""
    visit, company = agree(town), town.company
    seen = {"ada": 1, "max": 1, "mona": 0, "rosa": 1, "rui": 0, "sam": 0}
    for name, count in seen.items():
        client = as_member(company.members[name])
        assert (name, client.get(URL).json()["count"]) == (name, count)
        if not count:
            assert problem(client.get(f"{URL}{visit.pk}/"))[0] == 404
            assert problem(client.post(f"{URL}{visit.pk}/move/", body()))[0] == 404
    assign(town.territory(1), company.rui, shared=True)
    assert as_member(company.rui).get(URL).json()["count"] == 1
    assert as_member(moonlight.olga).get(URL).json()["count"] == 0
    assert problem(as_member(None).get(URL))[0] == 401


def test_the_report_is_the_managers(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A row for each member; reps get none, nor does another company."""
    agree(town)
    query: dict[str, Any] = {"campaign": town.campaign.pk}
    assert as_member(town.company.max).get(REPORT, query).json() == [
        {
            "member": town.company.rosa.pk, "name": "Rosa", "agreed": 1, "open": 1, "kept": 0,
            "missed": 0, "moved": 0, "settled": 0, "moved_without_visit": 0,
        }
    ]  # fmt: skip
    past = {**query, "from": "2026-06-11"}
    assert as_member(town.company.max).get(REPORT, past).json() == []
    assert problem(as_member(town.company.rosa).get(REPORT, query))[0] == 403
    assert problem(as_member(moonlight.olga).get(REPORT, query)) == (404, "not_found")
    assert problem(as_member(None).get(REPORT, query))[0] == 401


def test_lists_take_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Three for a list and two for the report, however many there are; a move twelve."""
    for number in range(20):
        door = town.north[number % 3]
        at = local(9, 1 + number)
        new = town.visit(door, "callback", occurred_at=at, callback_at=local(11, 1 + number))
        visit = record(town.company.rosa, new)
    client = as_member(town.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert client.get(URL).json()["count"] == 20
    with django_assert_max_num_queries(SIGNED_IN + 2):
        client.get(REPORT, {"campaign": town.campaign.pk})
    with django_assert_max_num_queries(SIGNED_IN + 18):
        assert client.post(f"{URL}{visit.pk}/move/", body()).status_code == 201
