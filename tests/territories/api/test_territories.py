"""GET /api/v1/territories/, /api/v1/territories/{id}/ and /api/v1/territories/{id}/doors/."""

import pytest
from pytest_django import DjangoAssertNumQueries

from territories.models import CutRun
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.town import done_cut, give, published_cut, settle, territory

URL = "/api/v1/territories/"


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """A published cut of two territories of ten doors; the first is Rosa's."""
    settle(sunrise.organisation)
    made = published_cut(sunrise)
    give(sunrise, territory(made), sunrise.rosa)
    return made


def test_a_territory_is_shown_with_its_outline(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Name, size, box, and a GeoJSON polygon for the map; a rep sees the own one in full."""
    row = territory(cut)
    expected = {
        "id": row.pk,
        "cut": cut.pk,
        "number": 1,
        "name": "Territory 1",
        "door_count": 10,
        "expected_minutes": row.expected_minutes,
        "bbox": [row.west, row.south, row.east, row.north],
        "outline": row.outline,
    }
    for reader in (sunrise.max, sunrise.rosa):
        assert as_member(reader).get(f"{URL}{row.pk}/").json() == expected
    assert row.outline is not None
    assert row.outline["type"] == "Polygon"


def test_managers_list_all_and_reps_their_own(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Max sees both, Rosa one, Rui none, and hers is a 404 for him."""
    counts = {
        name: as_member(sunrise.members[name]).get(URL).json()["count"]
        for name in ("ada", "max", "rosa", "rui")
    }
    assert counts == {"ada": 2, "max": 2, "rosa": 1, "rui": 0}
    answer = as_member(sunrise.rui).get(f"{URL}{territory(cut).pk}/")
    assert problem(answer) == (404, "not_found")


def test_territories_are_filtered_by_cut_and_member(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Those of one cut; those that a member has, as far as the viewer sees who has what."""
    draft = done_cut(sunrise, territories=3)
    give(sunrise, territory(cut, 2), sunrise.sam)
    client = as_member(sunrise.max)
    assert client.get(URL, {"cut": draft.pk}).json()["count"] == 3
    hers = client.get(URL, {"member": sunrise.rosa.pk}).json()["results"]
    assert [row["id"] for row in hers] == [territory(cut).pk]
    assert client.get(URL, {"member": sunrise.sam.pk}).json()["count"] == 0
    assert as_member(sunrise.mona).get(URL, {"member": sunrise.sam.pk}).json()["count"] == 1
    assert problem(client.get(URL, {"cut": "spring"})) == (400, "invalid")


def test_the_doors_of_a_territory_are_its_own(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """In pages, for a manager as for the rep who has it."""
    row = territory(cut)
    placed = sorted(row.placements.values_list("door", flat=True))
    for reader in (sunrise.max, sunrise.rosa):
        page = as_member(reader).get(f"{URL}{row.pk}/doors/", {"page_size": 4}).json()
        assert page["count"] == 10
        assert [door["id"] for door in page["results"]] == placed[:4]
        assert page["results"][0]["street"] in {"A", "B"}


def test_whose_doors_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Of a territory that is not yours neither it nor its doors are found; nobody gets a 401."""
    row = territory(cut)
    for reader in (sunrise.rui, sunrise.sam, moonlight.olga, moonlight.otto):
        for path in (f"{URL}{row.pk}/", f"{URL}{row.pk}/doors/"):
            assert problem(as_member(reader).get(path)) == (404, "not_found")
    for path in (URL, f"{URL}{row.pk}/", f"{URL}{row.pk}/doors/"):
        assert as_member(None).get(path).status_code == 401


def test_the_lists_take_a_bounded_number_of_queries(
    sunrise: Company,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """A count and a page; for the doors one more, for the territory."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=10)
    for number in range(1, 11):
        give(sunrise, territory(cut, number), sunrise.rosa)
    client = as_member(sunrise.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 10
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert client.get(f"{URL}{territory(cut).pk}/doors/").json()["count"] == 2
