"""GET and POST /api/v1/assignments/, and POST /api/v1/assignments/{id}/end/."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from territories.models import Assignment, CutRun, Territory
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.town import MONDAY, done_cut, give, published_cut, settle, territory

URL = "/api/v1/assignments/"


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """A published cut of two territories."""
    settle(sunrise.organisation)
    return published_cut(sunrise)


def wish(place: Territory, member: Member, **fields: Any) -> dict[str, Any]:
    return {"territory": place.pk, "member": member.pk, "starts_on": "2026-06-01", **fields}


def test_a_manager_gives_a_territory(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """201 with the assignment, names included."""
    place = territory(cut)
    before = datetime.now(UTC)
    body = wish(place, sunrise.rosa, ends_on="2026-07-01")
    answer = as_member(sunrise.max).post(URL, body)
    assert answer.status_code == 201
    row = Assignment.objects.get()
    created_at = answer.json().pop("created_at")
    assert before <= datetime.fromisoformat(created_at) <= datetime.now(UTC)
    assert {**answer.json(), "created_at": None} == {
        "id": row.pk,
        "cut": cut.pk,
        "territory": place.pk,
        "territory_name": "Territory 1",
        "member": sunrise.rosa.pk,
        "member_name": "Rosa",
        "starts_on": "2026-06-01",
        "ends_on": "2026-07-01",
        "shared": False,
        "assigned_by": sunrise.max.pk,
        "created_at": None,
        "ended_at": None,
        "state": "active",
        "offered_back_at": None,
    }


def test_a_replay_answers_the_same_assignment(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """The second call is the first again."""
    client = as_member(sunrise.max)
    first, second = (client.post(URL, wish(territory(cut), sunrise.rosa)) for _ in range(2))
    assert first.json() == second.json()
    assert Assignment.objects.count() == 1


def test_a_conflict_names_what_is_in_the_way(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """409, with the assignments to look at; sharing on purpose goes through."""
    taken = give(sunrise, territory(cut), sunrise.rosa)
    client = as_member(sunrise.max)
    answer = client.post(URL, wish(territory(cut), sunrise.rui))
    assert problem(answer) == (409, "territory.taken")
    assert answer.json()["assignments"] == [taken.pk]
    assert client.post(URL, wish(territory(cut), sunrise.rui, shared=True)).status_code == 201


@pytest.mark.parametrize("field", ["territory", "member", "starts_on"])
def test_what_is_missing_is_named(
    sunrise: Company, as_member: SignIn, cut: CutRun, field: str
) -> None:
    """A 400 for each of the three that every assignment needs."""
    body = wish(territory(cut), sunrise.rosa)
    del body[field]
    answer = as_member(sunrise.max).post(URL, body)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"territory": "first"}, (400, "invalid")),
        ({"territory": None}, (400, "invalid")),
        ({"territory": 10**30}, (400, "invalid")),
        ({"territory": 10**9}, (404, "not_found")),
        ({"member": 10**9}, (404, "not_found")),
        ({"starts_on": "soon"}, (400, "invalid")),
        ({"ends_on": "2026-06-01"}, (422, "assignment.dates_invalid")),
    ],
)
def test_bad_input_is_refused(
    sunrise: Company,
    as_member: SignIn,
    cut: CutRun,
    change: dict[str, Any],
    expected: tuple[int, str],
) -> None:
    """400 for what is malformed, 404 for what is not there, 422 for what cannot be."""
    body = {**wish(territory(cut), sunrise.rosa), **change}
    assert problem(as_member(sunrise.max).post(URL, body)) == expected
    assert not Assignment.objects.exists()


def test_a_draft_is_not_worked_and_who_left_does_not_work(
    sunrise: Company, as_member: SignIn, cut: CutRun
) -> None:
    """409 for a proposal, 422 for a member who has left."""
    client = as_member(sunrise.max)
    answer = client.post(URL, wish(territory(done_cut(sunrise)), sunrise.rosa))
    assert problem(answer) == (409, "cut.not_published")
    Member.objects.filter(pk=sunrise.rosa.pk).update(left_on=MONDAY)
    answer = client.post(URL, wish(territory(cut), sunrise.rosa))
    assert problem(answer) == (422, "assignment.member_left")


def test_who_may_not_give(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """A rep: 403. Another team's member and another company's rows: 404. Nobody: 401."""
    place = territory(cut)
    for actor, member, expected in (
        (sunrise.rosa, sunrise.rosa, (403, "not_allowed")),
        (sunrise.max, sunrise.sam, (404, "not_found")),
        (sunrise.max, moonlight.otto, (404, "not_found")),
        (moonlight.olga, moonlight.otto, (404, "not_found")),
    ):
        assert problem(as_member(actor).post(URL, wish(place, member))) == expected
    assert as_member(None).post(URL, wish(place, sunrise.rosa)).status_code == 401
    assert not Assignment.objects.exists()


def test_who_sees_which_assignments(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Reps their own, managers the subtree's, admins all, others none; nobody gets a 401."""
    hers = give(sunrise, territory(cut, 1), sunrise.rosa)
    his = give(sunrise, territory(cut, 2), sunrise.sam)
    seen = {
        name: [row["id"] for row in as_member(member).get(URL).json()["results"]]
        for name, member in {**sunrise.members, **moonlight.members}.items()
    }
    assert seen == {
        "ada": [his.pk, hers.pk],
        "max": [hers.pk],
        "mona": [his.pk],
        "rosa": [hers.pk],
        "rui": [],
        "sam": [his.pk],
        "olga": [],
        "otto": [],
    }
    assert as_member(sunrise.rosa).get(f"{URL}{hers.pk}/").json()["id"] == hers.pk
    assert problem(as_member(sunrise.rosa).get(f"{URL}{his.pk}/")) == (404, "not_found")
    assert as_member(None).get(URL).status_code == 401


