"""Cancelling runs: who may, what is left of the run, and that nothing revives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.errors import RunEnded
from accounts.models import AuditEntry
from accounts.runs import cancel_run
from common.errors import NotFound
from common.runs import RunLost, RunState, fail_run, finish_run
from common.worker import GaveUp, Lease, carry_out, sweep
from territories.cut_criteria import CutCriteria
from territories.cuts import cut_doors, request_cut
from territories.models import CutRun, Territory
from tests.at_once import at_once, errors_in
from tests.cast import NOON, Company
from tests.common.test_runs import claim, queued
from tests.territories.town import settle

LATER = NOON + timedelta(hours=1)


def told() -> list[tuple[object, ...]]:
    """Who cancelled what, as the trail has it."""
    rows = AuditEntry.objects.filter(action="run.cancelled").order_by("pk")
    return list(rows.values_list("member", "row", "before", "after"))


@pytest.mark.parametrize("is_running", [False, True])
def test_a_cancelled_run_says_who_and_when(sunrise: Company, is_running: bool) -> None:
    """Queued or running; the trail has it too, and no worker gets it any more."""
    run = queued(sunrise)
    before = {"state": "queued"}
    if is_running:
        run, before = claim(run), {"state": "running"}
    done = cancel_run(actor=sunrise.max, run=run, now=LATER)
    run.refresh_from_db()
    assert (run.state, run.cancelled_by, run.finished_at) == ("cancelled", sunrise.max, LATER)
    assert (run.lease_until, run.ended, done.state) == (None, True, "cancelled")
    assert told() == [(sunrise.max.pk, str(run.pk), before, {"state": "cancelled"})]
    assert CutRun.objects.claim(run.pk, LATER + timedelta(days=1)) is None


def test_cancelling_again_changes_nothing(sunrise: Company) -> None:
    """The first one stays who did it, and the trail has it once."""
    run = queued(sunrise)
    cancel_run(actor=sunrise.max, run=run, now=NOON)
    again = cancel_run(actor=sunrise.ada, run=run, now=LATER)
    assert (again.cancelled_by, again.finished_at) == (sunrise.max, NOON)
    assert len(told()) == 1


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED])
def test_what_has_ended_is_not_cancelled(sunrise: Company, state: RunState) -> None:
    """What it did stands; the error says how it ended."""
    run = queued(sunrise, state=state)
    with pytest.raises(RunEnded) as caught:
        cancel_run(actor=sunrise.max, run=run, now=NOON)
    run.refresh_from_db()
    assert (run.state, caught.value.details, told()) == (state, {"state": state}, [])


def test_another_companys_run_is_not_found(sunrise: Company, moonlight: Company) -> None:
    """And goes on."""
    run = queued(moonlight)
    with pytest.raises(NotFound):
        cancel_run(actor=sunrise.ada, run=run, now=NOON)
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


def test_the_worker_of_a_cancelled_run_writes_nothing(sunrise: Company) -> None:
    """Neither a result nor an error, nor any row of the domain."""
    run = claim(queued(sunrise))
    cancel_run(actor=sunrise.max, run=run, now=NOON)
    with pytest.raises(RunLost):
        finish_run(run, lambda: pytest.fail("it wrote"), LATER)
    fail_run(run, GaveUp(), LATER)
    run.refresh_from_db()
    assert (run.state, run.error_code, run.finished_at) == (RunState.CANCELLED, "", NOON)


def test_the_sweep_leaves_it_alone(sunrise: Company) -> None:
    """Queued long ago, or held by a worker that is silent: cancelled is for good."""
    for run in (queued(sunrise), claim(queued(sunrise), NOON - timedelta(days=1))):
        cancel_run(actor=sunrise.max, run=run, now=NOON)
    assert sweep() == 0
    assert set(CutRun.objects.values_list("state", flat=True)) == {RunState.CANCELLED}


def test_a_cut_cancelled_while_it_is_computed_leaves_no_territories(sunrise: Company) -> None:
    """The cut itself is computed to its end, and nothing of it is written."""
    settle(sunrise.organisation)
    run = queued(sunrise, criteria={"territories": 2})

    def job(held: CutRun, lease: Lease) -> Callable[[], dict[str, Any]]:
        write = cut_doors(held, lease)
        cancel_run(actor=sunrise.max, run=held, now=NOON)
        return write

    carry_out(CutRun, run.pk, job)
    run.refresh_from_db()
    assert (run.state, Territory.objects.exists()) == (RunState.CANCELLED, False)


def test_what_was_cancelled_is_asked_for_anew(sunrise: Company) -> None:
    """The same wish meets no run under way, and is queued again."""
    wish = {"actor": sunrise.ada, "name": "Spring", "criteria": CutCriteria(territories=2)}
    first = request_cut(**wish, now=NOON)  # type: ignore[arg-type]  # as it is written above
    assert request_cut(**wish, now=NOON) == first  # type: ignore[arg-type]
    cancel_run(actor=sunrise.max, run=first, now=NOON)
    assert request_cut(**wish, now=NOON) != first  # type: ignore[arg-type]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """On a real PostgreSQL, each in a thread with a connection of its own."""

    @pytest.mark.parametrize("attempt", range(5))
    def test_two_managers_cancel_once(self, sunrise: Company, attempt: int) -> None:
        """Both are told that it is cancelled; the trail names one of them, as the run does."""
        run = queued(sunrise)
        actors = (sunrise.ada, sunrise.max, sunrise.mona)
        answers = at_once(
            *(lambda actor=actor: cancel_run(actor=actor, run=run, now=NOON) for actor in actors)
        )
        assert errors_in(answers) == []
        run.refresh_from_db()
        assert [row[0] for row in told()] == [run.cancelled_by_id]

    @pytest.mark.parametrize("attempt", range(5))
    def test_it_is_finished_or_cancelled(self, sunrise: Company, attempt: int) -> None:
        """Finishing and cancelling at once: what was written and what the row says agree."""
        run = claim(queued(sunrise))

        def finish() -> None:
            held = CutRun.objects.get(pk=run.pk)
            try:
                finish_run(held, lambda: {"map": written(sunrise).pk}, LATER)
            except RunLost:
                return

        answers = at_once(finish, lambda: cancel_run(actor=sunrise.max, run=run, now=NOON) and None)
        run.refresh_from_db()
        is_done = run.state == RunState.DONE
        assert errors_in(answers) == ([RunEnded] if is_done else [])
        assert CutRun.objects.filter(name="written").exists() == is_done == bool(run.result)

    @pytest.mark.parametrize("attempt", range(5))
    def test_it_is_claimed_and_cancelled(self, sunrise: Company, attempt: int) -> None:
        """However claiming and cancelling interleave, it is cancelled in the end."""
        run = queued(sunrise)
        at_once(
            lambda: CutRun.objects.claim(run.pk, NOON),
            lambda: cancel_run(actor=sunrise.max, run=run, now=NOON),
        )
        run.refresh_from_db()
        assert run.state == RunState.CANCELLED


def written(company: Company) -> CutRun:
    """A row that a finished run has made."""
    return queued(company, name="written")
