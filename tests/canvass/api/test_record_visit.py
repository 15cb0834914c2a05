"""POST /api/v1/visits/."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from canvass.models import Outcome, Visit
from common.ids import uuid7
from territories.assignment_states import end_assignment
from territories.models import Assignment
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, Town
from tests.cast import Company

URL = "/api/v1/visits/"
ID = "0197587a-d680-7cde-8f3a-0123456789ab"


def body(town: Town, **fields: Any) -> dict[str, Any]:
    """The least that a visit is made of."""
    return {
        "id": ID,
        "campaign": town.campaign.pk,
        "door": town.north[0].pk,
        "outcome": "no_answer",
        "occurred_at": "2026-06-10T17:59:30Z",
        **fields,
    }


def test_a_visit_is_recorded(town: Town, as_member: SignIn) -> None:
    """201 with the visit as it is stored, and how its outcome counts."""
    sent = body(
        town,
        outcome="callback",
        occurred_at="2026-06-10T13:59:30.250000-04:00",
        lon=-73.9,
        lat=40.7,
        accuracy_m=12.5,
        callback_at="2026-06-11T22:00:00Z",
        callback_until="2026-06-11T23:30:00Z",
        note="  Blue door.\nAsk for Kim.",
        at_door_s=90,
        photos=["5e" * 32],
        simulated=True,
    )
    answer = as_member(town.company.rosa).post(URL, sent)
    assert answer.status_code == 201
    assert answer.json() == {
        **sent,
        "answers": {},
        "script_version": None,
        "counts": True,
        "member": town.company.rosa.pk,
        "kind": "callback",
        "occurred_at": "2026-06-10T17:59:30.250000Z",
        "received_at": "2026-06-10T18:00:00Z",
        "skew_s": 0,
        "supersedes": None,
    }
    assert as_member(town.company.rosa).get(f"{URL}{ID}/").json() == answer.json()
    assert town.prospect(town.north[0]).temperature == "warm"


def test_the_least_is_enough(town: Town, as_member: SignIn) -> None:
    """What is left out is null, empty or false, and null says the same as nothing."""
    sent = body(town)
    answer = as_member(town.company.rosa).post(URL, sent)
    assert answer.status_code == 201
    may_lack = ("lon", "lat", "accuracy_m", "callback_at", "supersedes", "at_door_s")
    nothing = dict.fromkeys((*may_lack, "script_version"))
    assert answer.json() == {
        **sent,
        **nothing,
        "member": town.company.rosa.pk,
        "kind": "no_answer",
        "received_at": "2026-06-10T18:00:00Z",
        "skew_s": 0,
        "note": "",
        "simulated": False,
        "answers": {},
        "photos": [],
        "callback_until": None,
        "counts": True,
    }
    again = as_member(town.company.rosa).post(URL, {**sent, **nothing, "note": ""})
    assert (again.status_code, again.json()) == (200, answer.json())


def test_a_replay_answers_the_same_for_ever(town: Town, as_member: SignIn) -> None:
    """201, then 200 with the same body: days later, the assignment ended, the outcome retired."""
    client, sent = as_member(town.company.rosa), body(town, lon=-73.9, lat=40.7, note="Hi")
    first = client.post(URL, sent)
    given = Assignment.objects.get(member=town.company.rosa)
    end_assignment(actor=town.company.ada, assignment=given, now=NOW - timedelta(days=9))
    Outcome.objects.update(is_active=False)
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        again = client.post(URL, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Visit.objects.count() == 1
    assert town.prospect(town.north[0]).attempts == 1


def test_an_id_names_one_visit(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """With anything different, or from anybody else, it is a 409 and nothing is told of it."""
    client = as_member(town.company.rosa)
    client.post(URL, body(town, note="secret"))
    for actor, sent in (
        (town.company.rosa, body(town)),
        (town.company.rosa, body(town, note="secret", outcome="sale")),
        (town.company.sam, body(town, note="secret")),
        (moonlight.otto, body(town, note="secret")),
    ):
        answer = as_member(actor).post(URL, sent)
        assert problem(answer) == (409, "visit.id_reused")
        assert "secret" not in answer.content.decode()
    assert Visit.objects.get().note == "secret"


def test_a_clock_ahead_is_set_right(town: Town, as_member: SignIn) -> None:
    """The time of arrival counts, and the answer says by how much the phone was ahead."""
    answer = as_member(town.company.rosa).post(URL, body(town, occurred_at="2026-06-11T18:00:00Z"))
    assert answer.status_code == 201
    assert answer.json()["occurred_at"] == "2026-06-10T18:00:00Z"
    assert answer.json()["skew_s"] == 86400


def test_a_clock_at_the_end_of_the_century_is_no_error(town: Town, as_member: SignIn) -> None:
    """However wrong the phone, the visit counts."""
    answer = as_member(town.company.rosa).post(URL, body(town, occurred_at="2099-12-31T23:59:59Z"))
    assert (answer.status_code, answer.json()["skew_s"]) == (201, 2**31 - 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("id", "1"),
        ("id", 1),
        ("id", "e3b0c442-98fc-4c14-9afb-f4c8996fb924"),  # version 4
        ("id", "0197587a-d680-7cde-cf3a-0123456789ab"),  # version 7 of another variant
        ("campaign", None),
        ("campaign", "summer"),
        ("campaign", 0),
        ("campaign", 10**30),
        ("door", "green"),
        ("door", -1),
        ("outcome", ""),
        ("outcome", None),
        ("outcome", "o" * 41),
        ("outcome", "a\u0000b"),
        ("occurred_at", None),
        ("occurred_at", "just now"),
        ("occurred_at", "2026-06-10"),
        ("occurred_at", "2026-06-10T17:59:30"),
        ("occurred_at", "2026-06-10 17:59"),
        ("occurred_at", "2026-02-30T17:59:30Z"),
        ("occurred_at", 1781114370),
        ("occurred_at", "1999-12-31T23:59:59Z"),
        ("occurred_at", "2100-01-01T00:00:00Z"),
        ("occurred_at", "0001-01-01T00:00:00+23:59"),
        ("occurred_at", "9999-12-31T23:59:59-23:59"),
        ("lon", 181),
        ("lon", -180.1),
        ("lat", 90.1),
        ("lat", "north"),
        ("lat", "nan"),
        ("accuracy_m", -1),
        ("accuracy_m", "inf"),
        ("accuracy_m", 1e8),
        ("callback_at", "later"),
        ("callback_at", "2026-06-11T22:00:00"),
        ("callback_at", "2100-01-01T00:00:00Z"),
        ("note", "n" * 4001),
        ("note", None),
        ("note", "a\u0000b"),
        ("note", {"text": "x"}),
        ("supersedes", "the last"),
        ("simulated", "maybe"),
        ("simulated", None),
    ],
)
def test_a_malformed_visit_is_refused(
    town: Town, as_member: SignIn, field: str, value: Any
) -> None:
    """A 400 that names the field alone; nothing is stored."""
    sent = {**body(town, lon=0, lat=0), field: value}
    answer = as_member(town.company.rosa).post(URL, sent)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert not Visit.objects.exists()


@pytest.mark.parametrize("half", [{"lon": 1}, {"lat": 1}, {"lon": 1, "lat": None}])
def test_half_a_position_is_none(town: Town, as_member: SignIn, half: dict[str, Any]) -> None:
    """Both or neither."""
    answer = as_member(town.company.rosa).post(URL, body(town, **half))
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["lon"]


@pytest.mark.parametrize("field", ["id", "campaign", "door", "outcome", "occurred_at"])
def test_what_is_missing_is_named(town: Town, as_member: SignIn, field: str) -> None:
    """A 400 for each of the five that every visit needs."""
    sent = {name: value for name, value in body(town).items() if name != field}
    answer = as_member(town.company.rosa).post(URL, sent)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


def test_a_lone_half_of_a_character_is_refused(town: Town, as_member: SignIn) -> None:
    """JSON can say what no text holds; it is a 400."""
    text = f'{{"id": "{ID}", "note": "\\ud800"}}'
    answer = as_member(town.company.rosa).post(URL, text, content_type="application/json")
    assert problem(answer) == (400, "invalid")
    assert "note" in answer.json()["errors"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"campaign": 10**9}, (404, "visit.campaign_not_found")),
        ({"door": 10**9}, (404, "visit.door_not_found")),
        ({"outcome": "waved"}, (404, "visit.outcome_not_found")),
        ({"supersedes": str(uuid7(NOW))}, (404, "visit.supersedes_not_found")),
        ({"supersedes": ID}, (404, "visit.supersedes_not_found")),
        ({"callback_at": "2026-06-10T17:59:30Z"}, (422, "visit.callback_in_past")),
    ],
)
def test_an_impossible_visit_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Each reason has its code, so that the phone knows what to ask the rep; nothing is stored."""
    answer = as_member(town.company.rosa).post(URL, body(town, **fields))
    assert problem(answer) == expected
    assert not Visit.objects.exists()


