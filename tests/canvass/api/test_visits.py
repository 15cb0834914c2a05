"""GET /api/v1/visits/."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Visit
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, Town, record
from tests.cast import Company

URL = "/api/v1/visits/"


def ids(answer: Any) -> list[str]:
    """The ids of the visits in a list."""
    assert answer.status_code == 200
    return [row["id"] for row in answer.json()["results"]]


def one(visit: Visit) -> str:
    return f"{URL}{visit.pk}/"


def knock(town: Town, hours_ago: int = 0, outcome: str = "no_answer", **more: Any) -> Visit:
    """Rosa at the first door of the north, so many hours ago."""
    at = NOW - timedelta(hours=hours_ago)
    return record(town.company.rosa, town.visit(town.north[0], outcome, occurred_at=at, **more))


def test_the_latest_comes_first(town: Town, as_member: SignIn) -> None:
    """Whatever order they came in; of two at one time, the one with the higher id."""
    old, new = knock(town, 5), knock(town, 1)
    middle = sorted((knock(town, 3), knock(town, 3)), key=lambda visit: visit.pk)
    expected = [str(visit.pk) for visit in (new, *reversed(middle), old)]
    assert ids(as_member(town.company.rosa).get(URL)) == expected


def test_who_sees_which(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps their own, managers the subtree's, admins all, others none; nobody gets a 401."""
    hers = knock(town, 1)
    his = record(town.company.sam, town.visit(town.south[0]))
    seen = {
        name: ids(as_member(member).get(URL))
        for name, member in {**town.company.members, **moonlight.members}.items()
    }
    assert seen == {
        "ada": [str(his.pk), str(hers.pk)],
        "max": [str(hers.pk)],
        "mona": [str(his.pk)],
        "rosa": [str(hers.pk)],
        "rui": [],
        "sam": [str(his.pk)],
        "olga": [],
        "otto": [],
    }
    for stranger in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(stranger).get(one(hers))) == (404, "not_found")
    for path in (URL, one(hers)):
        assert problem(as_member(None).get(path))[0] == 401


@pytest.mark.parametrize("path", ["1/", "none/", "0197587a-d680-7cde-8f3a-0123456789ab/"])
def test_what_does_not_exist_is_not_found(town: Town, as_member: SignIn, path: str) -> None:
    """Whatever stands in the address."""
    assert problem(as_member(town.company.ada).get(URL + path)) == (404, "not_found")


def test_a_visit_is_never_changed_or_deleted(town: Town, as_member: SignIn) -> None:
    """405 for its maker, a manager and an admin."""
    visit = knock(town, note="as it was")
    for member in (town.company.rosa, town.company.max, town.company.ada):
        client = as_member(member)
        for answer in (
            client.patch(one(visit), {"note": "changed"}),
            client.put(one(visit), {"note": "changed"}),
            client.delete(one(visit)),
        ):
            assert problem(answer)[0] == 405
    assert Visit.objects.get().note == "as it was"


def test_visits_are_filtered(town: Town, as_member: SignIn) -> None:
    """By campaign, door, member, outcome, kind and whether simulated."""
    winter = world.make_campaign(town.company, name="Winter")
    hers = str(knock(town, 1, "sale").pk)
    his = record(town.company.sam, town.visit(town.south[0], "refused", simulated=True))
    sams = str(his.pk)
    client = as_member(town.company.ada)
    for query, expected in (
        ({}, [sams, hers]),
        ({"campaign": town.campaign.pk}, [sams, hers]),
        ({"campaign": winter.pk}, []),
        ({"door": town.north[0].pk}, [hers]),
        ({"member": town.company.sam.pk}, [sams]),
        ({"outcome": "sale"}, [hers]),
        ({"outcome": "none"}, []),
        ({"kind": "refused"}, [sams]),
        ({"simulated": "true"}, [sams]),
        ({"simulated": "false"}, [hers]),
        ({"page_size": 1, "page": 2}, [hers]),
    ):
        assert (query, ids(client.get(URL, query))) == (query, expected)


def test_visits_are_filtered_by_time(town: Town, as_member: SignIn) -> None:
    """From an instant on until before another, in any offset."""
    first, second = str(knock(town, 2).pk), str(knock(town, 1).pk)
    client = as_member(town.company.rosa)
    for query, expected in (
        ({"occurred_after": "2026-06-10T16:00:00Z"}, [second, first]),
        ({"occurred_after": "2026-06-10T16:00:01Z"}, [second]),
        ({"occurred_before": "2026-06-10T17:00:00Z"}, [first]),
        ({"occurred_before": "2026-06-10T13:00:01-04:00"}, [second, first]),
        (
            {"occurred_after": "2026-06-10T16:00:01Z", "occurred_before": "2026-06-10T17:00:00Z"},
            [],
        ),
    ):
        assert (query, ids(client.get(URL, query))) == (query, expected)


def test_visits_are_filtered_by_whether_they_stand(town: Town, as_member: SignIn) -> None:
    """True are those that count, false those that were corrected; without, both."""
    wrong = knock(town, 2, "sale")
    right = knock(town, 1, "refused", supersedes=wrong.pk)
    client = as_member(town.company.rosa)
    assert ids(client.get(URL, {"standing": "true"})) == [str(right.pk)]
    assert ids(client.get(URL, {"standing": "false"})) == [str(wrong.pk)]
    assert len(ids(client.get(URL))) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("campaign", "summer"),
        ("door", 10**30),
        ("member", "rosa"),
        ("kind", "maybe"),
        ("outcome", "a\u0000b"),
        ("occurred_after", "today"),
        ("occurred_after", "2026-06-10T16:00:00"),
        ("occurred_before", "2026-06-10"),
        ("occurred_before", "1000-01-01T00:00:00Z"),
    ],
)
def test_bad_filters_are_refused(town: Town, as_member: SignIn, field: str, value: Any) -> None:
    """A 400 that names the filter."""
    answer = as_member(town.company.rosa).get(URL, {field: value})
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


def test_the_list_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, outcomes included; filtered, too."""
    for hours in range(10):
        knock(town, hours)
    client = as_member(town.company.max)
    for query in ({}, {"standing": "true", "kind": "no_answer"}):
        with django_assert_max_num_queries(SIGNED_IN + 2):
            assert client.get(URL, query).json()["count"] == 10
