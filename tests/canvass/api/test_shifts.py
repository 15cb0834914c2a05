"""GET and POST /api/v1/shifts/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from canvass.models import Shift
from canvass.shifts import ShiftPlan, schedule_shift
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company

URL = "/api/v1/shifts/"
PAUSE = {"pause_from": "2026-06-10T21:30:00Z", "pause_to": "2026-06-10T22:30:00Z"}


def body(town: Town, **fields: Any) -> dict[str, Any]:
    usual = {"campaign": town.campaign.pk, "member": town.company.rosa.pk, "day": "2026-06-10"}
    return {**usual, **fields}


def schedule(town: Town, member: Member, day: int = 10) -> Shift:
    plan = ShiftPlan(town.campaign, member, TODAY.replace(day=day))
    return schedule_shift(actor=town.company.ada, plan=plan, now=NOW)


def test_a_manager_schedules_a_shift(town: Town, as_member: SignIn) -> None:
    """201 with the campaign's hours in UTC, and the member's home at both ends."""
    answer = as_member(town.company.max).post(URL, body(town))
    assert answer.status_code == 201
    assert answer.json() == {
        "id": Shift.objects.get().pk,
        "campaign": town.campaign.pk,
        "member": town.company.rosa.pk,
        "member_name": "Rosa",
        "day": "2026-06-10",
        "starts_at": "2026-06-10T20:00:00Z",
        "ends_at": "2026-06-11T00:00:00Z",
        "start_lon": 24.94,
        "start_lat": 60.17,
        "end_lon": 24.94,
        "end_lat": 60.17,
        "pause_s": 0,
        "pause_from": None,
        "pause_to": None,
        "most_walk_s": None,
        "created_at": "2026-06-10T18:00:00Z",
    }
    assert as_member(town.company.rosa).get(URL).json()["results"] == [answer.json()]


def test_hours_and_places_may_be_given(town: Town, as_member: SignIn) -> None:
    """In any offset, lon and lat each by its name."""
    given = {
        "starts_at": "2026-06-10T09:00:00-04:00",
        "ends_at": "2026-06-10T16:30:00Z",
        "start_lon": -73.9,
        "start_lat": 40.7,
        "end_lon": -73.8,
        "end_lat": 0,
    }
    answer = as_member(town.company.max).post(URL, body(town, **given))
    assert answer.status_code == 201
    expected = {**given, "starts_at": "2026-06-10T13:00:00Z"}
    assert {name: answer.json()[name] for name in given} == expected


def test_a_pause_and_the_longest_walking_may_be_given(town: Town, as_member: SignIn) -> None:
    """A quarter of an hour that begins from half past five to half past six."""
    given = {
        "pause_s": 900,
        "pause_from": "2026-06-10T21:30:00Z",
        "pause_to": "2026-06-10T22:30:00Z",
        "most_walk_s": 5400,
    }
    answer = as_member(town.company.max).post(URL, body(town, **given))
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in given} == given


def test_a_place_that_is_null_is_left_out(town: Town, as_member: SignIn) -> None:
    """As a phone without a position says it."""
    nowhere = dict.fromkeys(("start_lon", "start_lat", "end_lon", "end_lat"))
    answer = as_member(town.company.max).post(URL, body(town, **nowhere))
    assert (answer.status_code, answer.json()["start_lon"]) == (201, 24.94)


def test_scheduling_it_again_is_refused(town: Town, as_member: SignIn) -> None:
    """A replay learns with a 409 that there is one; the first stays."""
    client = as_member(town.company.max)
    first = client.post(URL, body(town))
    assert problem(client.post(URL, body(town))) == (409, "shift.exists")
    assert client.get(URL).json()["results"] == [first.json()]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"campaign": None}, "campaign"),
        ({"campaign": "summer"}, "campaign"),
        ({"member": "rosa"}, "member"),
        ({"member": 10**30}, "member"),
        ({"day": "today"}, "day"),
        ({"day": None}, "day"),
        ({"starts_at": "2026-06-10T09:00:00"}, "starts_at"),
        ({"starts_at": "09:00"}, "starts_at"),
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": "2026-06-10"}, "ends_at"),
        ({"ends_at": "2100-01-01T00:00:00Z"}, "ends_at"),
        ({"start_lon": 1.0}, "start_lon"),
        ({"end_lat": 1.0}, "end_lon"),
        ({"start_lon": 181, "start_lat": 0}, "start_lon"),
        ({"start_lon": 0, "start_lat": -91}, "start_lat"),
        ({"end_lon": "east", "end_lat": 0}, "end_lon"),
        ({"end_lon": "nan", "end_lat": 0}, "end_lon"),
        ({"end_lon": "inf", "end_lat": 0}, "end_lon"),
    ],
)
def test_a_malformed_wish_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], named: str
) -> None:
    """A 400 that names the field; nothing is scheduled."""
    answer = as_member(town.company.max).post(URL, body(town, **fields))
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [named]
    assert not Shift.objects.exists()


@pytest.mark.parametrize("field", ["campaign", "member", "day"])
def test_what_is_missing_is_named(town: Town, as_member: SignIn, field: str) -> None:
    """A 400 for each of the three that every shift needs."""
    sent = {name: value for name, value in body(town).items() if name != field}
    answer = as_member(town.company.max).post(URL, sent)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"day": "2026-05-31"}, "shift.outside_campaign"),
        ({"day": "2026-09-01"}, "shift.outside_campaign"),
        ({"day": "0001-01-01"}, "shift.outside_campaign"),
        ({"day": "9999-12-31"}, "shift.outside_campaign"),
        ({"ends_at": "2026-06-10T19:00:00Z"}, "shift.hours_invalid"),
        ({"ends_at": "2026-06-11T05:00:00Z"}, "shift.hours_invalid"),
        ({"pause_s": 900}, "shift.pause_invalid"),
        ({"pause_s": 0, **PAUSE}, "shift.pause_invalid"),
        ({"pause_s": 7201, **PAUSE}, "shift.pause_invalid"),
        ({"pause_s": 900, **PAUSE, "pause_from": "2026-06-10T22:31:00Z"}, "shift.pause_invalid"),
        ({"pause_s": 900, **PAUSE, "pause_from": "2026-06-10T19:59:00Z"}, "shift.pause_invalid"),
    ],
)
def test_an_impossible_wish_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], code: str
) -> None:
    """422: outside the campaign's dates, before its start, after midnight, a pause that is none."""
    answer = as_member(town.company.max).post(URL, body(town, **fields))
    assert problem(answer) == (422, code)
    assert not Shift.objects.exists()


