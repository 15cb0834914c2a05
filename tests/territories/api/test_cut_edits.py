"""GET and POST /api/v1/cut-runs/{id}/edits/ and GET .../compare/."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from territories.models import CutEdit, CutRun, Door, TerritoryDoor
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.boundary_files import boxed
from tests.territories.town import done_cut, settle


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """A done cut of two territories."""
    settle(sunrise.organisation)
    return done_cut(sunrise)


def url(cut: CutRun, what: str = "edits") -> str:
    return f"/api/v1/cut-runs/{cut.pk}/{what}/"


def test_a_manager_changes_a_cut_and_reads_the_history(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """201 with before, after and warnings; the list has it too, and another cut shows the move."""
    other = done_cut(sunrise)
    client = as_member(sunrise.max)
    answer = client.post(url(cut), {"kind": "split", "territories": [1]})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["before"]["territories"], made["after"]["territories"]) == (2, 3)
    assert (made["number"], made["made_by"]) == (1, sunrise.max.pk)
    assert made["details"] == {"kind": "split", "territories": [1]}
    assert client.get(url(cut)).json()["results"] == [made]
    compared = client.get(url(other, "compare"), {"other": cut.pk}).json()
    assert compared["first"]["territories"] == 2
    assert compared["second"] == made["after"]
    assert [sorted(move) for move in compared["moves"]] == [["doors", "from", "minutes", "to"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "invalid")),
        ({"kind": "swap"}, (400, "invalid")),
        ({"kind": "take", "polygon": [1]}, (400, "invalid")),
        ({"kind": "split"}, (422, "cut.edit_invalid")),
        ({"kind": "move_street", "street": "Z"}, (422, "cut.edit_moves_nothing")),
    ],
)
def test_bad_changes_are_refused(
    sunrise: Company,
    as_member: SignIn,
    cut: CutRun,
    body: dict[str, Any],
    expected: tuple[int, str],
) -> None:
    """Malformed, or impossible; nothing is kept."""
    assert problem(as_member(sunrise.max).post(url(cut), body)) == expected
    assert not CutEdit.objects.exists()


def test_who_may_not(sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun) -> None:
    """403 for a rep, 404 for another company, 401 for nobody."""
    body = {"kind": "split", "territories": [1]}
    for member, expected in (
        (sunrise.rosa, (403, "not_allowed")), (moonlight.olga, (404, "not_found")),
    ):  # fmt: skip
        client = as_member(member)
        for answer in (
            client.post(url(cut), body), client.get(url(cut)),
            client.get(url(cut, "compare"), {"other": cut.pk}),
        ):  # fmt: skip
            assert problem(answer) == expected
    assert as_member(None).post(url(cut), body).status_code == 401


def test_another_companys_cut_is_not_compared_with(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """404, as if it did not exist."""
    settle(moonlight.organisation)
    theirs = done_cut(moonlight)
    answer = as_member(sunrise.max).get(url(cut, "compare"), {"other": theirs.pk})
    assert problem(answer) == (404, "not_found")


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, cut: CutRun,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    """The cut, a count and a page."""
    client = as_member(sunrise.max)
    for _ in range(2):
        client.post(url(cut), {"kind": "split", "territories": [1]})
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert client.get(url(cut)).json()["count"] == 2


def changed(client: APIClient, cut: CutRun, **body: Any) -> dict[str, Any]:
    """A change by hand: what the API says of it, once it is made."""
    answer = client.post(url(cut), body)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    assert made["after"] == {**made["after"], "doors": 20, "split_buildings": 0}
    return made


def number_of(client: APIClient, cut: CutRun, street: str) -> int:
    """The territory of a street's first house."""
    door = Door.objects.get(building__street=street, building__number="1")
    return int(TerritoryDoor.objects.get(cut=cut, door=door).territory.number)


def test_every_kind_of_change_is_made_and_assessed(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Draw, move doors and a street, split, merge: all are made, with a word of warning."""
    client = as_member(sunrise.max)
    a, b = number_of(client, cut, "A"), number_of(client, cut, "B")
    area = boxed(None, 0, 0, 2, 0)["geometry"]
    drawn = changed(client, cut, kind="take", polygon=area, into=b)
    assert (drawn["minutes"] > 0, {"uneven", "street_split"} <= set(drawn["warnings"])) == (
        True, True,
    )  # fmt: skip
    own = list(Door.objects.filter(building__street="A").order_by("pk"))
    back = changed(client, cut, kind="move_doors", doors=[door.pk for door in own[:3]], into=a)
    assert (back["warnings"], back["after"]) == ([], drawn["before"])
    street = changed(client, cut, kind="move_street", street="b", city="Hill", into=a)
    assert (street["after"]["territories"], street["warnings"]) == (1, [])
    halves = changed(client, cut, kind="split", territories=[a])
    assert (halves["after"]["territories"], halves["warnings"]) == (2, [])
    whole = changed(client, cut, kind="merge", territories=[a, a + 1])
    assert (whole["after"]["territories"], whole["minutes"] > 0) == (1, True)
    numbers = [row["number"] for row in client.get(url(cut)).json()["results"]]
    assert sorted(numbers) == [1, 2, 3, 4, 5]


def test_drawing_a_new_territory_gives_it_the_next_number(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Without `into`; the list of territories has it, with an outline around its doors."""
    client = as_member(sunrise.max)
    area = boxed(None, 0, 0, 2, 1)["geometry"]
    made = changed(client, cut, kind="take", polygon=area)
    assert (made["after"]["territories"], "uneven" in made["warnings"]) == (3, True)
    rows = client.get("/api/v1/territories/", {"cut": cut.pk}).json()["results"]
    new = next(row for row in rows if row["number"] == 3)
    assert (new["door_count"], new["outline"]["type"]) == (6, "Polygon")
