"""GET /api/v1/routes/, /api/v1/routes/{id}/ and /api/v1/routes/{id}/left-out/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Prospect
from routing.models import Route
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, TODAY, local, make_campaign
from tests.cast import Company
from tests.routing.world import Town, left_out, route_of
from tests.territories.town_streets import mapped

URL = "/api/v1/routes/"
NAMES = ("ada", "max", "rosa", "rui", "mona", "sam")


@pytest.fixture
def route(hill: Town) -> Route:
    """Rosa's route of today: time for three or four doors, one of them agreed on."""
    hill.visit(hill.a[1], "callback", callback_at=local(10, 16, 5))
    return route_of(hill.shift(hill.company.rosa, minutes=8))


def test_the_phone_finds_todays_route(hill: Town, route: Route, as_member: SignIn) -> None:
    """By campaign, day and being current; the list tells of the walk, not of the stops."""
    query: dict[str, Any] = {
        "campaign": hill.campaign.pk,
        "day": TODAY.isoformat(),
        "current": True,
    }
    found = as_member(hill.company.rosa).get(URL, query).json()
    assert found["count"] == 1
    assert found["results"] == [
        {
            "id": route.pk,
            "shift": route.shift_id,
            "campaign": hill.campaign.pk,
            "day": "2026-06-10",
            "member": hill.company.rosa.pk,
            "member_name": "Rosa",
            "plan_run": route.plan_run_id,
            "is_current": True,
            "starts_at": "2026-06-10T20:00:00Z",
            "ends_at": route.ends_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "pause_at": None,
            "pause_s": 0,
            "walk_s": route.walk_s,
            "walk_m": route.walk_m,
            "address_order_walk_m": route.address_order_walk_m,
            "value": route.value,
            "greedy_value": route.greedy_value,
            "address_list_value": route.address_list_value,
            "travel_source": "great-circle",
            "street_map": None,
            "engine": route.engine,
            "status": route.status,
            "planned_at": "2026-06-10T18:00:00Z",
        }
    ]


def test_a_route_shows_its_stops_in_order(hill: Town, route: Route, as_member: SignIn) -> None:
    """Where, when, why, and the doors behind each with what is known of them."""
    body = as_member(hill.company.rosa).get(f"{URL}{route.pk}/").json()
    stops = body["stops"]
    assert (body["start_lon"], body["start_lat"], body["end_lon"], body["end_lat"]) == (
        24.94, 60.17, 24.94, 60.17,
    )  # fmt: skip
    assert [stop["position"] for stop in stops] == list(range(1, route.stops.count() + 1))
    arrivals = [stop["arrive_at"] for stop in stops]
    assert arrivals == sorted(arrivals)
    stop = next(stop for stop in stops if stop["number"] == "2")
    row = route.stops.get(position=stop["position"])
    door = hill.a[1]
    assert stop == {
        "position": row.position,
        "building": door.building_id,
        "street": "A",
        "number": "2",
        "postcode": "00100",
        "city": "Hill",
        "lon": door.lon,
        "lat": door.lat,
        "arrive_at": row.arrive_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "leave_at": row.leave_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "walk_s": row.walk_s,
        "walk_m": row.walk_m,
        "line": None,
        "steps": [],
        "reason": "callback",
        "progress": None,
        "progress_at": None,
        "doors": [
            {
                "id": door.pk,
                "unit": "",
                "name": "",
                "use": "home",
                "lon": door.lon,
                "lat": door.lat,
                "appeal": "callback",
                "prospect": {
                    "id": hill.prospect(door).pk,
                    "temperature": "warm",
                    "attempts": 1,
                    "last_kind": "callback",
                    "last_visited_at": "2026-06-09T22:00:00Z",
                    "next_due_at": "2026-06-10T20:05:00Z",
                    "do_not_knock": False,
                    "customer": False,
                },
                "warning": None,
            }
        ],
    }


def test_what_is_known_of_a_door_is_what_is_known_now(
    hill: Town, route: Route, as_member: SignIn
) -> None:
    """Who bought something after the plan was made is shown as a customer."""
    hill.visit(hill.a[1], "sale", occurred_at=NOW)
    body = as_member(hill.company.rosa).get(f"{URL}{route.pk}/").json()
    stop = next(stop for stop in body["stops"] if stop["number"] == "2")
    assert stop["doors"][0]["prospect"]["customer"] is True
    assert stop["reason"] == "callback"


