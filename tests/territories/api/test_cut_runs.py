"""GET and POST /api/v1/cut-runs/, GET /api/v1/cut-runs/{id}/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from territories.models import CutRun
from territories.tasks import cut_territories
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.boundary_files import boxed, brought_in
from tests.territories.town import done_cut, settle

URL = "/api/v1/cut-runs/"
WISH = {"name": "Spring", "criteria": {"territories": 2}}


def test_a_manager_asks_for_a_cut_and_polls_it(sunrise: Company, as_member: SignIn) -> None:
    """202 with a queued run; when the worker is through, the same address shows the result."""
    settle(sunrise.organisation)
    client = as_member(sunrise.max)
    criteria = {"bbox": [24, 60, 25, 61], "uses": ["home"], "cities": ["Hill"], "target_minutes": 9}
    answer = client.post(URL, {"name": "Spring", "criteria": {**criteria, "door_s": 60}})
    assert answer.status_code == 202
    run = answer.json()
    assert run["state"] == "queued"
    assert run["criteria"] == {
        **criteria, "territories": None, "door_s": 60, "keep": None, "locked": [],
        "boundaries": None, "barriers": True, "least_minutes": None, "most_minutes": None,
        "seed": 0,
    }  # fmt: skip
    cut_territories(run["id"])
    done = client.get(f"{URL}{run['id']}/").json()
    assert (done["state"], done["error"], done["status"]) == ("done", None, "proposed")
    assert done["result"]["doors"] == 20
    assert done["progress"]["done"] == done["progress"]["total"]
    assert (done["name"], done["requested_by"]) == ("Spring", sunrise.max.pk)
    assert list(done) == [
        "id", "state", "progress", "result", "error", "requested_by", "created_at", "started_at",
        "finished_at", "cancelled_by", "name", "criteria", "status", "published_at", "supersedes",
        "version", "data_version",
    ]  # fmt: skip


def test_a_failed_cut_says_why(sunrise: Company, as_member: SignIn) -> None:
    """The code is for programs, the message for people."""
    cut = done_cut(sunrise)
    run = as_member(sunrise.max).get(f"{URL}{cut.pk}/").json()
    assert run["state"] == "failed"
    assert run["error"]["code"] == "cut.no_doors"
    assert run["error"]["message"].startswith("No door meets the criteria.")


def test_a_manager_cuts_anew_from_an_older_cut(sunrise: Company, as_member: SignIn) -> None:
    """The result shows what would move before anything is published."""
    settle(sunrise.organisation)
    old = done_cut(sunrise)
    client = as_member(sunrise.max)
    wish = {"keep": old.pk, "locked": [1], "seed": 3, "most_minutes": 500}
    run = client.post(URL, {"name": "Again", "criteria": wish}).json()
    cut_territories(run["id"])
    done = client.get(f"{URL}{run['id']}/").json()
    assert (done["state"], done["result"]["moves"]["stays_share"]) == ("done", 1.0)
    assert (done["criteria"]["keep"], done["criteria"]["locked"]) == (old.pk, [1])


def test_another_companys_cut_is_not_kept(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """A 404, as for one that is not there; a malformed one is a 400."""
    settle(moonlight.organisation)
    client = as_member(sunrise.max)
    for keep in (done_cut(moonlight).pk, 10**9):
        answer = client.post(URL, {"name": "Again", "criteria": {"keep": keep}})
        assert problem(answer) == (404, "not_found")
    answer = client.post(URL, {"name": "Again", "criteria": {"keep": "the old one"}})
    assert problem(answer) == (400, "invalid")


def test_a_repeated_request_is_the_same_run(sunrise: Company, as_member: SignIn) -> None:
    """A double click does not cut twice."""
    client = as_member(sunrise.max)
    first, second = (client.post(URL, WISH).json()["id"] for _ in range(2))
    assert first == second
    assert CutRun.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "", "criteria": {"territories": 2}}, "name"),
        ({"name": "x" * 121, "criteria": {"territories": 2}}, "name"),
        ({"name": "Spring"}, "criteria"),
        ({"name": "Spring", "criteria": {"territories": "two"}}, "criteria"),
        ({"name": "Spring", "criteria": {"territories": 2, "bbox": [1, 2]}}, "criteria"),
        ({"name": "Spring", "criteria": {"territories": 2, "uses": ["castle"]}}, "criteria"),
    ],
)
def test_a_malformed_wish_is_refused(
    sunrise: Company, as_member: SignIn, body: dict[str, Any], field: str
) -> None:
    """A 400 that names the field; nothing is queued."""
    answer = as_member(sunrise.max).post(URL, body)
    assert problem(answer) == (400, "invalid")
    assert field in answer.json()["errors"]
    assert not CutRun.objects.exists()


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"territories": 2, "target_minutes": 60},
        {"territories": 0},
        {"territories": 2, "door_s": 0},
        {"territories": 2, "bbox": [25, 60, 24, 61]},
    ],
)
def test_an_impossible_wish_is_refused(
    sunrise: Company, as_member: SignIn, criteria: dict[str, Any]
) -> None:
    """A 422 with the code for it; nothing is queued."""
    answer = as_member(sunrise.max).post(URL, {"name": "Spring", "criteria": criteria})
    assert problem(answer) == (422, "cut.criteria_invalid")
    assert not CutRun.objects.exists()


def test_lists_show_the_newest_first_and_filter(sunrise: Company, as_member: SignIn) -> None:
    """By state and by status."""
    failed = done_cut(sunrise)
    settle(sunrise.organisation)
    done = done_cut(sunrise)
    client = as_member(sunrise.ada)

    def ids(**query: str) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [done.pk, failed.pk]
    assert ids(state="done") == [done.pk]
    assert ids(status="published") == []


def test_reps_have_no_cuts(sunrise: Company, as_member: SignIn) -> None:
    """A 403 for reading and for asking."""
    cut = done_cut(sunrise)
    client = as_member(sunrise.rosa)
    for answer in (client.get(URL), client.get(f"{URL}{cut.pk}/"), client.post(URL, WISH)):
        assert problem(answer) == (403, "not_allowed")
    assert CutRun.objects.count() == 1


def test_another_companys_cuts_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """An empty list and a 404."""
    cut = done_cut(sunrise)
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == 0
    assert problem(client.get(f"{URL}{cut.pk}/")) == (404, "not_found")


def test_nobody_has_no_cuts(db: None, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    assert as_member(None).get(URL).status_code == 401
    assert as_member(None).post(URL, WISH).status_code == 401


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    for _ in range(4):
        done_cut(sunrise)
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 4


def test_boundaries_are_respected_on_request_and_their_price_is_told(
    sunrise: Company, as_member: SignIn
) -> None:
    """Wards of two streets and of three: two territories end there, a fifth off, and it is said."""
    settle(sunrise.organisation, streets=5)
    brought_in(sunrise.max, boxed("Small", 0, 0, 9, 1), boxed("Large", 0, 2, 9, 4), dataset="wards")
    client = as_member(sunrise.max)
    wish = {"territories": 2, "boundaries": {"dataset": "wards"}}
    run = client.post(URL, {"name": "Wards", "criteria": wish}).json()
    cut_territories(run["id"])
    told = client.get(f"{URL}{run['id']}/").json()["result"]
    price = told["boundaries"]
    assert (price["areas"], price["doors_outside"]) == (2, 0)
    assert price["imbalance"] == pytest.approx(0.2, abs=0.02)
    assert price["imbalance_without"] < 0.1
    assert {one["reason"] for one in told["exceptions_listed"]} == {"boundaries"}
    rows = client.get("/api/v1/territories/", {"cut": run["id"]}).json()["results"]
    assert sorted(row["door_count"] for row in rows) == [20, 30]
    unknown = {"territories": 2, "boundaries": {"dataset": "parishes"}}
    answer = client.post(URL, {"name": "Parishes", "criteria": unknown})
    assert problem(answer) == (422, "cut.criteria_invalid")
