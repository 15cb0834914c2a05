"""GET /api/v1/reports/funnel/."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, Town, record
from tests.cast import Company

URL = "/api/v1/reports/funnel/"


@pytest.fixture
def worked(town: Town) -> Town:
    """Rosa had nobody home yesterday, gave a demo and sold today; Sam was refused today."""
    rosa, yesterday = town.company.rosa, NOW - timedelta(days=1)
    record(rosa, town.visit(town.north[0], occurred_at=yesterday))
    record(rosa, town.visit(town.north[0], "demo"))
    record(rosa, town.visit(town.north[1], "sale"))
    record(town.company.sam, town.visit(town.south[0], "refused"))
    return town


def ask(town: Town, **more: Any) -> dict[str, Any]:
    return {"campaign": town.campaign.pk, **more}


def group(label: str, *figures: int, key: object = None) -> dict[str, Any]:
    """A row as the answer has it: visits, doors, contacts, demos, sales, and their rates."""
    visits, doors, contacts, demos, sales = figures
    return {
        "key": None if key is None else str(key),
        "label": label,
        "visits": visits,
        "doors": doors,
        "contacts": contacts,
        "demos": demos,
        "sales": sales,
        "contact_rate": contacts / visits if visits else None,
        "demo_rate": demos / contacts if contacts else None,
        "close_rate": sales / demos if demos else None,
        "sale_rate": sales / visits if visits else None,
    }


TOTAL = group("Total", 4, 3, 3, 2, 1)


def test_the_whole_funnel(worked: Town, as_member: SignIn) -> None:
    """Without a grouping, the total alone."""
    answer = as_member(worked.company.ada).get(URL, ask(worked))
    assert answer.status_code == 200
    assert answer.json() == {"rows": [], "total": TOTAL}


def test_each_way_to_group_it(worked: Town, as_member: SignIn) -> None:
    """Every one with the same total; keys are text."""
    company = worked.company
    expected = {
        "rep": [
            group("Rosa", 3, 2, 2, 2, 1, key=company.rosa.pk),
            group("Sam", 1, 1, 1, 0, 0, key=company.sam.pk),
        ],
        "territory": [
            group("Territory 1", 3, 2, 2, 2, 1, key=worked.territory(1).pk),
            group("Territory 2", 1, 1, 1, 0, 0, key=worked.territory(2).pk),
        ],
        "day": [
            group("2026-06-09", 1, 1, 0, 0, 0, key="2026-06-09"),
            group("2026-06-10", 3, 3, 3, 2, 1, key="2026-06-10"),
        ],
        "outcome": [
            group("Nobody home", 1, 1, 0, 0, 0, key="no_answer"),
            group("Demonstration given", 1, 1, 1, 1, 0, key="demo"),
            group("Sold", 1, 1, 1, 1, 1, key="sale"),
            group("Refused to talk", 1, 1, 1, 0, 0, key="refused"),
        ],
    }
    client = as_member(company.ada)
    for by, rows in expected.items():
        assert client.get(URL, ask(worked, by=by)).json() == {"rows": rows, "total": TOTAL}


def test_days_limit_rows_and_total(worked: Town, as_member: SignIn) -> None:
    """From a local day on, until before another."""
    client = as_member(worked.company.ada)
    for days, visits in (
        ({"from": "2026-06-10"}, 3),
        ({"to": "2026-06-10"}, 1),
        ({"from": "2026-06-09", "to": "2026-06-10"}, 1),
        ({"from": "2026-06-11"}, 0),
        ({"from": "2000-01-01", "to": "2099-12-31"}, 4),
    ):
        body = client.get(URL, ask(worked, by="rep", **days)).json()
        assert body["total"]["visits"] == sum(row["visits"] for row in body["rows"]) == visits


def test_who_sees_what(worked: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps their own visits, managers the subtree's, admins all; others find no campaign."""
    company = worked.company
    for member, visits in (
        (company.ada, 4),
        (company.max, 3),
        (company.mona, 1),
        (company.rosa, 3),
        (company.rui, 0),
    ):
        body = as_member(member).get(URL, ask(worked, by="day")).json()
        assert body["total"]["visits"] == sum(row["visits"] for row in body["rows"]) == visits
    for stranger in moonlight.members.values():
        answer = as_member(stranger).get(URL, ask(worked))
        assert problem(answer) == (404, "not_found")
        assert answer.json()["field"] == "campaign"
    assert problem(as_member(None).get(URL, ask(worked)))[0] == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"campaign": ""}, "campaign"),
        ({"campaign": "summer"}, "campaign"),
        ({"campaign": 10**30}, "campaign"),
        ({"by": "street"}, "by"),
        ({"from": "today"}, "from"),
        ({"from": "2026-06-10T00:00:00Z"}, "from"),
        ({"from": "1999-12-31"}, "from"),
        ({"to": "2100-01-01"}, "to"),
        ({"to": "0001-01-01"}, "to"),
        ({"from": "2026-06-10", "to": "2026-06-10"}, "to"),
        ({"from": "2026-06-10", "to": "2026-06-09"}, "to"),
    ],
)
def test_bad_input_is_refused(
    worked: Town, as_member: SignIn, query: dict[str, Any], field: str
) -> None:
    """A 400 that names the parameter."""
    answer = as_member(worked.company.ada).get(URL, ask(worked, **query))
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


def test_a_campaign_is_needed(worked: Town, as_member: SignIn) -> None:
    """400 without one, 404 for one that nobody has."""
    client = as_member(worked.company.ada)
    answer = client.get(URL)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["campaign"]
    assert problem(client.get(URL, {"campaign": 10**9})) == (404, "not_found")


def test_a_report_is_only_read(worked: Town, as_member: SignIn) -> None:
    """405 for everything else."""
    client = as_member(worked.company.ada)
    for answer in (client.post(URL, {}), client.put(URL, {}), client.delete(URL)):
        assert problem(answer)[0] == 405


@pytest.mark.parametrize("by", ["rep", "territory", "day", "outcome"])
def test_it_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries, by: str
) -> None:
    """The campaign, the groups and the total, for any number of groups."""
    for number in range(3, 13):
        (door,) = world.place(town.cut, number, 1)
        at = NOW - timedelta(days=number)
        record(town.company.max, town.visit(door, "demo", occurred_at=at))
    client = as_member(town.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert client.get(URL, ask(town, by=by)).json()["total"]["visits"] == 10