def test_assignments_are_filtered(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """By territory, cut, member, whether ended, and by day."""
    first = give(sunrise, territory(cut, 1), sunrise.rosa, ends_on=MONDAY + timedelta(days=7))
    second = give(sunrise, territory(cut, 2), sunrise.rui, starts_on=MONDAY + timedelta(days=7))
    client = as_member(sunrise.ada)
    client.post(f"{URL}{second.pk}/end/")

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids(territory=first.territory_id) == [first.pk]
    assert ids(cut=cut.pk) == [second.pk, first.pk]
    assert ids(cut=cut.pk + 1) == []
    assert ids(member=sunrise.rui.pk) == [second.pk]
    assert ids(ended="true") == [second.pk]
    assert ids(ended="false") == [first.pk]
    assert ids(on="2026-06-07") == [first.pk]
    assert ids(on="2026-06-08") == []
    assert problem(client.get(URL, {"on": "today"})) == (400, "invalid")


def test_a_manager_takes_a_territory_back(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """200 with the time; a replay answers the same time."""
    given = give(sunrise, territory(cut), sunrise.rosa)
    client = as_member(sunrise.max)
    first, second = (client.post(f"{URL}{given.pk}/end/") for _ in range(2))
    assert first.status_code == 200
    assert first.json()["ended_at"] is not None
    assert second.json() == first.json()


def test_who_may_not_take_back(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """A rep, even the own one: 403. Another team or company: 404. Nobody: 401."""
    given = give(sunrise, territory(cut), sunrise.rosa)
    url = f"{URL}{given.pk}/end/"
    assert problem(as_member(sunrise.rosa).post(url)) == (403, "not_allowed")
    assert problem(as_member(sunrise.mona).post(url)) == (404, "not_found")
    assert problem(as_member(moonlight.olga).post(url)) == (404, "not_found")
    assert as_member(None).post(url).status_code == 401
    given.refresh_from_db()
    assert given.ended_at is None


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, names included."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=10)
    for number in range(1, 11):
        give(sunrise, territory(cut, number), sunrise.rosa)
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 10


def test_a_rep_answers_an_offer_over_http(sunrise: Company, as_member: SignIn, cut: CutRun) -> None:
    """Accepted, finished, and refused when it is over; each with a state to read."""
    offer = wish(territory(cut), sunrise.rosa, offer=True)
    made = as_member(sunrise.max).post(URL, offer).json()
    assert made["state"] == "offered"
    client, url = as_member(sunrise.rosa), f"{URL}{made['id']}/"
    assert client.post(f"{url}accept/").json()["state"] in {"active", "accepted"}
    assert client.get(URL, {"state": "offered"}).json()["count"] == 0
    assert problem(client.post(f"{url}return/", {})) == (400, "invalid")
    assert client.post(f"{url}finish/").json()["state"] == "finished"
    again = client.post(f"{url}return/", {"reason": "Ill"})
    assert problem(again) == (409, "assignment.wrong_state")
    told = client.get(f"{url}history/").json()["results"]
    assert [row["change"] for row in told][::2] == ["offered", "finished"]
    assert problem(client.post(f"{url}keep/")) == (403, "not_allowed")


@pytest.mark.parametrize("step", ["accept", "return", "finish", "history"])
def test_what_is_not_ones_own_does_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun, step: str
) -> None:
    """For another rep, another subtree's manager, another company; 401 for nobody."""
    made = as_member(sunrise.max).post(URL, wish(territory(cut), sunrise.rosa, offer=True)).json()
    url = f"{URL}{made['id']}/{step}/"

    def answer(member: Member | None) -> Any:
        client = as_member(member)
        return client.get(url) if step == "history" else client.post(url, {"reason": "Ill"})

    for stranger in (sunrise.rui, sunrise.mona, moonlight.olga):
        assert problem(answer(stranger)) == (404, "not_found")
    assert answer(None).status_code == 401