def test_the_limits_of_the_day_are_told(town: Town, as_member: SignIn) -> None:
    """In the error's details, as instants."""
    answer = as_member(town.company.max).post(URL, body(town, ends_at="2026-06-10T19:00:00Z"))
    assert answer.json()["day_starts_at"] == "2026-06-10T04:00:00Z"
    assert answer.json()["day_ends_at"] == "2026-06-11T04:00:00Z"


def test_who_left_and_who_is_nowhere_are_refused(town: Town, as_member: SignIn) -> None:
    """422 for each, with its own code."""
    client, rui = as_member(town.company.max), town.company.rui
    Member.objects.filter(pk=rui.pk).update(home_lon=None, home_lat=None)
    answer = client.post(URL, body(town, member=rui.pk))
    assert problem(answer) == (422, "shift.no_place")
    Member.objects.filter(pk=rui.pk).update(left_on=TODAY)
    answer = client.post(URL, body(town, member=rui.pk))
    assert problem(answer) == (422, "shift.member_left")


def test_who_may_not_schedule(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. Another team's member and another company's rows: 404. Nobody: 401."""
    theirs = world.make_campaign(moonlight)
    for actor, fields, expected in (
        (town.company.rosa, {}, (403, "not_allowed")),
        (town.company.max, {"member": town.company.sam.pk}, (404, "not_found")),
        (town.company.max, {"member": moonlight.otto.pk}, (404, "not_found")),
        (town.company.max, {"campaign": theirs.pk}, (404, "not_found")),
        (moonlight.olga, {"member": moonlight.otto.pk}, (404, "not_found")),
    ):
        assert problem(as_member(actor).post(URL, body(town, **fields))) == expected
    assert problem(as_member(None).post(URL, body(town)))[0] == 401
    assert not Shift.objects.exists()


def test_shifts_are_not_changed(town: Town, as_member: SignIn) -> None:
    """405, even for an admin."""
    path = f"{URL}{schedule(town, town.company.rosa).pk}/"
    ada = as_member(town.company.ada)
    for answer in (ada.patch(path, {}), ada.put(path, {}), ada.delete(path)):
        assert problem(answer)[0] == 405


def test_who_sees_which(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps their own, managers the subtree's, admins all, others none; nobody gets a 401."""
    hers, his = schedule(town, town.company.rosa).pk, schedule(town, town.company.sam).pk
    seen = {
        name: [row["id"] for row in as_member(member).get(URL).json()["results"]]
        for name, member in {**town.company.members, **moonlight.members}.items()
    }
    assert seen == {
        "ada": [his, hers],
        "max": [hers],
        "mona": [his],
        "rosa": [hers],
        "rui": [],
        "sam": [his],
        "olga": [],
        "otto": [],
    }
    for stranger in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(stranger).get(f"{URL}{hers}/")) == (404, "not_found")
    assert problem(as_member(None).get(URL))[0] == 401


def test_shifts_are_filtered(town: Town, as_member: SignIn) -> None:
    """By campaign, member, day, and days half-open; the newest first."""
    rosa, sam = town.company.rosa, town.company.sam
    days = ((rosa, 10), (sam, 11), (rosa, 12))
    first, second, third = (schedule(town, member, day) for member, day in days)
    client = as_member(town.company.ada)

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [third.pk, second.pk, first.pk]
    assert ids(member=rosa.pk) == [third.pk, first.pk]
    assert ids(campaign=town.campaign.pk + 1) == []
    assert ids(campaign=town.campaign.pk, day="2026-06-11") == [second.pk]
    assert ids(from_day="2026-06-10", to_day="2026-06-12") == [second.pk, first.pk]
    assert ids(page_size=2, page=2) == [first.pk]
    for field, value in (("day", "today"), ("from_day", "x"), ("member", "rosa")):
        answer = client.get(URL, {field: value})
        assert problem(answer) == (400, "invalid")
        assert list(answer.json()["errors"]) == [field]


def test_calls_take_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The list is a count and a page, names included; one shift is a handful."""
    client = as_member(town.company.max)
    for day in range(11, 21):
        schedule(town, town.company.rosa, day)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 10
    with django_assert_max_num_queries(SIGNED_IN + 8):
        assert client.post(URL, body(town)).status_code == 201
