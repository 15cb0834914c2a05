"""Background runs: a row in the database is the truth, the message that starts a worker is not.

A run is queued, claimed by one worker under a lease, and finished only by the attempt that still
holds it. A killed worker or a lost message therefore loses nothing: `sweep` sends the row again.
Who cancels a run takes it from its attempt; see `accounts.runs`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from common.errors import DomainError
from common.scoping import ScopedModel, ScopedQuerySet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


class RunLost(Exception):
    """This attempt no longer holds the run: it is cancelled or another's. Write nothing."""


class Progress(Protocol):
    """Whoever wants to know how far a run has got: the lease of a worker, a bar in a terminal."""

    def report(self, done: int, total: int) -> None:
        """Note that `done` of `total` steps are done; cheap, so say it often.

        Raises RunLost once the run is known to be cancelled or another worker's.
        """


class RunState(models.TextChoices):
    """How far a run has got."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


Run_co = TypeVar("Run_co", bound="Run", covariant=True)


class RunQuerySet(ScopedQuerySet[Run_co]):
    """The transitions of a run, each one conditional update, safe against any other worker."""

    def open(self) -> Self:
        """Runs that have not ended."""
        return self.filter(state__in=[RunState.QUEUED, RunState.RUNNING])

    def claim(self, run_id: int, now: datetime) -> Run_co | None:
        """Take the run for a new attempt, or None if somebody else holds or has ended it."""
        free = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=now)
        seen = self.filter(free, pk=run_id).first()
        if seen is None:
            return None
        taken = self.filter(free, pk=run_id, attempt=seen.attempt).update(
            state=RunState.RUNNING,
            attempt=F("attempt") + 1,
            lease_until=now + lease(),
            started_at=now,
            progress_done=0,
        )
        mine = self.filter(pk=run_id, attempt=seen.attempt + 1)  # unless lost again by now
        return mine.first() if taken else None

    def held(self, run: Run) -> Self:
        """The row of `run`, if the attempt in hand still holds it."""
        return self.filter(pk=run.pk, attempt=run.attempt, state=RunState.RUNNING)

    def overdue(self, now: datetime) -> Self:
        """Runs whose message or worker seems lost: expired leases, and queued but never claimed."""
        unclaimed = Q(state=RunState.QUEUED, sent_at__lt=now - 2 * lease())
        expired = Q(state=RunState.RUNNING, lease_until__lt=now)
        return self.filter(unclaimed | expired).order_by("pk")


class Run(ScopedModel):
    """One piece of background work. Subclasses say what is done and by which Celery task."""

    task_name: ClassVar[str]

    state = models.CharField(max_length=9, choices=RunState, default=RunState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    input_hash = models.CharField(max_length=64, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    requested_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def ended(self) -> bool:
        """Whether the run will not change any more."""
        return self.state not in (RunState.QUEUED, RunState.RUNNING)


def lease() -> timedelta:
    """How long a worker may be silent before its run is given to another."""
    return timedelta(seconds=settings.RUN_LEASE_S)


def run_models() -> Iterator[type[Run]]:
    """Every concrete kind of run that the installed apps define."""
    waiting = Run.__subclasses__()
    while waiting:
        model = waiting.pop(0)
        waiting += model.__subclasses__()
        if not model._meta.abstract:
            yield model


def finish_run(run: Run, write: Callable[[], dict[str, Any]], now: datetime) -> None:
    """Write the outcome of a run and mark it done, in one transaction and at most once.

    `write` makes the domain rows and returns the run's `result`; it finds `finished_at` set. A run
    that was too quick to show any progress has made its one step. Raises RunLost, with nothing
    written, when a later attempt holds the run or it was cancelled.
    """
    steps = max(run.progress_total, 1)
    with transaction.atomic():
        rows = type(run).objects.held(run)
        if not rows.update(state=RunState.DONE, finished_at=now, lease_until=None):
            raise RunLost
        run.finished_at = now
        type(run).objects.filter(pk=run.pk).update(
            result=write(), progress_done=steps, progress_total=steps
        )


def fail_run(run: Run, error: DomainError, now: datetime) -> None:
    """Mark a run failed with the error's code, unless this attempt does not hold it any more."""
    type(run).objects.held(run).update(
        state=RunState.FAILED,
        finished_at=now,
        lease_until=None,
        error_code=error.code,
        error_message=error.message,
    )
