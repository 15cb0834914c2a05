"""Operations of type `new_door`: somebody stands before a door that is on no list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.models import FoundDoor, Prospect, Referral, Visit
from common.ids import uuid7
from territories.importing.keys import building_key, door_key
from territories.models import Building, Door, Territory, TerritoryDoor
from tests.at_once import at_once
from tests.calls import SIGNED_IN, SignIn
from tests.canvass import world
from tests.canvass.sync.phones import Phone, op, outcomes, push, visit
from tests.canvass.world import NOW, Town
from tests.cast import Company

AT = {"lon": -72.8, "lat": 41.2}
BOX = [[-73, 41], [-72.5, 41], [-72.5, 42], [-73, 42], [-73, 41]]


@pytest.fixture
def drawn(town: Town) -> Town:
    """The town, whose north is drawn around AT, away from all known doors."""
    outline = {"type": "Polygon", "coordinates": [BOX]}
    box = {"west": -73, "south": 41, "east": -72.5, "north": 42}
    Territory.objects.filter(cut=town.cut, number=1).update(outline=outline, **box)
    return town


def new_door(town: Town, **more: Any) -> dict[str, Any]:
    """An operation about Oak Lane 5, a home, unless said otherwise."""
    at = more.pop("at", NOW)
    told = {"campaign": town.campaign.pk, "street": "Oak Lane", "number": "5", **AT}
    return op("new_door", {**told, "city": "Yonkers", "use": "home", **more}, at)


def test_a_door_in_the_territory_is_a_prospect_of_it(drawn: Town, as_member: SignIn) -> None:
    """Once, however often it is sent; the phone is told of it, and the territory counts it."""
    phone = Phone(client := as_member(drawn.company.rosa))
    phone.pull()
    sent = new_door(drawn)
    first, second = push(client, sent, sent)
    assert (first["status"], second["status"]) == ("applied", "duplicate")
    assert first["result"] == second["result"]
    made = Door.objects.get(building__street="Oak Lane")
    prospect, north = drawn.prospect(made), drawn.territory(1)
    assert first["result"] == {
        "door": made.pk,
        "prospect": prospect.pk,
        "territory": north.pk,
        "known": False,
        "forbidden": False,
    }
    assert TerritoryDoor.objects.get(door=made).territory == north
    assert (north.door_count, north.expected_minutes) == (4, 11.5)
    assert phone.kinds() == {"prospect", "territory"}
    assert phone.mirror["prospect", str(prospect.pk)]["door"]["street"] == "Oak Lane"


def test_an_import_finds_the_same_door_again(drawn: Town, as_member: SignIn) -> None:
    """By the keys that it makes of the address."""
    push(as_member(drawn.company.rosa), new_door(drawn, unit="2b"))
    made = Door.objects.get(building__street="Oak Lane")
    house = building_key("OAK LANE", "5", "yonkers")
    assert (made.building.key, made.key) == (house, door_key(house, "2 B", ""))


def test_visits_may_name_it_by_the_operation(drawn: Town, as_member: SignIn) -> None:
    """In the same batch, made without a signal, and in a later one; and so may all the others."""
    client, sent = as_member(drawn.company.rosa), new_door(drawn)
    first = visit(drawn, drawn.north[0])
    first["payload"]["door"] = sent["id"]
    heard = {"campaign": drawn.campaign.pk, "door": drawn.north[1].pk, "said_by_door": sent["id"]}
    assert outcomes(push(client, sent, first, op("referral", heard))) == ["applied"] * 3
    again = visit(drawn, drawn.north[0], "demo")
    again["payload"]["door"] = sent["id"].upper()
    assert outcomes(push(client, again, first)) == ["applied", "duplicate"]
    made = FoundDoor.objects.get().door
    assert [row.door for row in Visit.objects.all()] == [made, made]
    assert Referral.objects.get().said_by_door == made
    assert drawn.prospect(made).attempts == 2


@pytest.mark.parametrize("who", ["rui", "olga"])
def test_nobody_else_names_it_so(
    who: str, drawn: Town, moonlight: Company, as_member: SignIn
) -> None:
    """Nor is there a door before it was sent, or for the id of something else."""
    members, sent = {**drawn.company.members, **moonlight.members}, new_door(drawn)
    named = visit(drawn, drawn.north[0])
    named["payload"]["door"] = sent["id"]
    rosa = as_member(drawn.company.rosa)
    assert outcomes(push(rosa, named, sent, named)) == ["sync.door_unknown", "applied", "applied"]
    other = {**named, "id": str(uuid7(NOW))}
    assert outcomes(push(as_member(members[who]), other)) == ["sync.door_unknown"]
    odd = {**named["payload"], "door": named["id"]}
    assert outcomes(push(rosa, op("visit", odd))) == ["sync.door_unknown"]


def test_a_door_outside_is_kept_and_told(drawn: Town, as_member: SignIn) -> None:
    """It is nobody's until the next cut: the finder may not visit it, a manager sees it."""
    client, sent = as_member(drawn.company.rosa), new_door(drawn, lon=-72.4)
    named = visit(drawn, drawn.north[0])
    named["payload"]["door"] = sent["id"]
    told, refused = push(client, sent, named)
    assert (told["status"], told["result"]["territory"]) == ("applied", None)
    assert outcomes([refused]) == ["visit.door_not_found"]
    made = Door.objects.get(pk=told["result"]["door"])
    assert drawn.prospect(made).pk == told["result"]["prospect"]
    assert not TerritoryDoor.objects.filter(door=made).exists()
    seen = as_member(drawn.company.max).get("/api/v1/found-doors/", {"has_territory": "false"})
    assert [row["door"]["id"] for row in seen.json()["results"]] == [made.pk]
    none = as_member(drawn.company.max).get("/api/v1/found-doors/", {"has_territory": "true"})
    assert none.json()["results"] == []


