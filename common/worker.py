"""Carrying out runs: send, claim, keep the lease while working, finish or fail, sweep."""

from __future__ import annotations

import itertools
import logging
import math
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from celery import current_app
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from common.errors import DomainError
from common.runs import Run, RunLost, RunState, fail_run, finish_run, lease, run_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
LOOK_S = 0.5  # between two looks at whether a run is cancelled

SomeRun = TypeVar("SomeRun", bound=Run)


class GaveUp(DomainError):
    """Every attempt ended with its worker lost."""

    code = "run.gave_up"
    title = "The work was started several times and never finished; see the worker's log."


class Crashed(DomainError):
    """The work raised an error that nobody foresaw."""

    code = "run.crashed"
    title = "The work stopped with an unexpected error; see the worker's log."


def enqueue(run: Run) -> None:
    """Wake a worker for a run once the current transaction has committed.

    A broker that cannot be reached is only logged: the sweep sends the run again.
    """
    transaction.on_commit(lambda: _send(run))


def _send(run: Run) -> None:
    type(run).objects.filter(pk=run.pk).update(sent_at=timezone.now())
    send_id(run.task_name, run.pk)


def send_id(task: str, pk: int | str) -> None:
    """Wake a worker for a row; a broker out of reach is only logged, for a sweep finds the row."""
    try:
        current_app.send_task(task, [pk], retry=False)
    except current_app.connection_for_write().recoverable_connection_errors:
        log.warning("The broker is out of reach; %s %s waits for the sweep.", task, pk)


def carry_out(
    model: type[SomeRun], run_id: int, job: Callable[[SomeRun, Lease], Callable[[], dict[str, Any]]]
) -> None:
    """Claim a run and do its `job`, once, whatever happens to other workers.

    `job` does the long part, outside any transaction, and returns `write`, which makes the domain
    rows inside the transaction that marks the run done. Does nothing if the run is not free. A
    database that is out of reach or busy leaves the run to the sweep.
    """
    run = cast("SomeRun | None", model.objects.claim(run_id, timezone.now()))
    if run is None:
        return
    try:
        with Lease(run) as held:
            write = job(run, held)
        run.progress_total = held.total
        finish_run(run, write, timezone.now())
    except RunLost:
        log.warning("%s was cancelled or taken over by another worker; nothing is written.", run)
    except DomainError as error:
        fail_run(run, error, timezone.now())
    except OperationalError:
        log.warning("%s lost the database; the sweep sends it again.", run, exc_info=True)
    except Exception:
        log.exception("%s crashed", run)
        fail_run(run, Crashed(), timezone.now())


class Lease:
    """Keeps a claimed run from looking abandoned while its worker is busy, and shows progress.

    A thread renews the lease and writes the progress three times per lease, and looks in between
    whether the run is still held; the work itself only sets numbers. Once the run is cancelled or
    another worker's, the next step ends the work.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.done = 0
        self.total = 0
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease {run}", daemon=True)

    def report(self, done: int, total: int) -> None:
        """Note the progress, to be written with the next renewal. Raises RunLost."""
        self.done, self.total = done, total
        self.check()

    def check(self) -> None:
        """Raise RunLost once the run is known to be cancelled or another worker's; cheap."""
        if self.is_lost():
            raise RunLost

    def is_lost(self) -> bool:
        """Whether the last look found the run cancelled or taken over; cheap."""
        return self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _renew(self) -> None:
        third_s = lease().total_seconds() / 3
        looks = math.ceil(third_s / LOOK_S)  # to one renewal
        try:
            for look in itertools.count(1):
                if self._stop.wait(third_s / looks):
                    return
                try:
                    if not self._is_held(renew=look % looks == 0):
                        self._lost.set()
                        return
                except OperationalError as error:
                    log.warning("The lease of %s could not be renewed yet: %s", self.run, error)
        finally:
            connection.close()

    def _is_held(self, *, renew: bool) -> bool:
        rows = type(self.run).objects
        if not renew:
            mine = {"attempt": self.run.attempt, "state": RunState.RUNNING}
            return not rows.filter(pk=self.run.pk).exclude(**mine).exists()
        written = rows.held(self.run).update(
            lease_until=timezone.now() + lease(),
            progress_done=self.done,
            progress_total=self.total,
        )
        return written > 0


def sweep() -> int:
    """Send again every run whose message or worker was lost; give up after MAX_ATTEMPTS.

    Returns the number of runs sent. Safe to call from several places at once.
    """
    now = timezone.now()
    sent = 0
    for model in run_models():
        for run in model.objects.overdue(now):
            if run.attempt >= MAX_ATTEMPTS:
                fail_run(run, GaveUp(), now)
            else:
                _send(run)
                sent += 1
    return sent
