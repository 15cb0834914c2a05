"""GET /api/v1/buildings/ and /api/v1/buildings/{id}/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from territories.models import Building, Door
from tests.calls import SIGNED_IN, SignIn, numbers, problem
from tests.cast import Company
from tests.territories.town import LAT, LON, give, house, published_cut, settle, territory

URL = "/api/v1/buildings/"


def test_a_building_is_shown_with_its_address(sunrise: Company, as_member: SignIn) -> None:
    """Street, number, postcode, city and position."""
    building = house(sunrise.organisation, street="A", number="7b", at=(0, 0)).building
    assert as_member(sunrise.max).get(f"{URL}{building.pk}/").json() == {
        "id": building.pk,
        "street": "A",
        "number": "7b",
        "postcode": "00100",
        "city": "Hill",
        "lon": LON,
        "lat": LAT,
    }


def test_a_rep_lists_only_the_buildings_of_assigned_doors(
    sunrise: Company, as_member: SignIn
) -> None:
    """Rosa gets those of her territory, Rui none, and hers are a 404 for him."""
    settle(sunrise.organisation, streets=2, houses=4)
    place = territory(published_cut(sunrise))
    give(sunrise, place, sunrise.rosa)
    mine = as_member(sunrise.rosa).get(URL).json()["results"]
    placed = Building.objects.filter(doors__placements__territory=place)
    assert [row["id"] for row in mine] == sorted(placed.values_list("pk", flat=True))
    client = as_member(sunrise.rui)
    assert client.get(URL).json()["count"] == 0
    assert problem(client.get(f"{URL}{mine[0]['id']}/")) == (404, "not_found")
    found = as_member(sunrise.max).get(URL, {"territory": place.pk})
    assert found.json()["results"] == mine


def test_another_companys_buildings_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """An empty list and a 404."""
    building = house(sunrise.organisation, street="A", number="1", at=(0, 0)).building
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == 0
    assert problem(client.get(f"{URL}{building.pk}/")) == (404, "not_found")


def test_nobody_gets_no_buildings(db: None, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    assert as_member(None).get(URL).status_code == 401


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"street": "a"}, ["A1", "A2", "A9"]),
        ({"city": "dale"}, ["A9"]),
        ({"postcode": "00100", "use": "business"}, ["A2"]),
        ({"bbox": f"{LON - 1},{LAT + 0.001},{LON + 1},{LAT + 0.002}"}, ["B1", "B2"]),
    ],
)
def test_buildings_are_filtered(
    sunrise: Company, as_member: SignIn, query: dict[str, Any], expected: list[str]
) -> None:
    """By address, by place, and by the use of any door; two such doors list their building once."""
    doors = settle(sunrise.organisation, streets=2, houses=2)
    house(sunrise.organisation, street="A", number="9", at=(9, 0), city="Dale")
    for unit in ("1", "2"):
        Door.objects.create(
            organisation=sunrise.organisation, building=doors[1].building, key=f"shop {unit}",
            lon=LON, lat=LAT, quadkey=0, dataset="town", use="business",
        )  # fmt: skip
    assert numbers(as_member(sunrise.max).get(URL, query)) == expected


def test_a_box_that_makes_no_sense_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """A 400 that names the field."""
    answer = as_member(sunrise.max).get(URL, {"bbox": "1,2,3"})
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["bbox"]


@pytest.mark.parametrize("reader", ["max", "rosa"])
def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company,
    as_member: SignIn,
    reader: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """A count and a page."""
    settle(sunrise.organisation)
    give(sunrise, territory(published_cut(sunrise)), sunrise.rosa)
    client = as_member(sunrise.members[reader])
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] >= 10
