"""GET and POST /api/v1/cut-runs/{id}/edits/ and GET .../compare/."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from territories.models import CutEdit, CutRun
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
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
