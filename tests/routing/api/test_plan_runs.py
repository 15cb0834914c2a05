"""GET and POST /api/v1/plan-runs/, GET /api/v1/plan-runs/{id}/."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Shift
from common.runs import RunState
from routing.models import PlanRun, Route
from routing.tasks import plan_shift
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW
from tests.cast import Company
from tests.routing.world import Town, planned

URL = "/api/v1/plan-runs/"
NAMES = ("ada", "max", "rosa", "rui", "mona", "sam")


@pytest.fixture
def shift(hill: Town) -> Shift:
    """Rosa's shift of today."""
    return hill.shift(hill.company.rosa)


def test_a_manager_asks_for_a_plan_and_polls_it(
    hill: Town, shift: Shift, as_member: SignIn
) -> None:
    """202 with a queued run; when the worker is through, its result names the route."""
    client = as_member(hill.company.max)
    answer = client.post(URL, {"shift": shift.pk, "seed": 3, "seconds": 0.2})
    assert answer.status_code == 202
    run = answer.json()
    assert run == {
        "id": run["id"],
        "state": "queued",
        "progress": {"done": 0, "total": 0},
        "result": {},
        "error": None,
        "requested_by": hill.company.max.pk,
        "created_at": "2026-06-10T18:00:00Z",
        "started_at": None,
        "finished_at": None,
        "cancelled_by": None,
        "shift": shift.pk,
        "seed": 3,
        "seconds": 0.2,
        "from_at": None,
        "from_lon": None,
        "from_lat": None,
    }
    plan_shift(run["id"])
    done = client.get(f"{URL}{run['id']}/").json()
    assert (done["state"], done["error"]) == ("done", None)
    assert done["result"] == {
        "route": Route.objects.get().pk,
        "stops": 10,
        "doors": 10,
        "doors_left_out": 0,
        "callbacks_missed": 0,
    }


def test_a_second_and_seed_0_are_what_nobody_needs_to_say(
    hill: Town, shift: Shift, as_member: SignIn
) -> None:
    """The shift is enough."""
    run = as_member(hill.company.max).post(URL, {"shift": shift.pk}).json()
    assert (run["seed"], run["seconds"]) == (0, 1.0)


def test_a_failed_plan_says_why(hill: Town, as_member: SignIn) -> None:
    """The code is for programs, the message for people."""
    shift = hill.shift(hill.company.rosa, minutes=1, end=(24.94, 61.0))
    planned(shift)
    (run,) = as_member(hill.company.rosa).get(URL).json()["results"]
    assert run["state"] == "failed"
    assert run["error"]["code"] == "plan.shift_too_short"
    assert run["error"]["message"].startswith("The shift is shorter than the walk")


def test_a_repeated_request_is_the_run_under_way(
    hill: Town, shift: Shift, as_member: SignIn
) -> None:
    """A double click, and the rep after the manager, do not plan twice."""
    clients = [as_member(member) for member in (hill.company.max, hill.company.max, shift.member)]
    answers = [client.post(URL, {"shift": shift.pk}) for client in clients]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == PlanRun.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "shift"),
        ({"shift": None}, "shift"),
        ({"shift": "tomorrow's"}, "shift"),
        ({"shift": 2**63}, "shift"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**31}, "seed"),
        ({"seed": "x"}, "seed"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": 60.1}, "seconds"),
        ({"seconds": "nan"}, "seconds"),
        ({"seconds": "soon"}, "seconds"),
    ],
)
def test_a_malformed_wish_is_refused(
    hill: Town, shift: Shift, as_member: SignIn, body: dict[str, Any], field: str
) -> None:
    """A 400 that names the field; nothing is queued."""
    given = {"shift": shift.pk, **body} if body and field != "shift" else body
    answer = as_member(hill.company.max).post(URL, given)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert not PlanRun.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_who_may_ask(hill: Town, shift: Shift, as_member: SignIn, name: str) -> None:
    """The rep whose shift it is, the manager above and the admin; for others there is none."""
    answer = as_member(hill.company.members[name]).post(URL, {"shift": shift.pk})
    if name in ("ada", "max", "rosa"):
        assert answer.status_code == 202
    else:
        assert problem(answer) == (404, "not_found")
        assert not PlanRun.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_who_sees_a_run(hill: Town, shift: Shift, as_member: SignIn, name: str) -> None:
    """The same: in the list, and under its address."""
    run = PlanRun.objects.create(
        organisation=shift.organisation, shift=shift, created_at=NOW, sent_at=NOW
    )
    client = as_member(hill.company.members[name])
    answer = client.get(f"{URL}{run.pk}/")
    if name in ("ada", "max", "rosa"):
        assert answer.json()["id"] == run.pk
        assert client.get(URL).json()["count"] == 1
    else:
        assert problem(answer) == (404, "not_found")
        assert client.get(URL).json()["count"] == 0


def test_another_companys_runs_and_shifts_do_not_exist(
    hill: Town, moonlight: Company, as_member: SignIn
) -> None:
    """An empty list, and a 404 for reading and for asking."""
    run = planned(hill.shift(hill.company.rosa))
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == 0
    assert problem(client.get(f"{URL}{run.pk}/")) == (404, "not_found")
    assert problem(client.post(URL, {"shift": run.shift_id})) == (404, "not_found")
    assert PlanRun.objects.count() == 1


def test_nobody_is_answered_nothing(shift: Shift, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    client = as_member(None)
    for answer in (client.get(URL), client.get(f"{URL}1/"), client.post(URL, {"shift": shift.pk})):
        assert problem(answer) == (401, "not_signed_in")


def test_runs_are_neither_changed_nor_deleted(hill: Town, shift: Shift, as_member: SignIn) -> None:
    """Not even by an admin."""
    run = planned(shift)
    client = as_member(hill.company.ada)
    for call in (client.put, client.patch, client.delete):
        assert problem(call(f"{URL}{run.pk}/")) == (405, "method_not_allowed")


def test_the_list_shows_the_newest_first_and_filters(hill: Town, as_member: SignIn) -> None:
    """By shift, campaign, member, day and state."""
    rosas, sams = planned(hill.shift(hill.company.rosa)), planned(hill.shift(hill.company.sam))
    PlanRun.objects.filter(pk=sams.pk).update(state=RunState.FAILED)
    client = as_member(hill.company.ada)

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [sams.pk, rosas.pk]
    assert ids(shift=rosas.shift_id) == ids(member=hill.company.rosa.pk) == [rosas.pk]
    assert ids(state="failed") == [sams.pk]
    assert ids(campaign=hill.campaign.pk, day="2026-06-10") == [sams.pk, rosas.pk]
    assert ids(campaign=hill.campaign.pk + 1) == ids(day="2026-06-11") == []


@pytest.mark.parametrize("query", [{"shift": "x"}, {"day": "today"}, {"state": "lost"}])
def test_a_malformed_filter_is_refused(
    hill: Town, as_member: SignIn, query: dict[str, str]
) -> None:
    """A 400 that names it."""
    answer = as_member(hill.company.ada).get(URL, query)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == list(query)


def test_the_list_takes_a_bounded_number_of_queries(
    hill: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    for member in (hill.company.rosa, hill.company.rui, hill.company.sam):
        planned(hill.shift(member))
    client = as_member(hill.company.ada)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 3
