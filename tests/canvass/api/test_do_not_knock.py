"""GET and POST /api/v1/do-not-knock/, its renewals and its liftings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from canvass.models import DoNotKnockEntry
from territories.models import Building, Door
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import TODAY, Town, local, record
from tests.cast import Company

URL = "/api/v1/do-not-knock/"
PROSPECTS = "/api/v1/prospects/"
NEW_YORK = "America/New_York"
ELM = {"street": "Elm Street"}


def body(**fields: Any) -> dict[str, Any]:
    return {"source": "manager", "time_zone": NEW_YORK, **fields}


def add(town: Town, as_member: SignIn, **fields: Any) -> dict[str, Any]:
    answer = as_member(town.company.max).post(URL, body(**fields))
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def visible(town: Town, as_member: SignIn, member: Member) -> list[Door]:
    """The doors of the town that a member finds among the prospects."""
    rows = as_member(member).get(PROSPECTS).json()["results"]
    found = {row["door"]["id"] for row in rows}
    return [door for door in (*town.north, *town.south) if door.pk in found]


def square(lon: float, lat: float, size: float = 0.01) -> dict[str, Any]:
    west, south, east, north = lon - size, lat - size, lon + size, lat + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_a_door_vanishes_at_once(town: Town, as_member: SignIn) -> None:
    """For the rep and the manager alike; the entry says who, when and for how long."""
    made = add(town, as_member, door=town.north[0].pk, source="customer", note="By telephone.")
    assert made == {
        "id": made["id"],
        "reach": "door",
        "door": town.north[0].pk,
        "building": None,
        "street": "",
        "city": "",
        "postcode": "",
        "area": None,
        "source": "customer",
        "scope": "every_door",
        "starts_at": "2026-06-10T18:00:00Z",
        "ends_at": None,
        "expiry": "never",
        "expiry_count": 0,
        "time_zone": NEW_YORK,
        "dataset": "",
        "note": "By telephone.",
        "visit": None,
        "renews": None,
        "renewed_by": None,
        "added_by": town.company.max.pk,
        "created_at": "2026-06-10T18:00:00Z",
        "lifted_at": None,
        "lifted_by": None,
        "lifted_reason": "",
    }
    assert visible(town, as_member, town.company.rosa) == town.north[1:]
    assert visible(town, as_member, town.company.ada) == [*town.north[1:], *town.south]
    hidden = as_member(town.company.ada).get(PROSPECTS, {"do_not_knock": "true"}).json()["results"]
    assert [(row["door"]["id"], row["do_not_knock"]) for row in hidden] == [
        (town.north[0].pk, True)
    ]
    own = town.prospect(town.north[0]).pk
    assert problem(as_member(town.company.rosa).get(f"{PROSPECTS}{own}/"))[0] == 404


def test_a_building_a_street_and_an_area(town: Town, as_member: SignIn) -> None:
    """Each covers its doors: those behind one entrance, those of that name, those within."""
    first, second, third = town.north
    Door.objects.filter(pk=second.pk).update(building=first.building_id)
    Door.objects.filter(pk=third.pk).update(lon=-73.5, lat=40.7)
    Building.objects.filter(pk=town.south[0].building_id).update(street="Oak  Lane")
    add(town, as_member, building=first.building_id)
    add(town, as_member, street="oak lane", city="Yonkers")
    add(town, as_member, area=square(-73.5, 40.7))
    assert visible(town, as_member, town.company.ada) == town.south[1:]


def test_homes_only_leaves_businesses_and_what_is_unknown_is_a_home(
    town: Town, as_member: SignIn
) -> None:
    """As the founding document has it: households, not businesses."""
    home, shop, unknown = town.north
    Door.objects.filter(pk=shop.pk).update(use="business")
    Door.objects.filter(pk=unknown.pk).update(use="unknown")
    add(town, as_member, area=square(-73.9, 40.7), scope="homes")
    assert visible(town, as_member, town.company.ada) == [shop]
    assert home != shop


@pytest.mark.parametrize(
    ("expiry", "ends_at"),
    [
        ({"kind": "never"}, None),
        ({"kind": "days", "count": 30}, "2026-07-10T04:00:00Z"),
        ({"kind": "years", "count": 1}, "2027-06-10T04:00:00Z"),
        ({"kind": "years", "count": 5}, "2031-06-10T04:00:00Z"),
        ({"kind": "year_end"}, "2027-01-01T05:00:00Z"),
        ({"kind": "on_day", "on_day": "2026-08-01"}, "2026-08-01T04:00:00Z"),
    ],
)
def test_it_ends_by_its_own_rule(
    town: Town, as_member: SignIn, expiry: dict[str, Any], ends_at: str | None
) -> None:
    """At a midnight of the place: four hours behind UTC in summer, five in winter."""
    made = add(town, as_member, door=town.north[0].pk, expiry=expiry)
    assert made["ends_at"] == ends_at


def test_the_door_comes_back_when_it_is_over(town: Town, as_member: SignIn) -> None:
    """At that midnight, not a second before."""
    add(town, as_member, door=town.north[0].pk, expiry={"kind": "days", "count": 1})
    for at, seen in ((local(10, 23, 59), 2), (local(11, 0), 3)):
        with time_machine.travel(at, tick=False):
            assert len(visible(town, as_member, town.company.rosa)) == seen


def test_it_may_begin_later(town: Town, as_member: SignIn) -> None:
    """Until then the door is there."""
    add(town, as_member, door=town.north[0].pk, starts_at="2026-06-11T00:00:00-04:00")
    for at, seen in ((local(10, 23, 59), 3), (local(11, 0), 2)):
        with time_machine.travel(at, tick=False):
            assert len(visible(town, as_member, town.company.rosa)) == seen


def test_lifting_brings_the_door_back_and_keeps_the_reason(town: Town, as_member: SignIn) -> None:
    """Lifting it again changes nothing; another entry for the same door goes on."""
    made, other = (add(town, as_member, door=town.north[0].pk) for _ in range(2))
    client = as_member(town.company.max)
    for reason in ("They moved.", "Something else."):
        answer = client.post(f"{URL}{made['id']}/lift/", {"reason": reason}).json()
        assert (answer["lifted_reason"], answer["lifted_by"]) == (
            "They moved.",
            town.company.max.pk,
        )
    assert town.north[0] not in visible(town, as_member, town.company.rosa)
    client.post(f"{URL}{other['id']}/lift/", {"reason": "They moved."})
    assert town.north[0] in visible(town, as_member, town.company.rosa)


def test_renewing_makes_a_new_entry(town: Town, as_member: SignIn) -> None:
    """By the same rule from the day on; the old one stays as it was and points to it."""
    expiry = {"kind": "years", "count": 1}
    made = add(town, as_member, door=town.north[0].pk, expiry=expiry)
    with time_machine.travel(datetime.fromisoformat("2027-09-01T12:00:00Z"), tick=False):
        client = as_member(town.company.max)
        assert town.north[0].pk in {
            row["door"]["id"]
            for row in as_member(town.company.ada).get(PROSPECTS).json()["results"]
        }
        new = client.post(f"{URL}{made['id']}/renew/", {}).json()
        assert (new["renews"], new["ends_at"]) == (made["id"], "2028-09-01T04:00:00Z")
        old = client.get(f"{URL}{made['id']}/").json()
        assert old == {**made, "renewed_by": new["id"]}
        assert problem(client.post(f"{URL}{made['id']}/renew/", {})) == (
            409,
            "do_not_knock.renewed",
        )
        assert problem(client.post(f"{URL}{made['id']}/lift/", {"reason": "no"})) == (
            409,
            "do_not_knock.renewed",
        )
        longer = client.post(f"{URL}{new['id']}/renew/", {"expiry": {"kind": "never"}}).json()
        assert longer["ends_at"] is None


def test_what_was_lifted_is_not_renewed(town: Town, as_member: SignIn) -> None:
    """409: somebody who says it again makes a new entry."""
    made = add(town, as_member, door=town.north[0].pk)
    client = as_member(town.company.max)
    client.post(f"{URL}{made['id']}/lift/", {"reason": "A mistake."})
    assert problem(client.post(f"{URL}{made['id']}/renew/", {})) == (409, "do_not_knock.lifted")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (422, "do_not_knock.place_invalid")),
        ({"street": "Elm Street", "area": square(0, 0)}, (422, "do_not_knock.place_invalid")),
        ({"city": "Yonkers", "area": square(0, 0)}, (422, "do_not_knock.place_invalid")),
        ({"street": "Elm Street", "city": "Boston"}, (422, "do_not_knock.street_unknown")),
        ({"street": "Elm"}, (422, "do_not_knock.street_unknown")),
        ({"area": {"type": "Point", "coordinates": [0, 0]}}, (422, "do_not_knock.area_invalid")),
        ({"area": {}}, (422, "do_not_knock.area_invalid")),
        ({"area": []}, (400, "invalid")),
        ({"street": "Elm Street", "expiry": {"kind": "days"}}, (422, "expiry.invalid")),
        (
            {"street": "Elm Street", "expiry": {"kind": "never", "count": 2}},
            (422, "expiry.invalid"),
        ),
        ({"street": "Elm Street", "expiry": {"kind": "on_day"}}, (422, "expiry.invalid")),
        (
            {"street": "Elm Street", "expiry": {"kind": "years", "count": 101}},
            (422, "expiry.invalid"),
        ),
        ({"street": "Elm Street", "expiry": {"kind": "soon"}}, (400, "invalid")),
        (
            {"street": "Elm Street", "expiry": {"kind": "on_day", "on_day": "2026-06-10"}},
            (422, "do_not_knock.ends_before_start"),
        ),
        ({"door": 10**9}, (404, "not_found")),
        ({"street": "Elm Street", "source": "rumour"}, (400, "invalid")),
        ({"street": "Elm Street", "scope": "shops"}, (400, "invalid")),
        ({"street": "Elm Street", "time_zone": "Yonkers"}, (400, "invalid")),
        ({"street": "Elm Street", "starts_at": "2026-06-10"}, (400, "invalid")),
    ],
)
def test_bad_input_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With a code of its own, and nothing is written."""
    assert problem(as_member(town.company.max).post(URL, body(**fields))) == expected
    assert not DoNotKnockEntry.objects.exists()


