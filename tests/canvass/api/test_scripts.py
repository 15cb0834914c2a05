"""GET and POST /api/v1/scripts/, and visits that answer them."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Script, Visit
from common.ids import uuid7
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, Town
from tests.cast import Company

URL = "/api/v1/scripts/"
KIDS = {"key": "kids", "text": "Children?", "kind": "single", "choices": ["yes", "no"]}
AGE = {"key": "age", "text": "How old?", "kind": "number"} | {
    "only_if": {"question": "kids", "answers": ["yes"]}
}


def body(town: Town, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"campaign": town.campaign.pk, "questions": list(questions or (KIDS, AGE))}


def visit(town: Town, **fields: Any) -> dict[str, Any]:
    new = town.visit(town.north[0], "demo")
    at = new.occurred_at.isoformat()
    named = {"campaign": new.campaign_id, "door": new.door_id, "outcome": "demo"}
    return {"id": str(uuid7(NOW)), "occurred_at": at, **named, **fields}


def test_a_change_is_a_new_version(town: Town, as_member: SignIn) -> None:
    """201 with the next number; the same again is the current version, with 200."""
    client = as_member(town.company.max)
    first, again = client.post(URL, body(town)), client.post(URL, body(town))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["version"], first.json()["published_by"]) == (1, town.company.max.pk)
    second = client.post(URL, body(town, KIDS))
    assert (second.status_code, second.json()["version"]) == (201, 2)
    back = client.post(URL, body(town))
    assert (back.status_code, back.json()["version"]) == (201, 3)
    listed = as_member(town.company.rosa).get(URL, {"campaign": town.campaign.pk}).json()
    assert [row["version"] for row in listed["results"]] == [3, 2, 1]


def test_old_answers_keep_their_question(town: Town, as_member: SignIn) -> None:
    """A visit that arrives after a new version was published is held against the one it names."""
    manager, rosa = as_member(town.company.max), as_member(town.company.rosa)
    manager.post(URL, body(town))
    manager.post(URL, body(town, {**KIDS, "choices": ["one", "many"]}))
    sent = visit(town, script_version=1, answers={"kids": "yes", "age": 9})
    told = rosa.post("/api/v1/visits/", sent)
    assert (told.status_code, told.json()["answers"]) == (201, {"kids": "yes", "age": 9})
    assert told.json()["script_version"] == 1
    assert rosa.post("/api/v1/visits/", sent).json() == told.json()
    row = Visit.objects.get()
    assert row.script is not None
    assert row.script.questions[0]["choices"] == ["yes", "no"]
    newer = rosa.post("/api/v1/visits/", visit(town, script_version=2, answers={"kids": "yes"}))
    assert problem(newer) == (422, "visit.answers_invalid")
    assert newer.json()["question"] == "kids"


def test_a_visit_carries_minutes_and_photos(town: Town, as_member: SignIn) -> None:
    """As they were sent; a photo is named by its digest."""
    sent = visit(town, at_door_s=600, photos=["0" * 64, "ab" * 32])
    told = as_member(town.company.rosa).post("/api/v1/visits/", sent).json()
    assert (told["at_door_s"], told["photos"]) == (600, ["0" * 64, "ab" * 32])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"at_door_s": -1}, (400, "invalid")),
        ({"at_door_s": 86_401}, (400, "invalid")),
        ({"photos": ["AB" * 32]}, (400, "invalid")),
        ({"photos": ["ab"]}, (400, "invalid")),
        ({"photos": ["0" * 64] * 21}, (400, "invalid")),
        ({"answers": {"kids": "yes"}}, (400, "invalid")),
        ({"answers": ["yes"], "script_version": 1}, (400, "invalid")),
        ({"script_version": 0}, (400, "invalid")),
        ({"script_version": 2}, (404, "visit.script_not_found")),
        ({"script_version": 1, "answers": {"kids": "perhaps"}}, (422, "visit.answers_invalid")),
        ({"script_version": 1, "answers": {"age": 4}}, (422, "visit.answers_invalid")),
    ],
)
def test_a_visit_that_answers_nothing_asked_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Each reason has its code; nothing is stored."""
    as_member(town.company.max).post(URL, body(town))
    answer = as_member(town.company.rosa).post("/api/v1/visits/", visit(town, **fields))
    assert problem(answer) == expected
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([], (422, "script.invalid")),
        ([KIDS, KIDS], (422, "script.invalid")),
        ([AGE, KIDS], (422, "script.invalid")),
        ([{**KIDS, "kind": "essay"}], (400, "invalid")),
        ([{**KIDS, "key": "two words"}], (400, "invalid")),
        ([{**KIDS, "text": ""}], (400, "invalid")),
        ([{**KIDS, "text": "a\0b"}], (400, "invalid")),
        ("ask nicely", (400, "invalid")),
    ],
)
def test_a_bad_script_is_refused(
    town: Town, as_member: SignIn, questions: Any, expected: tuple[int, str]
) -> None:
    """400 for what is no question, 422 for what cannot be asked; nothing is published."""
    sent = {"campaign": town.campaign.pk, "questions": questions}
    assert problem(as_member(town.company.max).post(URL, sent)) == expected
    assert not Script.objects.exists()


def test_who_publishes_and_who_reads(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. Another company: 404, and sees none. Nobody: 401."""
    assert problem(as_member(town.company.rosa).post(URL, body(town))) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).post(URL, body(town))) == (404, "not_found")
    assert problem(as_member(None).post(URL, body(town)))[0] == 401
    as_member(town.company.ada).post(URL, body(town))
    assert as_member(moonlight.otto).get(URL).json()["count"] == 0
    assert as_member(town.company.sam).get(URL).json()["count"] == 1


def test_the_list_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    as_member(town.company.max).post(URL, body(town))
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        client.get(URL)
