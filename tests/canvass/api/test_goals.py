"""Goals, what was reached of them, and dated prices over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.campaigns import add_product
from canvass.models import Goal, ProductPrice
from canvass.prices import price_on
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import TODAY, Town, record
from tests.cast import Company

URL, REPORT = "/api/v1/goals/", "/api/v1/reports/goals/"


def body(town: Town, **fields: Any) -> dict[str, Any]:
    plain = {"figure": "demos", "starts_on": "2026-06-01", "per_day": 30}
    return {"campaign": town.campaign.pk, **plain, **fields}


def test_goals_and_what_was_reached(town: Town, as_member: SignIn) -> None:
    """One's own goal before everybody's, the latest before earlier ones; a rep sees the own."""
    manager = as_member(town.company.ada)
    assert manager.post(URL, body(town)).status_code == 200
    manager.post(URL, body(town, member=town.company.rosa.pk, per_day=12))
    manager.post(URL, body(town, starts_on="2026-06-09", per_day=20))
    manager.post(URL, body(town, starts_on="2026-06-11", per_day=99))
    record(town.company.rosa, town.visit(town.north[0], "demo"))
    record(town.company.rosa, town.visit(town.north[1], "sale"))
    record(town.company.rosa, town.visit(town.north[2], "refused"))
    query = {"campaign": str(town.campaign.pk), "day": TODAY.isoformat()}
    told = manager.get(REPORT, query).json()
    seen = [(row["name"], row["figure"], row["per_day"], row["reached"]) for row in told]
    assert seen == [
        ("Rosa", "demos", 12, 2),
        ("Rui", "demos", 20, 0),
        ("Sam", "demos", 20, 0),
    ]
    assert [row["name"] for row in as_member(town.company.sam).get(REPORT, query).json()] == ["Sam"]
    assert as_member(town.company.sam).get(URL).json()["count"] == 3


def test_setting_a_goal_again_changes_it(town: Town, as_member: SignIn) -> None:
    """For the same day and figure there is one."""
    client = as_member(town.company.max)
    first = client.post(URL, body(town)).json()
    second = client.post(URL, body(town, per_day=25)).json()
    assert (first["id"], second["per_day"]) == (second["id"], 25)
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"figure": "dreams"}, (400, "invalid")),
        ({"per_day": -1}, (400, "invalid")),
        ({"starts_on": "0001-01-01"}, (400, "invalid")),
        ({"starts_on": "2026-09-01"}, (422, "goal.invalid")),
        ({"campaign": 10**9}, (404, "not_found")),
        ({"member": 10**9}, (404, "not_found")),
    ],
)
def test_a_bad_goal_is_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With its code, and none is set."""
    assert problem(as_member(town.company.max).post(URL, body(town, **fields))) == expected
    assert not Goal.objects.exists()


def test_who_sets_goals(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. A manager of another team's rep, another company: 404. Nobody: 401."""
    assert problem(as_member(town.company.rosa).post(URL, body(town))) == (403, "not_allowed")
    theirs = body(town, member=town.company.sam.pk)
    assert problem(as_member(town.company.max).post(URL, theirs)) == (404, "not_found")
    assert problem(as_member(moonlight.olga).post(URL, body(town))) == (404, "not_found")
    query = {"campaign": str(town.campaign.pk), "day": "2026-06-10"}
    assert problem(as_member(moonlight.olga).get(REPORT, query)) == (404, "not_found")
    assert problem(as_member(None).post(URL, body(town)))[0] == 401


def test_the_report_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The campaign, the goals, the people, the figures."""
    client = as_member(town.company.ada)
    client.post(URL, body(town))
    with django_assert_max_num_queries(SIGNED_IN + 4):
        client.get(REPORT, {"campaign": str(town.campaign.pk), "day": "2026-06-10"})


def test_prices_from_a_day_on(town: Town, as_member: SignIn) -> None:
    """The product's own until the first dated one; again on a day changes what was said."""
    product = add_product(
        actor=town.company.ada, campaign=town.campaign, code="a", name="Atlas", price_minor=4900
    )
    client, url = as_member(town.company.max), f"/api/v1/products/{product.pk}/prices/"
    for day, price in (("2026-07-01", 1), ("2026-06-15", 4500), ("2026-07-01", 5000)):
        answer = client.post(url, {"starts_on": day, "price_minor": price})
    assert answer.status_code == 200
    assert answer.json()["prices"] == [
        {"starts_on": "2026-06-15", "price_minor": 4500},
        {"starts_on": "2026-07-01", "price_minor": 5000},
    ]
    days = (date(2026, 6, 14), date(2026, 6, 15), date(2026, 6, 30), date(2026, 7, 1))
    assert [price_on(product, day) for day in days] == [4900, 4500, 4500, 5000]


def test_who_sets_prices(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Nothing negative; a rep: 403; another company: 404; nothing is stored."""
    product = add_product(
        actor=town.company.ada, campaign=town.campaign, code="a", name="Atlas", price_minor=4900
    )
    url, good = f"/api/v1/products/{product.pk}/prices/", {"starts_on": "2026-07-01"}
    bad = as_member(town.company.max).post(url, {**good, "price_minor": -1})
    assert problem(bad) == (400, "invalid")
    good["price_minor"] = "1"
    assert problem(as_member(town.company.rosa).post(url, good)) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).post(url, good)) == (404, "not_found")
    assert not ProductPrice.objects.exists()
