"""POST /api/v1/plan-runs/plan-day/."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from routing.models import PlanRun
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import TODAY
from tests.cast import Company
from tests.routing.world import Town

URL = "/api/v1/plan-runs/plan-day/"


def wish(town: Town, **changes: Any) -> dict[str, Any]:
    return {"campaign": town.campaign.pk, "day": TODAY.isoformat(), **changes}


def test_an_admin_plans_a_day(hill: Town, as_member: SignIn) -> None:
    """202 with a queued run for each shift of the day, all at once, without pages."""
    shifts = [hill.shift(member) for member in (hill.company.rosa, hill.company.sam)]
    hill.shift(hill.company.rosa, TODAY + timedelta(days=1))
    answer = as_member(hill.company.ada).post(URL, wish(hill))
    assert answer.status_code == 202
    runs = answer.json()
    assert [(run["shift"], run["state"], run["requested_by"]) for run in runs] == [
        (shift.pk, "queued", hill.company.ada.pk) for shift in shifts
    ]
    assert PlanRun.objects.count() == 2


def test_a_repeated_request_is_the_runs_under_way(hill: Town, as_member: SignIn) -> None:
    """A double click does not plan twice."""
    hill.shift(hill.company.rosa)
    client = as_member(hill.company.ada)
    first, second = (client.post(URL, wish(hill)) for _ in range(2))
    assert first.json() == second.json()
    assert PlanRun.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("ada", ["rosa", "rui", "sam"]),
        ("max", ["rosa", "rui"]),
        ("mona", ["sam"]),
        ("rosa", ["rosa"]),
    ],
)
def test_everybody_plans_what_they_see(
    hill: Town, as_member: SignIn, name: str, members: list[str]
) -> None:
    """A manager the subtree's shifts, a rep their own."""
    shifts = {member: hill.shift(hill.company.members[member]) for member in ("rosa", "rui", "sam")}
    runs = as_member(hill.company.members[name]).post(URL, wish(hill)).json()
    assert [run["shift"] for run in runs] == [shifts[member].pk for member in members]
    assert PlanRun.objects.count() == len(members)


def test_a_day_without_shifts_is_refused(hill: Town, as_member: SignIn) -> None:
    """A 422 that says what to do first; also where only others have shifts."""
    hill.shift(hill.company.rosa)
    other_day = wish(hill, day="2026-06-11")
    assert problem(as_member(hill.company.ada).post(URL, other_day)) == (422, "plan.no_shifts")
    assert problem(as_member(hill.company.sam).post(URL, wish(hill))) == (422, "plan.no_shifts")
    assert not PlanRun.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"campaign": None}, "campaign"),
        ({"campaign": "summer"}, "campaign"),
        ({"day": None}, "day"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "today"}, "day"),
    ],
)
def test_a_malformed_wish_is_refused(
    hill: Town, as_member: SignIn, changes: dict[str, Any], field: str
) -> None:
    """A 400 that names the field."""
    hill.shift(hill.company.rosa)
    answer = as_member(hill.company.ada).post(URL, wish(hill, **changes))
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert not PlanRun.objects.exists()


def test_another_companys_campaign_does_not_exist(
    hill: Town, moonlight: Company, as_member: SignIn
) -> None:
    """A 404, and nothing is planned."""
    hill.shift(hill.company.rosa)
    assert problem(as_member(moonlight.olga).post(URL, wish(hill))) == (404, "not_found")
    assert not PlanRun.objects.exists()


def test_nobody_plans_nothing(hill: Town, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    assert problem(as_member(None).post(URL, wish(hill))) == (401, "not_signed_in")


def test_a_day_takes_a_bounded_number_of_queries(
    hill: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The campaign, the shifts, and the runs before and after their insert, in a transaction."""
    for name in ("ada", "max", "mona", "rosa", "rui", "sam"):
        hill.shift(hill.company.members[name])
    client = as_member(hill.company.ada)
    with django_assert_max_num_queries(SIGNED_IN + 9):
        assert len(client.post(URL, wish(hill)).json()) == 6