def test_a_known_door_is_that_door(town: Town, as_member: SignIn) -> None:
    """Also where its street is spelled otherwise, and its source has ids of its own."""
    door = town.north[0]
    number = door.building.number
    told = {"lon": door.lon, "lat": door.lat + 0.0003, "number": number, "city": ""}
    (result,) = push(as_member(town.company.rosa), new_door(town, street="elm st.", **told))
    expected = (door.pk, True, town.territory(1).pk)
    assert (*(result["result"][name] for name in ("door", "known", "territory")),) == expected
    assert Door.objects.count() == 6
    theirs = town.south[0]
    told["number"] = theirs.building.number
    (result,) = push(as_member(town.company.rosa), new_door(town, street="Elm St", **told))
    assert (result["result"]["door"], result["result"]["territory"]) == (theirs.pk, None)
    assert TerritoryDoor.objects.get(door=theirs).territory == town.territory(2)


def test_a_unit_goes_with_its_building(town: Town, as_member: SignIn) -> None:
    """A second door behind an entrance of the territory, which nobody has drawn."""
    house = town.north[0].building
    told = {"street": house.street, "number": house.number, "unit": "2", "lon": house.lon}
    (result,) = push(as_member(town.company.rosa), new_door(town, lat=house.lat, **told))
    made = Door.objects.get(pk=result["result"]["door"])
    assert (made.building, made.unit) == (house, "2")
    assert result["result"]["territory"] == town.territory(1).pk
    theirs = town.south[0].building
    told |= {"number": theirs.number}
    (result,) = push(as_member(town.company.rosa), new_door(town, lat=house.lat, **told))
    assert result["result"]["territory"] is None


def test_without_a_place_name_it_is_where_its_neighbours_are(town: Town, as_member: SignIn) -> None:
    """So that a file that names the city finds it again."""
    house = town.north[0].building
    told = {"lon": house.lon, "lat": house.lat, "city": "", "number": "99"}
    push(as_member(town.company.rosa), new_door(town, **told))
    assert Building.objects.get(street="Oak Lane").city == "Yonkers"