def test_a_door_vanishes_from_the_plan_at_once(hill: Town, route: Route, as_member: SignIn) -> None:
    """Who asks after the plan was made not to be knocked at is on nobody's route any more."""
    client, path = as_member(hill.company.rosa), f"{URL}{route.pk}/"
    before = [stop["number"] for stop in client.get(path).json()["stops"]]
    assert "2" in before
    hill.visit(hill.a[1], "do_not_knock", occurred_at=NOW)
    after = [stop["number"] for stop in client.get(path).json()["stops"]]
    assert after == [number for number in before if number != "2"]
    assert as_member(hill.company.ada).get(path).json()["stops"] == client.get(path).json()["stops"]


def test_what_is_known_in_another_campaign_is_not_shown(
    hill: Town, route: Route, as_member: SignIn
) -> None:
    """A door is a prospect of each campaign by itself."""
    other = make_campaign(hill.company, cut=hill.cut, name="Other")
    for door in hill.a:
        Prospect.objects.create(
            organisation=other.organisation, campaign=other, door=door, customer=True
        )
    body = as_member(hill.company.rosa).get(f"{URL}{route.pk}/").json()
    known = [door["prospect"] for stop in body["stops"] for door in stop["doors"]]
    assert known
    assert not any(prospect["customer"] for prospect in known)


def test_what_is_known_goes_with_the_territory(hill: Town, route: Route, as_member: SignIn) -> None:
    """The rep keeps the walk of that day, and learns nothing new of doors that are not hers now."""
    hill.territory(1).assignments.update(ended_at=NOW, state="revoked")

    def known(name: str) -> set[bool]:
        body = as_member(hill.company.members[name]).get(f"{URL}{route.pk}/").json()
        return {door["prospect"] is None for stop in body["stops"] for door in stop["doors"]}

    assert known("rosa") == {True}
    assert known("max") == {False}


def test_doors_left_out_have_their_address_and_reason(
    hill: Town, route: Route, as_member: SignIn
) -> None:
    """All of them, in pages."""
    url = f"{URL}{route.pk}/left-out/"
    client = as_member(hill.company.rosa)
    found = client.get(url).json()
    reasons = {row["door"]["id"]: row["reason"] for row in found["results"]}
    assert reasons == left_out(route)
    assert found["count"] == len(reasons) == 10 - route.stops.count() > 2
    first = found["results"][0]
    assert list(first) == ["door", "appeal", "reason", "reason_label"]
    assert (first["appeal"], first["reason"]) == ("fresh", "no_time")
    assert first["reason_label"] == "It does not fit into the shift."
    assert (first["door"]["street"], first["door"]["city"]) == ("A", "Hill")
    pages = [client.get(url, {"page_size": 2, "page": page}).json() for page in (1, 2)]
    assert [row for page in pages for row in page["results"]] == found["results"][:4]


def test_replaced_routes_are_kept_and_can_be_told_apart(
    hill: Town, route: Route, as_member: SignIn
) -> None:
    """The list has both, the newest first; `current` chooses."""
    new = route_of(route.shift)
    client = as_member(hill.company.rosa)

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [new.pk, route.pk]
    assert ids(current="true") == [new.pk]
    assert ids(current="false") == [route.pk]
    assert client.get(f"{URL}{route.pk}/").json()["is_current"] is False


def test_the_list_filters(hill: Town, route: Route, as_member: SignIn) -> None:
    """By shift, campaign, member and day; the latest day comes first."""
    sams = route_of(hill.shift(hill.company.sam, TODAY + timedelta(days=1)))
    client = as_member(hill.company.ada)

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == ids(campaign=hill.campaign.pk) == [sams.pk, route.pk]
    assert ids(member=hill.company.rosa.pk) == ids(shift=route.shift_id) == [route.pk]
    assert ids(day="2026-06-11") == [sams.pk]
    assert ids(campaign=hill.campaign.pk + 1) == []


@pytest.mark.parametrize(
    "query", [{"day": "today"}, {"campaign": "x"}, {"member": 0}, {"shift": 2**63}]
)
def test_a_malformed_filter_is_refused(
    hill: Town, as_member: SignIn, query: dict[str, Any]
) -> None:
    """A 400 that names it."""
    answer = as_member(hill.company.ada).get(URL, query)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == list(query)


