"""GET, POST /api/v1/teams/ and GET, PATCH /api/v1/teams/{id}/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Team
from accounts.teams import create_team
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import NOON, Company

URL = "/api/v1/teams/"


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def crew(company: Company, parent: str = "North", name: str = "Crew") -> Team:
    return create_team(actor=company.ada, parent=company.teams[parent], name=name, now=NOON)


def test_who_sees_which_teams(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """Admins all, parents first; managers the subtree; reps the own one; nobody another's."""
    crew(sunrise)
    for member, expected in (
        (sunrise.ada, ["Sunrise", "North", "Crew", "South"]),
        (sunrise.max, ["North", "Crew"]),
        (sunrise.rosa, ["North"]),
        (moonlight.olga, ["Moonlight"]),
    ):
        assert names(as_member(member).get(URL)) == expected
    south = f"{URL}{sunrise.teams['South'].pk}/"
    assert problem(as_member(sunrise.max).get(south)) == (404, "not_found")
    assert problem(as_member(moonlight.olga).get(south)) == (404, "not_found")
    assert as_member(sunrise.sam).get(south).json()["name"] == "South"
    assert problem(as_member(None).get(URL)) == (401, "not_signed_in")


def test_teams_are_filtered(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """By the team directly above, or by any team above; not by another organisation's."""
    crew(sunrise)
    client = as_member(sunrise.ada)
    root, north = sunrise.teams["Sunrise"].pk, sunrise.teams["North"].pk
    assert names(client.get(URL, {"parent": root})) == ["North", "South"]
    assert names(client.get(URL, {"below": north})) == ["North", "Crew"]
    assert names(client.get(URL, {"below": moonlight.teams["Moonlight"].pk})) == []
    assert names(as_member(sunrise.max).get(URL, {"below": root})) == []
    assert problem(client.get(URL, {"below": "north"})) == (400, "invalid")


def test_a_manager_adds_a_team(sunrise: Company, as_member: SignIn) -> None:
    """201 with the team; the same again is a conflict."""
    north = sunrise.teams["North"]
    body = {"name": " Crew 1 ", "parent": north.pk}
    answer = as_member(sunrise.max).post(URL, body)
    assert answer.status_code == 201
    made = Team.objects.get(parent=north)
    assert answer.json() == {
        "id": made.pk,
        "name": "Crew 1",
        "parent": north.pk,
        "created_at": made.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert problem(as_member(sunrise.max).post(URL, body)) == (409, "team.name_taken")


def test_bad_input_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """400 with the field that is wrong."""
    client, north = as_member(sunrise.ada), sunrise.teams["North"].pk
    for body, field in (
        ({"parent": north}, "name"),
        ({"name": "", "parent": north}, "name"),
        ({"name": "x" * 121, "parent": north}, "name"),
        ({"name": "Crew"}, "parent"),
        ({"name": "Crew", "parent": None}, "parent"),
        ({"name": "Crew", "parent": "north"}, "parent"),
    ):
        answer = client.post(URL, body)
        assert problem(answer) == (400, "invalid")
        assert list(answer.json()["errors"]) == [field]
    assert Team.objects.count() == 3


def test_who_may_not_write_teams(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """A rep 403; another part of the tree and another organisation 404; nobody 401."""
    north = sunrise.teams["North"]
    for actor, expected in (
        (sunrise.rosa, (403, "not_allowed")),
        (sunrise.mona, (404, "not_found")),
        (moonlight.olga, (404, "not_found")),
        (None, (401, "not_signed_in")),
    ):
        client = as_member(actor)
        assert problem(client.post(URL, {"name": "Crew", "parent": north.pk})) == expected
        assert problem(client.patch(f"{URL}{north.pk}/", {"name": "Mine"})) == expected
    assert not Team.objects.filter(name__in=["Crew", "Mine"]).exists()


def test_a_team_is_renamed_and_moved(sunrise: Company, as_member: SignIn) -> None:
    """Either alone, or both at once; sending it again changes nothing."""
    team, south = crew(sunrise), sunrise.teams["South"]
    client = as_member(sunrise.ada)
    url = f"{URL}{team.pk}/"
    assert client.patch(url, {"name": "Van"}).json()["name"] == "Van"
    assert client.patch(url, {"parent": south.pk}).json()["parent"] == south.pk
    both = {"name": "Crew", "parent": sunrise.teams["North"].pk}
    for _ in range(2):
        assert client.patch(url, both).json() == client.get(url).json()
    team.refresh_from_db()
    assert (team.name, team.parent) == ("Crew", sunrise.teams["North"])
    assert team.path == f"{sunrise.teams['North'].path}{team.pk}/"


def test_a_move_that_cannot_be(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """422 for a circle, 404 for a team of somebody else's, 409 for a name that is taken there."""
    team = crew(sunrise, "North", "South")
    client = as_member(sunrise.ada)
    north = f"{URL}{sunrise.teams['North'].pk}/"
    assert problem(client.patch(north, {"parent": team.pk})) == (422, "team.circle")
    there = moonlight.teams["Moonlight"].pk
    assert problem(client.patch(north, {"parent": there})) == (404, "not_found")
    root = {"parent": sunrise.teams["Sunrise"].pk}
    assert problem(client.patch(f"{URL}{team.pk}/", root)) == (409, "team.name_taken")
    manager = as_member(sunrise.max)
    assert problem(manager.patch(f"{URL}{team.pk}/", root)) == (404, "not_found")


@pytest.mark.parametrize("method", ["put", "delete"])
def test_teams_are_not_replaced_or_deleted(
    sunrise: Company, as_member: SignIn, method: str
) -> None:
    """405, with what is allowed."""
    call = getattr(as_member(sunrise.ada), method)
    answer = call(f"{URL}{sunrise.teams['North'].pk}/", {"name": "N"})
    assert problem(answer) == (405, "method_not_allowed")


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, filtered by subtree one more."""
    for number in range(30):
        crew(sunrise, "North", f"Crew {number}")
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        answer = client.get(URL, {"below": sunrise.teams["North"].pk})
    assert answer.json()["count"] == 31
