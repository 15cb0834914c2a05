"""Workers that die or hang in the middle of a plan, as real processes on both kinds of broker."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from common.runs import RunState
from routing.models import PlanRun, Route
from routing.plans import request_plan
from tests.canvass.world import NOW
from tests.cast import Company
from tests.routing.test_pauses import HALF
from tests.routing.world import hill
from tests.workers import environment_of, own_redis, wait_until, worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

SEARCH_S = 4.0  # long enough to be caught in the middle

Environment = dict[str, str]


@pytest.fixture(params=["files", "redis"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Environment:
    """The environment of workers that share a broker of their own."""
    if request.param == "files":
        return environment_of(tmp_path, broker_url="")
    url = own_redis()
    if url is None:
        pytest.skip("TEST_REDIS_URL names no Redis; `make test` starts one")
    return environment_of(tmp_path, url)


@pytest.fixture
def run(sunrise: Company) -> PlanRun:
    """A plan asked for a long time ago, whose message got lost: the first sweep sends it.

    With a pause no plan can be proved to be the best, which would end the search early.
    """
    shift = hill(sunrise).shift(sunrise.rosa, pause=HALF)
    long_ago = NOW.replace(year=2020)
    return request_plan(actor=sunrise.rosa, shift=shift, now=long_ago, seconds=SEARCH_S)


def is_searching(run: PlanRun) -> Callable[[], bool]:
    """Whether the first attempt has shown progress: it is in the middle of its search."""
    rows = PlanRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempt=1)
    return rows.filter(progress_done__gt=0).exists


def has_ended(run: PlanRun) -> Callable[[], bool]:
    return PlanRun.objects.filter(pk=run.pk, state__in=[RunState.DONE, RunState.FAILED]).exists


def assert_planned_once(run: PlanRun) -> Route:
    """The run is done by its second attempt, and there is exactly one route."""
    run.refresh_from_db()
    assert (run.state, run.attempt, run.error_code) == (RunState.DONE, 2, "")
    route = Route.objects.get(shift=run.shift_id)
    assert (route.plan_run_id, route.is_current) == (run.pk, True)
    assert route.stops.count() == run.result["stops"] > 0
    return route


def test_a_killed_workers_plan_is_finished_by_another(
    environment: Environment, run: PlanRun, tmp_path: Path
) -> None:
    """SIGKILL in the middle of a plan costs the lease, and nothing else."""
    with worker(environment, tmp_path / "first.log") as first:
        wait_until(is_searching(run), "the first worker has begun")
        first.signal(signal.SIGKILL)
        first.process.wait()
    assert not Route.objects.exists()
    with worker(environment, tmp_path / "second.log"):
        wait_until(has_ended(run), "the second worker is done")
    assert_planned_once(run)


def test_a_worker_that_wakes_up_too_late_writes_nothing(
    environment: Environment, run: PlanRun, tmp_path: Path
) -> None:
    """Whoever was held up beyond the lease finds the run taken over, and leaves it alone."""
    with worker(environment, tmp_path / "first.log") as first:
        wait_until(is_searching(run), "the first worker has begun")
        first.signal(signal.SIGSTOP)
        with worker(environment, tmp_path / "second.log"):
            wait_until(has_ended(run), "the second worker is done")
        route = assert_planned_once(run)
        first.signal(signal.SIGCONT)
        wait_until(
            lambda: b"taken over by another worker" in first.log.read_bytes(),
            "the first worker has given up",
        )
    assert assert_planned_once(run) == route
