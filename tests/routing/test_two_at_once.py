"""Plans asked for and written at once, on a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from routing.models import PlanRun, Route
from routing.plans import request_day, request_plan
from routing.tasks import plan_shift
from tests.at_once import at_once
from tests.canvass.world import NOW, TODAY
from tests.routing.world import QUICK_S, Town

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("attempt", range(5))
def test_a_shift_that_two_ask_for_is_planned_once(hill: Town, attempt: int) -> None:
    """Rep and managers at once are all answered with the same run."""
    shift = hill.shift(hill.company.rosa)
    actors = (hill.company.rosa, hill.company.max, hill.company.ada)
    answers = at_once(
        *(lambda actor=actor: request_plan(actor=actor, shift=shift, now=NOW) for actor in actors)
    )
    assert len({run.pk for run in answers if isinstance(run, PlanRun)}) == 1
    assert PlanRun.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_days_that_overlap_are_planned_once(hill: Town, attempt: int) -> None:
    """The manager's part of the day and the admin's whole: a run for each shift, no deadlock."""
    company = hill.company
    for member in (company.rosa, company.rui, company.sam):
        hill.shift(member)
    answers = at_once(
        *(
            lambda actor=actor: request_day(actor=actor, campaign=hill.campaign, day=TODAY, now=NOW)
            for actor in (company.max, company.ada, company.mona)
        )
    )
    assert [len(runs) for runs in answers if isinstance(runs, list)] == [2, 3, 1]
    assert PlanRun.objects.count() == 3


def test_two_workers_with_the_same_message_write_one_route(hill: Town) -> None:
    """One claims the run, the other finds it taken."""
    shift = hill.shift(hill.company.rosa)
    run = request_plan(actor=hill.company.max, shift=shift, now=NOW, seconds=QUICK_S)
    at_once(lambda: plan_shift(run.pk), lambda: plan_shift(run.pk))
    assert Route.objects.get().plan_run == run
    run.refresh_from_db()
    assert run.attempt == 1


def test_a_worker_taken_for_dead_writes_nothing(hill: Town) -> None:
    """Both plan, as the first one's lease has run out; one route stands, the later attempt's."""
    shift = hill.shift(hill.company.rosa)
    run = request_plan(actor=hill.company.max, shift=shift, now=NOW, seconds=1.0)
    PlanRun.objects.claim(run.pk, NOW - timedelta(hours=1))
    at_once(lambda: plan_shift(run.pk), lambda: plan_shift(run.pk))
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("done", 2)
    assert Route.objects.get().plan_run == run