@pytest.mark.parametrize("name", NAMES)
def test_who_sees_a_route(hill: Town, route: Route, as_member: SignIn, name: str) -> None:
    """The rep who walks it, the manager above and the admin; for others there is none."""
    client = as_member(hill.company.members[name])
    answers = [client.get(f"{URL}{route.pk}/{tail}") for tail in ("", "left-out/")]
    may = name in ("ada", "max", "rosa")
    assert client.get(URL).json()["count"] == may
    for answer in answers:
        if may:
            assert answer.status_code == 200
        else:
            assert problem(answer) == (404, "not_found")


def test_another_companys_routes_do_not_exist(
    route: Route, moonlight: Company, as_member: SignIn
) -> None:
    """An empty list and a 404."""
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == 0
    for tail in ("", "left-out/"):
        assert problem(client.get(f"{URL}{route.pk}/{tail}")) == (404, "not_found")


def test_nobody_sees_no_route(route: Route, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    for tail in ("", f"{route.pk}/", f"{route.pk}/left-out/"):
        assert problem(as_member(None).get(f"{URL}{tail}")) == (401, "not_signed_in")


def test_routes_are_only_read(hill: Town, route: Route, as_member: SignIn) -> None:
    """They are made by planning."""
    client = as_member(hill.company.ada)
    one = f"{URL}{route.pk}/"
    calls: list[tuple[Callable[[str], Any], str]] = [
        (client.post, URL),
        (client.patch, one),
        (client.delete, one),
        (client.post, f"{one}left-out/"),
    ]
    for call, url in calls:
        assert problem(call(url)) == (405, "method_not_allowed")


def test_an_empty_route_has_no_stops(hill: Town, as_member: SignIn) -> None:
    """Rui has no territory."""
    route = route_of(hill.shift(hill.company.rui))
    client = as_member(hill.company.rui)
    assert client.get(f"{URL}{route.pk}/").json()["stops"] == []
    assert client.get(f"{URL}{route.pk}/left-out/").json()["results"] == []


@pytest.mark.parametrize(("tail", "queries"), [("", 2), ("{id}/", 4), ("{id}/left-out/", 3)])
def test_what_is_shown_takes_a_bounded_number_of_queries(
    hill: Town,
    as_member: SignIn,
    tail: str,
    queries: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """The list, a whole route and what it leaves out: the same for one stop and for ten."""
    route_of(hill.shift(hill.company.sam, minutes=2))
    route = route_of(hill.shift(hill.company.rosa))
    short = route_of(hill.shift(hill.company.rosa, TODAY + timedelta(days=1), minutes=5))
    client = as_member(hill.company.rosa)
    for shown in (route, short):
        with django_assert_max_num_queries(SIGNED_IN + queries):
            assert client.get(f"{URL}{tail.format(id=shown.pk)}").status_code == 200
    assert route.stops.count() == 10


def test_a_route_on_streets_tells_the_walk(hill: Town, as_member: SignIn) -> None:
    """Every stop, and the way home, as a GeoJSON line and in steps that a phone reads out."""
    street_map = mapped(hill.company)
    shift = hill.shift(hill.company.rosa)
    shift.end_lon -= 0.0005  # at the corner
    shift.save()
    route = route_of(shift)
    body = as_member(hill.company.rosa).get(f"{URL}{route.pk}/").json()
    assert body["street_map"] == street_map.pk
    for part in (*body["stops"][1:], body["home"]):
        assert part["line"]["type"] == "LineString"
        assert all(len(point) == 2 for point in part["line"]["coordinates"])
        assert set(part["steps"][0]) == {
            "text", "turn", "street", "way", "length_m", "crosses", "side", "lon", "lat",
        }  # fmt: skip
        assert part["steps"][0]["text"]
    first, last = body["stops"][0], body["stops"][-1]
    assert last["line"]["coordinates"][-1] == pytest.approx([last["lon"], last["lat"]], abs=2e-5)
    assert body["home"]["line"]["coordinates"][0] == last["line"]["coordinates"][-1]
    assert body["walk_m"] == sum(s["walk_m"] for s in body["stops"]) + body["home"]["walk_m"]
    assert first["number"]
