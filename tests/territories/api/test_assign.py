"""POST /api/v1/cut-runs/{id}/assign/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from territories.models import Assignment, CutRun
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.town import done_cut, published_cut, settle


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """A published cut of four territories."""
    settle(sunrise.organisation)
    return published_cut(sunrise, territories=4)


def url(cut: CutRun) -> str:
    return f"/api/v1/cut-runs/{cut.pk}/assign/"


def wish(*members: Member) -> dict[str, Any]:
    return {"members": [member.pk for member in members], "starts_on": "2026-06-01"}


def test_a_manager_shares_a_cut_out(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """201 with one assignment for each territory, in the order of their numbers."""
    answer = as_member(sunrise.max).post(url(cut), wish(sunrise.rosa, sunrise.rui))
    assert answer.status_code == 201
    body = answer.json()
    assert [row["territory_name"] for row in body] == [f"Territory {n}" for n in (1, 2, 3, 4)]
    assert sorted(row["member_name"] for row in body) == ["Rosa", "Rosa", "Rui", "Rui"]
    assert {row["id"] for row in body} == set(Assignment.objects.values_list("pk", flat=True))


def test_sharing_out_again_is_refused(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """A replay learns with a 409 that nothing is left, and gives nothing twice."""
    client = as_member(sunrise.max)
    client.post(url(cut), wish(sunrise.rosa))
    assert problem(client.post(url(cut), wish(sunrise.rosa))) == (409, "cut.all_assigned")
    assert Assignment.objects.count() == 4


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"starts_on": "2026-06-01"}, "members"),
        ({"members": [], "starts_on": "2026-06-01"}, "members"),
        ({"members": ["rosa"], "starts_on": "2026-06-01"}, "members"),
        ({"members": [10**30], "starts_on": "2026-06-01"}, "members"),
        ({"members": [1]}, "starts_on"),
        ({"members": [1], "starts_on": "soon"}, "starts_on"),
    ],
)
def test_a_malformed_wish_is_refused(
    sunrise: Company, as_member: SignIn, cut: CutRun, body: dict[str, Any], field: str
) -> None:
    """A 400 that names the field."""
    if body.get("members") == [1]:
        body["members"] = [sunrise.rosa.pk]
    answer = as_member(sunrise.max).post(url(cut), body)
    assert problem(answer) == (400, "invalid")
    assert field in answer.json()["errors"]


def test_members_out_of_sight_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Max can give neither to the south nor to another company; nothing is given at all."""
    for stranger in (sunrise.sam, moonlight.otto):
        answer = as_member(sunrise.max).post(url(cut), wish(sunrise.rosa, stranger))
        assert problem(answer) == (404, "not_found")
        assert answer.json()["missing"] == [stranger.pk]
    assert not Assignment.objects.exists()


def test_reps_without_a_home_are_named(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """422, with the ids of those who need one."""
    Member.objects.filter(pk=sunrise.rui.pk).update(home_lon=None, home_lat=None)
    answer = as_member(sunrise.max).post(url(cut), wish(sunrise.rosa, sunrise.rui))
    assert problem(answer) == (422, "assignment.member_without_home")
    assert answer.json()["members"] == [sunrise.rui.pk]


def test_who_has_left_is_named(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """422, with the ids of those who are gone."""
    Member.objects.filter(pk=sunrise.rui.pk).update(left_on="2026-05-31")
    answer = as_member(sunrise.max).post(url(cut), wish(sunrise.rosa, sunrise.rui))
    assert problem(answer) == (422, "assignment.member_left")
    assert answer.json()["members"] == [sunrise.rui.pk]


def test_a_proposal_is_not_shared_out(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """409: publish it first."""
    answer = as_member(sunrise.max).post(url(done_cut(sunrise)), wish(sunrise.rosa))
    assert problem(answer) == (409, "cut.not_published")


def test_who_may_not_share_out(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """A rep: 403. Another company: 404. Nobody: 401."""
    assert problem(as_member(sunrise.rosa).post(url(cut), wish(sunrise.rosa)))[0] == 403
    assert problem(as_member(moonlight.olga).post(url(cut), wish(moonlight.otto)))[0] == 404
    assert as_member(None).post(url(cut), wish(sunrise.rosa)).status_code == 401
    assert not Assignment.objects.exists()


def test_it_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Ten territories and two members: no query for each of them."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=10)
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 10):
        client.post(url(cut), wish(sunrise.rosa, sunrise.rui))
    assert Assignment.objects.count() == 10
