"""GET /api/v1/members/, GET and PATCH .../{id}/, POST .../{id}/end-membership/."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member, Role, User
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import NOON, Company

URL = "/api/v1/members/"


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_who_sees_which_members(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """Admins all, managers the subtree's, reps themselves, nobody another organisation's."""
    for member, expected in (
        (sunrise.ada, ["Ada", "Max", "Mona", "Rosa", "Rui", "Sam"]),
        (sunrise.max, ["Max", "Rosa", "Rui"]),
        (sunrise.rosa, ["Rosa"]),
        (moonlight.olga, ["Olga", "Otto"]),
    ):
        assert names(as_member(member).get(URL)) == expected
    rui = f"{URL}{sunrise.rui.pk}/"
    assert as_member(sunrise.max).get(rui).json()["email"] == "rui@sunrise.test"
    for other in (sunrise.rosa, sunrise.mona, moonlight.olga):
        assert problem(as_member(other).get(rui)) == (404, "not_found")
    assert problem(as_member(None).get(URL)) == (401, "not_signed_in")


def test_members_are_filtered(sunrise: Company, as_member: SignIn) -> None:
    """By name, role, team, subtree, and whether they have left."""
    Member.objects.filter(pk=sunrise.rui.pk).update(left_on=NOON.date())
    client = as_member(sunrise.ada)
    north, root = sunrise.teams["North"].pk, sunrise.teams["Sunrise"].pk
    cases: tuple[tuple[dict[str, str | int], list[str]], ...] = (
        ({"name": "RO"}, ["Rosa"]),
        ({"role": "manager"}, ["Max", "Mona"]),
        ({"team": root}, ["Ada"]),
        ({"below": north}, ["Max", "Rosa", "Rui"]),
        ({"below": north, "serving": "true"}, ["Max", "Rosa"]),
        ({"serving": "false"}, ["Rui"]),
    )
    for query, expected in cases:
        assert names(client.get(URL, query)) == expected
    assert names(as_member(sunrise.max).get(URL, {"below": root})) == []
    for name, value in (("role", "boss"), ("team", "north"), ("below", str(10**30))):
        assert problem(client.get(URL, {name: value})) == (400, "invalid")


def test_the_list_comes_in_pages(sunrise: Company, as_member: SignIn) -> None:
    """Every member once, even where names are the same."""
    User.objects.filter(members__organisation=sunrise.organisation).update(name="Same")
    client = as_member(sunrise.ada)
    seen = []
    url: str | None = f"{URL}?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(member.pk for member in sunrise.members.values())


def test_a_manager_changes_a_member(sunrise: Company, as_member: SignIn) -> None:
    """What is sent changes, what is not stays; sending it again changes nothing."""
    client = as_member(sunrise.max)
    url = f"{URL}{sunrise.rosa.pk}/"
    body = {
        "role": "manager",
        "home": {"lon": 25.1, "lat": 60.3},
        "languages": ["fi", "sv-FI"],
        "hired_on": None,
    }
    for _ in range(2):
        answer = client.patch(url, body)
        assert answer.status_code == 200
        assert answer.json() == client.get(url).json()
        assert answer.json().items() >= {**body, "team_name": "North"}.items()
    assert client.patch(url, {"home": None}).json()["home"] is None
    found = Member.objects.get(pk=sunrise.rosa.pk)
    assert (found.home_lon, found.home_lat, found.role) == (None, None, Role.MANAGER)


def test_an_admin_moves_a_member(sunrise: Company, as_member: SignIn) -> None:
    """Into any team of the organisation."""
    body = {"team": sunrise.teams["South"].pk}
    answer = as_member(sunrise.ada).patch(f"{URL}{sunrise.rosa.pk}/", body)
    assert (answer.json()["team"], answer.json()["team_name"]) == (body["team"], "South")
    assert names(as_member(sunrise.mona).get(URL)) == ["Mona", "Rosa", "Sam"]


def test_a_rep_changes_the_own_home_and_languages(sunrise: Company, as_member: SignIn) -> None:
    """And nothing else: 403 for the rest, 404 for a colleague."""
    client = as_member(sunrise.rosa)
    own = f"{URL}{sunrise.rosa.pk}/"
    body = {"home": {"lon": 25.0, "lat": 60.0}, "languages": ["fi"]}
    assert client.patch(own, body).json().items() >= body.items()
    for change in (
        {"role": "admin"},
        {"hired_on": "2020-01-01"},
        {"team": sunrise.teams["North"].pk},
    ):
        assert problem(client.patch(own, change)) == (403, "not_allowed")
    assert problem(client.patch(f"{URL}{sunrise.rui.pk}/", body)) == (404, "not_found")
    found = Member.objects.get(pk=sunrise.rosa.pk)
    assert (found.role, found.hired_on) == (Role.REP, sunrise.rosa.hired_on)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "boss"},
        {"role": None},
        {"team": None},
        {"home": {"lon": 25.0}},
        {"home": {"lon": 181, "lat": 60}},
        {"home": {"lon": "nan", "lat": 60}},
        {"home": [25.0, 60.0]},
        {"languages": "fi"},
        {"languages": ["Finnish, please"]},
        {"languages": ["fi"] * 21},
        {"hired_on": "yesterday"},
    ],
)
def test_bad_input_is_refused(sunrise: Company, as_member: SignIn, change: dict[str, Any]) -> None:
    """400 with the field; nothing changes."""
    before = Member.objects.filter(pk=sunrise.rosa.pk).values().get()
    answer = as_member(sunrise.max).patch(f"{URL}{sunrise.rosa.pk}/", change)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == list(change)
    assert Member.objects.filter(pk=sunrise.rosa.pk).values().get() == before


def test_what_a_change_may_not_do(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """No manager makes admins, the last admin stays one, other teams and people are not found."""
    client = as_member(sunrise.max)
    rosa = f"{URL}{sunrise.rosa.pk}/"
    assert problem(client.patch(rosa, {"role": "admin"})) == (403, "not_allowed")
    assert problem(client.patch(rosa, {"team": sunrise.teams["South"].pk})) == (404, "not_found")
    assert problem(client.patch(f"{URL}{sunrise.sam.pk}/", {"home": None})) == (404, "not_found")
    ada = as_member(sunrise.ada)
    answer = ada.patch(f"{URL}{sunrise.ada.pk}/", {"role": "rep"})
    assert problem(answer) == (409, "member.last_admin")
    there = {"team": moonlight.teams["Moonlight"].pk}
    assert problem(ada.patch(rosa, there)) == (404, "not_found")
    assert problem(ada.patch(f"{URL}{moonlight.otto.pk}/", {"home": None})) == (404, "not_found")
    assert problem(as_member(None).patch(rosa, {"home": None})) == (401, "not_signed_in")


def end(member: Member) -> str:
    return f"{URL}{member.pk}/end-membership/"


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_manager_lets_a_member_go(sunrise: Company, as_member: SignIn) -> None:
    """The day and the reason are kept; a replay is the same; another day is a conflict."""
    client, hers = as_member(sunrise.max), as_member(sunrise.rosa)
    assert hers.get(URL).status_code == 200
    body = {"left_on": today(), "reason": "Back to school"}
    for _ in range(2):
        answer = client.post(end(sunrise.rosa), body)
        assert answer.status_code == 200
        assert answer.json().items() >= {
            "id": sunrise.rosa.pk, "left_on": today(), "left_reason": "Back to school",
        }.items()  # fmt: skip
    assert problem(hers.get(URL)) == (401, "not_signed_in")
    earlier = {"left_on": "2026-05-02"}
    assert problem(client.post(end(sunrise.rosa), earlier)) == (409, "member.has_left")
    answer = client.patch(f"{URL}{sunrise.rosa.pk}/", {"home": None})
    assert problem(answer) == (409, "member.has_left")


def test_a_last_day_that_cannot_be(sunrise: Company, as_member: SignIn) -> None:
    """400 for no date, 422 for one before the first day or in the future."""
    client = as_member(sunrise.max)
    for body in ({}, {"left_on": "soon"}, {"left_on": today(), "reason": "x" * 201}):
        assert problem(client.post(end(sunrise.rosa), body)) == (400, "invalid")
    later = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    for day in ("2026-04-30", later):
        answer = client.post(end(sunrise.rosa), {"left_on": day})
        assert problem(answer) == (422, "member.dates_invalid")
    assert Member.objects.serving().filter(pk=sunrise.rosa.pk).exists()


def test_who_lets_nobody_go(sunrise: Company, moonlight: Company, as_member: SignIn) -> None:
    """A rep not even themselves; the last admin stays; others are not found."""
    body = {"left_on": today()}
    for actor, member, expected in (
        (sunrise.rosa, sunrise.rosa, (403, "not_allowed")),
        (sunrise.rosa, sunrise.rui, (404, "not_found")),
        (sunrise.mona, sunrise.rosa, (404, "not_found")),
        (moonlight.olga, sunrise.rosa, (404, "not_found")),
        (sunrise.max, sunrise.ada, (404, "not_found")),
        (sunrise.ada, sunrise.ada, (409, "member.last_admin")),
        (None, sunrise.rosa, (401, "not_signed_in")),
    ):
        assert problem(as_member(actor).post(end(member), body)) == expected
    assert Member.objects.serving().count() == 8


def test_members_come_by_invitation(sunrise: Company, as_member: SignIn) -> None:
    """405 for POST on the list, and for DELETE: history hangs on every member."""
    client = as_member(sunrise.ada)
    assert problem(client.post(URL, {})) == (405, "method_not_allowed")
    answer = client.delete(f"{URL}{sunrise.rosa.pk}/")
    assert problem(answer) == (405, "method_not_allowed")


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, names and teams included."""
    for number in range(60):
        Member.objects.create(
            organisation=sunrise.organisation, role=Role.REP, team=sunrise.teams["North"],
            user=User.objects.create_user(f"rep{number}@sunrise.test", name="Rep"),
        )  # fmt: skip
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 63
