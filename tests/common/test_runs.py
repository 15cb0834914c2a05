"""The transitions of a run: each happens once, whoever else tries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.errors import NotFound
from common.runs import RunLost, RunState, fail_run, finish_run, lease
from territories.models import CutRun
from tests.cast import NOON, Company

LATER = NOON + timedelta(hours=1)


def queued(company: Company, **fields: object) -> CutRun:
    return CutRun.objects.create(
        organisation=company.organisation, created_at=NOON, sent_at=NOON, **fields
    )


def claim(run: CutRun, now: datetime = NOON) -> CutRun:
    """The run, taken at `now`."""
    taken = CutRun.objects.claim(run.pk, now)
    assert taken is not None
    return taken


def test_a_queued_run_is_taken_once(sunrise: Company) -> None:
    """The second worker gets nothing while the first one's lease lasts."""
    run = queued(sunrise)
    taken = claim(run)
    assert (taken.state, taken.attempt, taken.started_at) == (RunState.RUNNING, 1, NOON)
    assert taken.lease_until == NOON + lease()
    assert CutRun.objects.claim(run.pk, NOON + lease()) is None


def test_a_run_whose_lease_ran_out_is_taken_again(sunrise: Company) -> None:
    """As the next attempt, with its progress begun anew."""
    run = queued(sunrise)
    claim(run)
    CutRun.objects.filter(pk=run.pk).update(progress_done=7)
    again = claim(run, LATER)
    assert (again.attempt, again.progress_done, again.started_at) == (2, 0, LATER)


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED])
def test_an_ended_run_is_never_taken(sunrise: Company, state: RunState) -> None:
    """A message that comes twice finds nothing to do."""
    run = queued(sunrise, state=state)
    assert CutRun.objects.claim(run.pk, LATER) is None


def test_a_finished_run_keeps_its_result(sunrise: Company) -> None:
    """Done, without a lease, with its progress complete."""
    run = claim(queued(sunrise, progress_total=5))
    finish_run(run, lambda: {"doors": 3}, LATER)
    run.refresh_from_db()
    assert (run.state, run.result, run.finished_at) == (RunState.DONE, {"doors": 3}, LATER)
    assert (run.lease_until, run.progress_done) == (None, 5)
    assert run.ended


def test_an_attempt_that_lost_its_run_writes_nothing(sunrise: Company) -> None:
    """Not even what it had begun to write: another attempt is at it."""
    run = queued(sunrise)
    slow = claim(run)
    claim(run, LATER)
    with pytest.raises(RunLost):
        finish_run(slow, lambda: pytest.fail("it wrote"), LATER)
    fail_run(slow, NotFound(), LATER)
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.RUNNING, 2)


def test_a_write_that_fails_leaves_the_run_running(sunrise: Company) -> None:
    """The domain's rows and the end of the run are one transaction."""
    run = claim(queued(sunrise))

    def write() -> dict[str, object]:
        queued(sunrise, name="half written")
        raise KeyError

    with pytest.raises(KeyError):
        finish_run(run, write, LATER)
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert not CutRun.objects.filter(name="half written").exists()


def test_a_failed_run_says_why(sunrise: Company) -> None:
    """By the error's permanent code, and in words."""
    run = claim(queued(sunrise))
    fail_run(run, NotFound("The file is gone."), LATER)
    run.refresh_from_db()
    assert (run.state, run.error_code, run.error_message) == (
        RunState.FAILED,
        "not_found",
        "The file is gone.",
    )


def test_what_looks_lost_is_overdue(sunrise: Company) -> None:
    """Sent long ago and never taken, or taken and silent beyond the lease; nothing else."""
    unclaimed, silent = queued(sunrise), queued(sunrise)
    busy, fresh = queued(sunrise), queued(sunrise)
    claim(silent)
    claim(busy, LATER)
    CutRun.objects.filter(pk=fresh.pk).update(sent_at=LATER)
    queued(sunrise, state=RunState.DONE)
    assert list(CutRun.objects.overdue(LATER)) == [unclaimed, silent]
    assert not CutRun.objects.overdue(NOON + lease()).exists()
