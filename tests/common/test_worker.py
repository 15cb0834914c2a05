"""Carrying out runs: what a worker does with what its job does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.runs import cancel_run
from common.errors import NotFound
from common.runs import RunState
from common.worker import MAX_ATTEMPTS, Lease, carry_out, enqueue, sweep
from config import celery_app
from territories.models import CutRun
from tests.cast import NOON, Company
from tests.common.test_runs import queued
from tests.workers import wait_until

Write = Callable[[], dict[str, Any]]


def messages() -> list[list[Any]]:
    """The arguments of the messages that wait at the broker, which are then gone."""
    found = []
    with celery_app.connection_for_read() as broker:
        queue = broker.SimpleQueue(celery_app.conf.task_default_queue)
        while queue.qsize():
            message = queue.get_nowait()
            message.ack()
            found.append(message.payload[0])
    return found


def carried_out(run: CutRun, job: Callable[[CutRun, Lease], Write]) -> CutRun:
    """The run, after a worker got its message."""
    carry_out(CutRun, run.pk, job)
    run.refresh_from_db()
    return run


@pytest.fixture(autouse=True)
def _no_threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease's thread has a connection of its own, which sees no test's open transaction."""
    if "transactional_db" not in request.fixturenames:
        monkeypatch.setattr(Lease, "_renew", lambda _: None)


def test_the_answer_of_a_job_is_the_result(sunrise: Company) -> None:
    """The long part runs first, then what it returns writes."""
    run = carried_out(queued(sunrise), lambda run, lease: lambda: {"attempt": run.attempt})
    assert (run.state, run.result) == (RunState.DONE, {"attempt": 1})


def test_an_expected_error_is_kept(sunrise: Company) -> None:
    """With its code; the run is not tried again."""

    def job(run: CutRun, lease: Lease) -> Write:
        raise NotFound("The file is gone.")

    run = carried_out(queued(sunrise), job)
    assert (run.state, run.error_code) == (RunState.FAILED, "not_found")


def test_an_unexpected_error_is_logged_and_not_shown(
    sunrise: Company, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the cause; the row, which people see, only says that it crashed."""

    def job(run: CutRun, lease: Lease) -> Write:
        raise KeyError("secret")

    run = carried_out(queued(sunrise), job)
    assert (run.state, run.error_code) == (RunState.FAILED, "run.crashed")
    assert "secret" not in run.error_message
    assert "secret" in caplog.text


def test_a_database_out_of_reach_leaves_the_run_to_the_sweep(
    sunrise: Company, caplog: pytest.LogCaptureFixture
) -> None:
    """It is still running; when its lease is over somebody takes it again."""

    def job(run: CutRun, lease: Lease) -> Write:
        raise OperationalError("database is locked")

    run = carried_out(queued(sunrise), job)
    assert run.state == RunState.RUNNING
    assert "database is locked" in caplog.text
    CutRun.objects.filter(pk=run.pk).update(lease_until=NOON)
    assert carried_out(run, lambda run, lease: dict).state == RunState.DONE


def test_a_run_that_is_held_is_left_alone(sunrise: Company) -> None:
    """A message that comes twice does not do the work twice."""
    run = queued(sunrise)
    CutRun.objects.claim(run.pk, timezone.now())
    for pk in (run.pk, 10**9):
        carry_out(CutRun, pk, lambda run, lease: pytest.fail("it worked"))
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.RUNNING, 1)


def test_the_message_carries_only_the_id_and_waits_for_the_commit(
    sunrise: Company, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """A transaction that is rolled back sends nothing."""
    messages()
    run = queued(sunrise)
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(run)
        assert messages() == []
    assert messages() == [[run.pk]]
    run.refresh_from_db()
    assert run.sent_at > NOON


def test_the_sweep_sends_lost_runs_again(sunrise: Company) -> None:
    """Every overdue run once; it is not overdue again at once."""
    messages()
    run = queued(sunrise)
    assert sweep() == 1
    assert messages() == [[run.pk]]
    assert sweep() == 0


def test_the_sweep_gives_up_in_the_end(sunrise: Company) -> None:
    """Work that kills every worker must not go on killing."""
    run = queued(sunrise, state=RunState.RUNNING, attempt=MAX_ATTEMPTS, lease_until=NOON)
    assert sweep() == 0
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "run.gave_up")


@pytest.mark.django_db(transaction=True)
def test_a_busy_worker_keeps_its_lease_and_shows_progress(
    transactional_db: None, sunrise: Company, settings: LazySettings
) -> None:
    """While the job runs, the lease moves on and the row shows the numbers reported last."""
    settings.RUN_LEASE_S = 0.3
    run = queued(sunrise)
    goes_on = threading.Event()

    def job(run: CutRun, lease: Lease) -> Write:
        lease.report(3, 9)
        assert goes_on.wait(60)
        return dict

    def work() -> None:
        carry_out(CutRun, run.pk, job)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    began = timezone.now()
    renewed = CutRun.objects.filter(
        pk=run.pk, lease_until__gt=began + timedelta(seconds=1), progress_done=3, progress_total=9
    )
    wait_until(renewed.exists, "the lease is renewed")
    goes_on.set()
    worker.join()
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_at_its_next_step_once_its_run_is_cancelled(
    transactional_db: None, sunrise: Company, settings: LazySettings
) -> None:
    """The renewal of the lease finds out, and then whatever reports progress goes no further."""
    settings.RUN_LEASE_S = 0.3
    run = queued(sunrise)
    stopped: list[bool] = []

    def job(run: CutRun, lease: Lease) -> Write:
        lease.report(1, 9)
        cancel_run(actor=sunrise.max, run=run, now=NOON)
        wait_until(lease.is_lost, "the worker has noticed")
        stopped.append(True)
        lease.report(2, 9)
        pytest.fail("it went on")

    carry_out(CutRun, run.pk, job)
    run.refresh_from_db()
    assert (run.state, run.progress_done, stopped) == (RunState.CANCELLED, 0, [True])


@pytest.mark.django_db(transaction=True)
def test_a_worker_notices_long_before_its_lease_is_renewed(
    transactional_db: None, sunrise: Company, settings: LazySettings
) -> None:
    """A lease of an hour is renewed every twenty minutes; a cancelled run is noticed at once."""
    settings.RUN_LEASE_S = 3600.0
    run = queued(sunrise)

    def job(run: CutRun, lease: Lease) -> Write:
        cancel_run(actor=sunrise.max, run=run, now=NOON)
        wait_until(lease.is_lost, "the worker has noticed")
        lease.check()
        pytest.fail("it went on")

    carry_out(CutRun, run.pk, job)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
