"""GET /api/v1/prospects/."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Prospect
from territories.models import Door
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, Town, record
from tests.cast import Company

URL = "/api/v1/prospects/"


def doors(answer: Any) -> list[int]:
    """The doors of the prospects in a list."""
    assert answer.status_code == 200
    return [row["door"]["id"] for row in answer.json()["results"]]


def keys(*given: Door) -> list[int]:
    return [door.pk for door in given]


def one(town: Town, door: Door) -> str:
    return f"{URL}{town.prospect(door).pk}/"


def test_a_prospect_is_a_door_and_what_its_visits_add_up_to(town: Town, as_member: SignIn) -> None:
    """The whole address, lon before lat, and the state; in the list as on its own.

    Only the door's snap to the street map is left to the door itself.
    """
    door = town.north[0]
    record(town.company.rosa, town.visit(door, "callback", callback_at=NOW + timedelta(hours=3)))
    client = as_member(town.company.rosa)
    answer = client.get(one(town, door))
    address = client.get(f"/api/v1/doors/{door.pk}/").json()
    del address["snap"]
    assert answer.status_code == 200
    assert answer.json() == {
        "id": town.prospect(door).pk,
        "campaign": town.campaign.pk,
        "door": address,
        "temperature": "warm",
        "attempts": 1,
        "contacts": 1,
        "last_kind": "callback",
        "last_visited_at": "2026-06-10T18:00:00Z",
        "next_due_at": "2026-06-10T21:00:00Z",
        "next_due_until": None,
        "try_again_at": None,
        "given_up": False,
        "do_not_knock": False,
        "customer": False,
        "referred": False,
        "warning": None,
    }
    assert answer.json()["door"]["street"] == "Elm Street"
    assert (answer.json()["door"]["lon"], answer.json()["door"]["lat"]) == (-73.9, 40.7)
    assert client.get(URL).json()["results"][0] == answer.json()


def test_a_door_never_visited_is_cold(town: Town, as_member: SignIn) -> None:
    """With nothing behind it."""
    answer = as_member(town.company.rosa).get(one(town, town.north[0])).json()
    assert answer == {
        **{name: answer[name] for name in ("id", "campaign", "door")},
        "temperature": "cold",
        "attempts": 0,
        "contacts": 0,
        "last_kind": "",
        "last_visited_at": None,
        "next_due_at": None,
        "next_due_until": None,
        "try_again_at": None,
        "given_up": False,
        "do_not_knock": False,
        "customer": False,
        "referred": False,
        "warning": None,
    }


def test_who_sees_which(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps those in their territories, managers and admins all, others none; nobody gets a 401."""
    seen = {
        name: doors(as_member(member).get(URL))
        for name, member in {**town.company.members, **moonlight.members}.items()
    }
    everything = keys(*town.north, *town.south)
    assert seen == {
        "ada": everything,
        "max": everything,
        "mona": everything,
        "rosa": keys(*town.north),
        "rui": [],
        "sam": keys(*town.south),
        "olga": [],
        "otto": [],
    }
    for stranger in (town.company.rui, town.company.sam, moonlight.olga):
        answer = as_member(stranger).get(one(town, town.north[0]))
        assert problem(answer) == (404, "not_found")
    assert problem(as_member(None).get(URL))[0] == 401
    assert problem(as_member(None).get(one(town, town.north[0])))[0] == 401


def test_prospects_are_only_read(town: Town, as_member: SignIn) -> None:
    """What visits add up to is not written: 405, even for an admin."""
    ada, path = as_member(town.company.ada), one(town, town.north[0])
    for answer in (
        ada.post(URL, {}),
        ada.put(path, {}),
        ada.patch(path, {"do_not_knock": True}),
        ada.delete(path),
    ):
        assert problem(answer)[0] == 405
    assert Prospect.objects.filter(do_not_knock=False).count() == 6