@pytest.mark.parametrize("where", ["street", "area"])
def test_what_forbids_there_holds_at_once(where: str, drawn: Town, as_member: SignIn) -> None:
    """The phone is told in the answer, and its mirror never shows it."""
    max_ = drawn.company.max
    push(as_member(max_), new_door(drawn, number="7"))  # the street is known by it
    area = {"type": "Polygon", "coordinates": [BOX]}
    place = Place(street="oak lane") if where == "street" else Place(area=area)
    add_entry(actor=max_, new=NewEntry(place, "manager", "America/New_York"), now=NOW)
    phone = Phone(client := as_member(drawn.company.rosa))
    (result,) = push(client, new_door(drawn))
    assert result["result"]["forbidden"] is True
    phone.pull()
    assert str(result["result"]["prospect"]) not in phone.shows("prospect")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"campaign": 10**6}, "found_door.campaign_not_found"),
        ({"street": "…"}, "found_door.invalid"),
        ({"number": "0"}, "found_door.invalid"),
        ({"lon": 0.0, "lat": 0.0}, "found_door.invalid"),
        ({"lon": 181}, "sync.op_invalid"),
        ({"lat": "41.2"}, "sync.op_invalid"),
        ({"street": ""}, "sync.op_invalid"),
        ({"unit": "\0"}, "sync.op_invalid"),
        ({"key": "1"}, "sync.op_invalid"),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_what_can_be_no_door_is_refused(
    wrong: dict[str, Any], code: str, drawn: Town, as_member: SignIn
) -> None:
    """And nothing is made of it."""
    assert outcomes(push(as_member(drawn.company.rosa), new_door(drawn, **wrong))) == [code]
    assert (Door.objects.count(), Building.objects.count()) == (6, 6)


def test_another_company_makes_its_own(drawn: Town, moonlight: Company, as_member: SignIn) -> None:
    """The same address is another door, and Sunrise's campaign is not there."""
    theirs = world.make_campaign(moonlight)
    (mine,) = push(as_member(drawn.company.rosa), new_door(drawn))
    olga = as_member(moonlight.members["olga"])
    answers = push(olga, new_door(drawn), new_door(drawn, campaign=theirs.pk))
    assert outcomes(answers) == ["found_door.campaign_not_found", "applied"]
    assert answers[1]["result"]["door"] != mine["result"]["door"]


def test_an_id_is_used_once(drawn: Town, as_member: SignIn) -> None:
    """Somebody else's is not told apart."""
    sent = new_door(drawn)
    push(as_member(drawn.company.rosa), sent)
    assert outcomes(push(as_member(drawn.company.sam), sent)) == ["sync.id_reused"]


def test_a_territory_given_back_counts_for_its_days(drawn: Town, as_member: SignIn) -> None:
    """What was found while it was Rosa's joins it, however late it comes."""
    drawn.territory(1).assignments.update(ends_on=NOW.date())
    client = as_member(drawn.company.rosa)
    early, late = new_door(drawn, at=NOW - timedelta(days=1)), new_door(drawn, number="6")
    results = push(client, early, late)
    assert [row["result"]["territory"] for row in results] == [drawn.territory(1).pk, None]


def test_a_bounded_number_of_queries(
    drawn: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Whatever stands around it."""
    for number in range(10, 20):
        push(as_member(drawn.company.max), new_door(drawn, number=str(number)))
    client = as_member(drawn.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 31):
        push(client, new_door(drawn))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_find_it_at_once_find_one_door(drawn: Town, as_member: SignIn) -> None:
    """Whoever comes second is told that it was known."""
    world.assign(drawn.territory(1), drawn.company.rui, shared=True)
    ops = [(as_member(who), new_door(drawn)) for who in (drawn.company.rosa, drawn.company.rui)]
    answers = at_once(*(lambda c=c, o=o: push(c, o)[0] for c, o in ops))
    told = [row["result"] for row in answers if isinstance(row, dict)]
    assert sorted(row["known"] for row in told) == [False, True]
    assert len({row["door"] for row in told}) == 1
    assert Prospect.objects.filter(door__building__street="Oak Lane").count() == 1
