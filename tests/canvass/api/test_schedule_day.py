"""POST /api/v1/shifts/schedule-day/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member, Role, User
from canvass.models import Campaign, Shift
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import Town
from tests.cast import Company

URL = "/api/v1/shifts/schedule-day/"


def body(town: Town, **fields: Any) -> dict[str, Any]:
    return {"campaign": town.campaign.pk, "day": "2026-06-10", **fields}


def test_a_day_is_scheduled(town: Town, as_member: SignIn) -> None:
    """200 with everybody's shift, by name, each as the list shows it."""
    client = as_member(town.company.ada)
    answer = client.post(URL, body(town))
    assert answer.status_code == 200
    assert [row["member_name"] for row in answer.json()] == ["Rosa", "Sam"]
    for row in answer.json():
        assert row == client.get(f"/api/v1/shifts/{row['id']}/").json()
        assert (row["day"], row["starts_at"]) == ("2026-06-10", "2026-06-10T20:00:00Z")


def test_a_replay_answers_the_same_shifts(town: Town, as_member: SignIn) -> None:
    """Nothing is scheduled twice."""
    client = as_member(town.company.ada)
    first, second = (client.post(URL, body(town)) for _ in range(2))
    assert second.json() == first.json()
    assert Shift.objects.count() == 2


def test_managers_schedule_their_subtree(town: Town, as_member: SignIn) -> None:
    """Max the north's, Mona the south's."""
    for manager, name in ((town.company.max, "Rosa"), (town.company.mona, "Sam")):
        answer = as_member(manager).post(URL, body(town))
        assert [row["member_name"] for row in answer.json()] == [name]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"campaign": None}, (400, "invalid")),
        ({"campaign": "summer"}, (400, "invalid")),
        ({"campaign": 10**9}, (404, "not_found")),
        ({"day": None}, (400, "invalid")),
        ({"day": "today"}, (400, "invalid")),
        ({"day": "2026-09-01"}, (422, "shift.outside_campaign")),
        ({"day": "9999-12-31"}, (422, "shift.outside_campaign")),
    ],
)
def test_bad_input_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """400 for what is malformed, 404 for what is not there, 422 for what cannot be."""
    assert problem(as_member(town.company.ada).post(URL, body(town, **fields))) == expected
    assert not Shift.objects.exists()


def test_a_campaign_without_a_cut_is_refused(town: Town, as_member: SignIn) -> None:
    """409: give it a cut first."""
    Campaign.objects.update(cut=None)
    answer = as_member(town.company.ada).post(URL, body(town))
    assert problem(answer) == (409, "campaign.no_cut")


def test_hours_that_the_day_does_not_have_are_refused(town: Town, as_member: SignIn) -> None:
    """422: the clocks skip the whole shift."""
    Campaign.objects.update(starts_on="2026-01-01", shift_starts_at="02:15", shift_ends_at="03:15")
    answer = as_member(town.company.ada).post(URL, body(town, day="2026-03-08"))
    assert problem(answer) == (422, "shift.hours_invalid")


def test_who_may_not(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. Another company: 404. Nobody: 401."""
    assert problem(as_member(town.company.rosa).post(URL, body(town))) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).post(URL, body(town))) == (404, "not_found")
    assert problem(as_member(None).post(URL, body(town)))[0] == 401
    assert not Shift.objects.exists()


def test_it_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Twenty members without a home cost no query each."""
    for number in range(3, 23):
        rep = Member.objects.create(
            organisation=town.company.organisation,
            user=User.objects.create_user(f"{number}@sunrise.test", name=f"Rep {number}"),
            role=Role.REP,
            team=town.company.teams["North"],
        )
        world.place(town.cut, number, 1)
        world.assign(town.territory(number), rep)
    client = as_member(town.company.ada)
    with django_assert_max_num_queries(SIGNED_IN + 7):
        assert len(client.post(URL, body(town)).json()) == 22