def test_prospects_are_filtered_by_place(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """By campaign, door and territory of the cut that the campaign works."""
    winter = world.make_campaign(town.company, name="Winter", cut=town.cut)
    cold = Prospect.objects.create(
        organisation=town.company.organisation, campaign=winter, door=town.north[0]
    )
    other = world.published_cut(town.company)
    world.place(other, 1, town.north)
    client = as_member(town.company.ada)
    assert doors(client.get(URL, {"campaign": town.campaign.pk})) == keys(*town.north, *town.south)
    assert client.get(URL, {"campaign": winter.pk}).json()["results"][0]["id"] == cold.pk
    assert doors(client.get(URL, {"door": town.north[0].pk})) == keys(town.north[0], town.north[0])
    here = {"territory": town.territory(2).pk, "campaign": town.campaign.pk}
    assert doors(client.get(URL, here)) == keys(*town.south)
    assert doors(client.get(URL, {"territory": other.territories.get().pk})) == []


def test_prospects_are_filtered_by_state(town: Town, as_member: SignIn) -> None:
    """By temperature, last kind, do-not-knock, customer, and whether anybody was ever there."""
    visited = dict(zip(("demo", "sale", "do_not_knock"), town.north, strict=True))
    for kind, door in visited.items():
        record(town.company.rosa, town.visit(door, kind))
    rosa, max_ = as_member(town.company.rosa), as_member(town.company.max)
    demo, sale, refusal = keys(*town.north)
    south = {"territory": str(town.territory(2).pk)}
    for query, expected, of_all in (
        ({"temperature": "warm"}, [demo, sale], [demo, sale]),
        ({"temperature": "cold"}, [], keys(*town.south)),
        ({"last_kind": "sale"}, [sale], [sale]),
        ({"last_kind": "do_not_knock"}, [], []),
        ({"customer": "true"}, [sale], [sale]),
        ({"customer": "false"}, [demo], [demo, *keys(*town.south)]),
        ({"do_not_knock": "true"}, [], [refusal]),
        ({"do_not_knock": "true", **south}, [], []),
        ({"do_not_knock": "false", "customer": "false"}, [demo], [demo, *keys(*town.south)]),
        ({"visited": "true"}, [demo, sale], [demo, sale]),
        ({"visited": "false"}, [], keys(*town.south)),
    ):
        assert (query, doors(rosa.get(URL, query))) == (query, expected)
        assert (query, doors(max_.get(URL, query))) == (query, of_all)
    assert doors(as_member(town.company.mona).get(URL, {"visited": "false"})) == keys(*town.south)


def test_prospects_are_filtered_by_when_they_are_due(town: Town, as_member: SignIn) -> None:
    """Agreed to be visited by then, the time itself included; those without a time are not."""
    for hours, door in enumerate(town.north[:2], 1):
        at = NOW + timedelta(hours=hours)
        record(town.company.rosa, town.visit(door, "callback", callback_at=at))
    client = as_member(town.company.rosa)
    for due_by, expected in (
        ("2026-06-10T18:59:59Z", 0),
        ("2026-06-10T19:00:00Z", 1),
        ("2026-06-10T15:00:00-04:00", 1),
        ("2026-06-10T20:00:00Z", 2),
    ):
        assert len(doors(client.get(URL, {"due_by": due_by}))) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("campaign", "summer"),
        ("campaign", 10**30),
        ("territory", "north"),
        ("territory", 0),
        ("door", "green"),
        ("temperature", "hot"),
        ("last_kind", "maybe"),
        ("due_by", "soon"),
        ("due_by", "2026-06-10"),
        ("due_by", "2026-06-10T15:00:00"),
        ("due_by", "2026-13-10T15:00:00Z"),
        ("due_by", "1999-12-31T23:59:59Z"),
        ("due_by", "2100-01-01T00:00:01Z"),
        ("due_by", "0001-01-01T00:00:00+23:59"),
    ],
)
def test_bad_filters_are_refused(town: Town, as_member: SignIn, field: str, value: Any) -> None:
    """A 400 that names the filter; a time without an offset is nobody's."""
    answer = as_member(town.company.rosa).get(URL, {field: value})
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


def test_the_list_is_cut_into_pages(town: Town, as_member: SignIn) -> None:
    """In one order, without doubles."""
    client = as_member(town.company.ada)
    pages = [doors(client.get(URL, {"page": page, "page_size": 4})) for page in (1, 2)]
    assert [len(page) for page in pages] == [4, 2]
    assert [*pages[0], *pages[1]] == keys(*town.north, *town.south)


def test_lists_take_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, addresses included, for a rep as for a manager; filtered, too."""
    queries: list[dict[str, Any]] = [{}, {"territory": town.territory(1).pk, "visited": "false"}]
    for member in (town.company.rosa, town.company.max):
        client = as_member(member)
        for query in queries:
            with django_assert_max_num_queries(SIGNED_IN + 2):
                assert client.get(URL, query).json()["count"] >= 3