def test_a_correction_is_recorded(town: Town, as_member: SignIn) -> None:
    """201 with what it supersedes; a second one is a 409, somebody else's a 404."""
    client, other = as_member(town.company.rosa), str(uuid7(NOW))
    client.post(URL, body(town, outcome="sale"))
    sent = body(town, id=other, outcome="refused", supersedes=ID)
    stranger = as_member(town.company.max).post(URL, {**sent, "id": str(uuid7(NOW))})
    assert problem(stranger) == (404, "visit.supersedes_not_found")
    first, replay = client.post(URL, sent), client.post(URL, sent)
    assert (first.status_code, first.json()["supersedes"]) == (201, ID)
    assert (replay.status_code, replay.json()) == (200, first.json())
    second = client.post(URL, {**sent, "id": str(uuid7(NOW))})
    assert problem(second) == (409, "visit.already_superseded")
    assert not town.prospect(town.north[0]).customer


def test_where_who_may_knock(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps at assigned doors, managers and admins at all, others at none; nobody gets a 401."""
    theirs = world.make_door(moonlight.organisation, "theirs").pk
    north, south = town.north[0].pk, town.south[0].pk
    ok, no_door, no_campaign = 201, "visit.door_not_found", "visit.campaign_not_found"
    for actor, door, expected in (
        (town.company.rosa, north, ok),
        (town.company.rosa, south, no_door),
        (town.company.rui, north, no_door),
        (town.company.max, south, ok),
        (town.company.ada, north, ok),
        (town.company.ada, theirs, no_door),
        (moonlight.olga, theirs, no_campaign),
        (moonlight.otto, north, no_campaign),
    ):
        answer = as_member(actor).post(URL, body(town, id=str(uuid7(NOW)), door=door))
        assert answer.json().get("code", answer.status_code) == expected
        if expected != ok:
            assert answer.status_code == 404
    assert problem(as_member(None).post(URL, body(town)))[0] == 401
    assert Visit.objects.count() == 3


def test_what_the_server_says_is_not_taken(town: Town, as_member: SignIn) -> None:
    """Whose visit it is, when it arrived and what it means are not the phone's to say."""
    lie = {"member": town.company.ada.pk, "received_at": "2020-01-01T00:00:00Z", "skew_s": 9}
    sent = body(town, **lie, kind="sale", organisation=1, payload_hash="x")
    told = as_member(town.company.rosa).post(URL, sent).json()
    assert (told["member"], told["skew_s"], told["kind"]) == (town.company.rosa.pk, 0, "no_answer")
    assert told["received_at"] == "2026-06-10T18:00:00Z"


def test_recording_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """At a door visited often as at a new one; a replay takes one."""
    client = as_member(town.company.rosa)
    for _ in range(20):
        world.record(town.company.rosa, town.visit(town.north[0]))
    with django_assert_max_num_queries(SIGNED_IN + 11):
        assert client.post(URL, body(town)).status_code == 201
    with django_assert_max_num_queries(SIGNED_IN + 1):
        assert client.post(URL, body(town)).status_code == 200
