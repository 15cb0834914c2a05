"""GET /api/v1/me/, and the organisation that a request acts in."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member, Role
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import NOON, Company

URL = "/api/v1/me/"


@pytest.fixture
def both(sunrise: Company, moonlight: Company) -> Member:
    """Rosa's membership in Moonlight, which she manages besides knocking for Sunrise."""
    return Member.objects.create(
        organisation=moonlight.organisation,
        user=sunrise.rosa.user,
        role=Role.MANAGER,
        team=moonlight.teams["Moonlight"],
    )


def test_a_member_sees_who_they_are(sunrise: Company, as_member: SignIn) -> None:
    """Member, organisation, team and the one membership."""
    rosa, north = sunrise.rosa, sunrise.teams["North"]
    organisation = {"id": sunrise.organisation.pk, "name": "Sunrise", "slug": "sunrise"}
    answer = as_member(rosa).get(URL)
    assert answer.status_code == 200
    assert answer.json() == {
        "member": {
            "id": rosa.pk,
            "name": "Rosa",
            "email": "rosa@sunrise.test",
            "role": "rep",
            "team": north.pk,
            "team_name": "North",
            "home": {"lon": 24.94, "lat": 60.17},
            "languages": [],
            "hired_on": "2026-05-01",
            "left_on": None,
            "left_reason": "",
        },
        "organisation": organisation,
        "team": {
            "id": north.pk,
            "name": "North",
            "parent": sunrise.teams["Sunrise"].pk,
            "created_at": "2026-06-01T12:00:00Z",
        },
        "memberships": [{"id": rosa.pk, "organisation": organisation, "role": "rep"}],
    }


def test_a_member_of_two_organisations_names_one(
    sunrise: Company, both: Member, as_member: SignIn
) -> None:
    """Without the header a 403 that lists both; with it, the member there."""
    client = as_member(sunrise.rosa)
    answer = client.get(URL)
    assert problem(answer) == (403, "organisation.needed")
    assert sorted(answer.json()["organisations"]) == ["moonlight", "sunrise"]
    for slug, member in (("sunrise", sunrise.rosa), ("moonlight", both)):
        body = client.get(URL, headers={"Canvass-Organisation": slug}).json()
        assert body["member"]["id"] == member.pk
        assert body["organisation"]["slug"] == slug
        assert [row["organisation"]["slug"] for row in body["memberships"]] == [
            "moonlight",
            "sunrise",
        ]


def test_the_header_decides_what_one_sees_and_may(
    sunrise: Company, moonlight: Company, both: Member, as_member: SignIn
) -> None:
    """A rep here and a manager there: the rows and the rights are those of the one named."""
    client = as_member(sunrise.rosa)

    def names(slug: str) -> list[str]:
        answer = client.get("/api/v1/members/", headers={"Canvass-Organisation": slug})
        return [row["name"] for row in answer.json()["results"]]

    assert names("sunrise") == ["Rosa"]
    assert names("moonlight") == ["Olga", "Otto", "Rosa"]
    body = {"name": "Crew", "parent": moonlight.teams["Moonlight"].pk}
    refused = client.post("/api/v1/teams/", body, headers={"Canvass-Organisation": "sunrise"})
    assert problem(refused) == (403, "not_allowed")
    made = client.post("/api/v1/teams/", body, headers={"Canvass-Organisation": "moonlight"})
    assert made.status_code == 201


@pytest.mark.parametrize("slug", ["moonlight", "nowhere"])
def test_nobody_acts_where_they_do_not_belong(
    sunrise: Company, moonlight: Company, as_member: SignIn, slug: str
) -> None:
    """403 for another organisation and for one that does not exist, alike."""
    answer = as_member(sunrise.ada).get(URL, headers={"Canvass-Organisation": slug})
    assert problem(answer) == (403, "not_allowed")


def test_a_membership_that_ended_is_no_choice(
    sunrise: Company, both: Member, as_member: SignIn
) -> None:
    """Who left one of two needs no header any more, and cannot name the other."""
    Member.objects.filter(pk=both.pk).update(left_on=NOON.date())
    client = as_member(sunrise.rosa)
    assert client.get(URL).json()["member"]["id"] == sunrise.rosa.pk
    answer = client.get(URL, headers={"Canvass-Organisation": "moonlight"})
    assert problem(answer) == (403, "not_allowed")


def test_nobody_is_nobody(sunrise: Company, as_member: SignIn) -> None:
    """401 without a session."""
    answer = as_member(None).get(URL)
    assert problem(answer) == (401, "not_signed_in")
    assert answer["WWW-Authenticate"]


def test_it_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """One more than any signed-in request: the memberships."""
    client = as_member(sunrise.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 1):
        assert client.get(URL).status_code == 200
