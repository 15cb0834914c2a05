"""GET /api/v1/doors/ and /api/v1/doors/{id}/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from territories.models import CutRun, Door
from tests.calls import SIGNED_IN, SignIn, numbers, problem
from tests.cast import Company
from tests.territories.town import LAT, LON, give, house, published_cut, settle, territory

URL = "/api/v1/doors/"


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """Streets A and B with four houses each, cut into two territories; the first is Rosa's."""
    settle(sunrise.organisation, streets=2, houses=4)
    made = published_cut(sunrise)
    give(sunrise, territory(made), sunrise.rosa)
    return made


def test_a_door_is_shown_with_its_address(sunrise: Company, as_member: SignIn) -> None:
    """Everything that a manager's list needs, flat, with lon and lat in degrees."""
    door = house(sunrise.organisation, street="A", number="7b", at=(0, 0), unit="3", name="Bell")
    assert as_member(sunrise.max).get(f"{URL}{door.pk}/").json() == {
        "id": door.pk,
        "building": door.building_id,
        "street": "A",
        "number": "7b",
        "unit": "3",
        "postcode": "00100",
        "city": "Hill",
        "name": "Bell",
        "use": "home",
        "lon": LON,
        "lat": LAT,
        "position_quality": "unknown",
        "dataset": "town",
        "neighborhood": None,
        "snap": None,
    }


def test_managers_list_every_door_in_pages(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Eight doors in pages of three, in the order of their ids."""
    client = as_member(sunrise.max)
    pages = [client.get(URL, {"page_size": 3, "page": page}).json() for page in (1, 2, 3)]
    assert [len(page["results"]) for page in pages] == [3, 3, 2]
    assert pages[0]["count"] == 8
    ids = [door["id"] for page in pages for door in page["results"]]
    assert ids == list(Door.objects.order_by("pk").values_list("pk", flat=True))


def test_a_rep_lists_only_assigned_doors(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """Rosa gets the four doors of her territory, Rui none; hers is a 404 for him."""
    mine = as_member(sunrise.rosa).get(URL).json()
    placed = territory(cut).placements.values_list("door", flat=True)
    assert {door["id"] for door in mine["results"]} == set(placed)
    assert as_member(sunrise.rui).get(URL).json()["results"] == []
    assert as_member(sunrise.rui).get(f"{URL}{mine['results'][0]['id']}/").status_code == 404


def test_another_companys_doors_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Olga's list is empty, and the id of a Sunrise door is a 404 with the code for it."""
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == 0
    answer = client.get(f"{URL}{Door.objects.order_by('pk')[:1].get().pk}/")
    assert problem(answer) == (404, "not_found")


def test_nobody_gets_no_doors(db: None, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    assert as_member(None).get(URL).status_code == 401
    assert as_member(None).get(f"{URL}1/").status_code == 401


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"street": "a"}, ["A1", "A2", "A9", "A8"]),
        ({"street": "A", "city": "dale"}, ["A9"]),
        ({"postcode": "00100", "use": "business"}, ["A8"]),
        ({"postcode": "99999"}, []),
        ({"bbox": f"{LON - 1},{LAT + 0.001},{LON + 1},{LAT + 0.002}"}, ["B1", "B2"]),
        ({"bbox": f"{LON},{LAT},{LON},{LAT}"}, None),
    ],
)
def test_doors_are_filtered(
    sunrise: Company, as_member: SignIn, query: dict[str, Any], expected: list[str] | None
) -> None:
    """By street and city whatever the case, by postcode, by use, by box; filters add up."""
    settle(sunrise.organisation, streets=2, houses=2)
    house(sunrise.organisation, street="A", number="9", at=(9, 0), city="Dale")
    house(sunrise.organisation, street="A", number="8", at=(8, 0), use="business")
    answer = as_member(sunrise.max).get(URL, query)
    if expected is None:
        assert problem(answer) == (400, "invalid")
    else:
        assert numbers(answer) == expected


def test_doors_of_a_territory(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """The filter asks the table that is the truth; a rep's filter shows nothing foreign."""
    other = territory(cut, 2)
    found = as_member(sunrise.max).get(URL, {"territory": other.pk}).json()
    placed = other.placements.values_list("door", flat=True)
    assert {door["id"] for door in found["results"]} == set(placed)
    assert as_member(sunrise.rosa).get(URL, {"territory": other.pk}).json()["count"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "24,60,25"},
        {"bbox": "24,60,25,"},
        {"bbox": "a,b,c,d"},
        {"bbox": "25,60,24,61"},
        {"bbox": "24,60,25,nan"},
        {"use": "castle"},
        {"territory": "first"},
        {"territory": 10**30},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(
    sunrise: Company, as_member: SignIn, query: dict[str, Any]
) -> None:
    """A 400 that names the field, never an empty list or a crash."""
    answer = as_member(sunrise.max).get(URL, query)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == list(query)


def test_the_list_is_read_only(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """Doors come in by import."""
    assert as_member(sunrise.ada).post(URL, {}).status_code == 405


@pytest.mark.parametrize("reader", ["max", "rosa"])
def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company,
    as_member: SignIn,
    cut: CutRun,
    reader: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """A count and a page, no query per door."""
    client = as_member(sunrise.members[reader])
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] > 3