def test_who_may_not(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps: 403, to read as to write. Another company's door or entry: 404. Nobody: 401."""
    made = add(town, as_member, door=town.north[0].pk)
    paths = [f"{URL}{made['id']}/lift/", f"{URL}{made['id']}/renew/"]
    for path in paths:
        assert problem(as_member(town.company.rosa).post(path, {"reason": "x"}))[0] == 403
        assert problem(as_member(moonlight.olga).post(path, {"reason": "x"}))[0] == 404
        assert problem(as_member(None).post(path, {"reason": "x"}))[0] == 401
    assert problem(as_member(town.company.rosa).get(URL))[0] == 403
    assert problem(as_member(town.company.rosa).post(URL, body(door=town.north[1].pk)))[0] == 403
    theirs = body(door=town.north[1].pk)
    assert problem(as_member(moonlight.olga).post(URL, theirs)) == (404, "not_found")
    assert as_member(moonlight.olga).get(URL).json()["count"] == 0


def test_another_companys_area_covers_none_of_ours(
    town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """However large it is."""
    answer = as_member(moonlight.olga).post(URL, body(area=square(-73.9, 40.7, 5)))
    assert answer.status_code == 201
    assert len(visible(town, as_member, town.company.ada)) == 6


def test_the_list_is_narrowed(town: Town, as_member: SignIn) -> None:
    """By reach, source, the door that is covered, and whether it forbids now."""
    door = add(town, as_member, door=town.north[0].pk)["id"]
    later = add(
        town, as_member, street="Elm Street", starts_at=f"{TODAY}T23:00:00Z", source="sign"
    )["id"]
    client = as_member(town.company.max)
    for query, expected in (
        ({}, [later, door]),
        ({"reach": "street"}, [later]),
        ({"source": "manager"}, [door]),
        ({"in_force": "true"}, [door]),
        ({"in_force": "false"}, [later]),
        ({"covers_door": town.north[0].pk}, [later, door]),
        ({"covers_door": town.north[1].pk}, [later]),
    ):
        rows = client.get(URL, query).json()["results"]
        assert (query, [row["id"] for row in rows]) == (query, expected)


def test_calls_take_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many entries and doors there are."""
    client = as_member(town.company.max)
    for _ in range(5):
        add(town, as_member, area=square(-73.9, 40.7))
    with django_assert_max_num_queries(SIGNED_IN + 2):
        client.get(URL)
    with django_assert_max_num_queries(SIGNED_IN + 6):
        client.post(URL, body(area=square(-73.9, 40.7)))
    with django_assert_max_num_queries(SIGNED_IN + 2):
        client.get(PROSPECTS)


def test_what_is_said_at_a_visit_is_an_entry(town: Town, as_member: SignIn) -> None:
    """From the visit on, for ever, for every campaign."""
    visit = record(town.company.rosa, town.visit(town.north[0], "no_soliciting_sign"))
    entry = as_member(town.company.max).get(URL).json()["results"][0]
    assert (entry["visit"], entry["source"], entry["door"]) == (
        str(visit.pk),
        "sign",
        town.north[0].pk,
    )
    assert (entry["starts_at"], entry["ends_at"]) == ("2026-06-10T18:00:00Z", None)
    winter = world.make_campaign(town.company, name="Winter", cut=town.cut)
    rows = as_member(town.company.ada).get(PROSPECTS, {"campaign": winter.pk})
    assert rows.json()["count"] == 0
