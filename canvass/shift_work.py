"""How long a shift was worked: one pure function of its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from canvass.models.shift_events import ShiftEventKind


class WorkStatus(StrEnum):
    """Whether somebody works at the moment."""

    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


# What may follow on what, and what comes of it.
STEPS = {
    (WorkStatus.WAITING, ShiftEventKind.OPENED): WorkStatus.OPEN,
    (WorkStatus.OPEN, ShiftEventKind.PAUSED): WorkStatus.PAUSED,
    (WorkStatus.PAUSED, ShiftEventKind.RESUMED): WorkStatus.OPEN,
    (WorkStatus.OPEN, ShiftEventKind.CLOSED): WorkStatus.CLOSED,
    (WorkStatus.PAUSED, ShiftEventKind.CLOSED): WorkStatus.CLOSED,
}


@dataclass(frozen=True)
class WorkFacts:
    """What of an event matters to the shift; `kind` is a ShiftEventKind."""

    id: UUID
    kind: str
    occurred_at: datetime
    automatic: bool = False


@dataclass(frozen=True)
class Work:
    """How far a shift has got; `worked_s` is without pauses, up to now while it is open.

    `fits` is False if the events cannot have followed on each other.
    """

    status: WorkStatus = WorkStatus.WAITING
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    worked_s: int = 0
    fits: bool = True


def shift_work(events: Iterable[WorkFacts], now: datetime) -> Work:
    """What the events, in whatever order they arrived, add up to.

    An automatic closing gives way to what the phone says of a later time, or of its own closing.
    """
    status, since, opened_at, closed_at = WorkStatus.WAITING, now, None, None
    worked = timedelta()
    for event in in_order(events):
        after = STEPS.get((status, ShiftEventKind(event.kind)))
        if after is None:
            return Work(fits=False)
        if status == WorkStatus.OPEN:
            worked += event.occurred_at - since
        opened_at = opened_at or event.occurred_at
        closed_at = event.occurred_at if after == WorkStatus.CLOSED else None
        status, since = after, event.occurred_at
    if status == WorkStatus.OPEN:
        worked += max(now - since, timedelta())
    return Work(status, opened_at, closed_at, int(worked.total_seconds()))


class Span(NamedTuple):
    """Instants [begin, end) at which somebody worked."""

    begin: datetime
    end: datetime


def worked_spans(events: Iterable[WorkFacts], until: datetime, grace: timedelta) -> list[Span]:
    """When a shift was open and not paused; `until` then where it still is.

    An automatic closing is at the last sign of life: the phone may tell of so much `grace` more.
    """
    spans, status, since = [], WorkStatus.WAITING, until
    for event in in_order(events):
        if status == WorkStatus.OPEN:
            more = grace if event.automatic else timedelta()
            spans.append(Span(since, event.occurred_at + more))
        status = STEPS.get((status, ShiftEventKind(event.kind)), status)
        since = event.occurred_at
    if status == WorkStatus.OPEN:
        spans.append(Span(since, until))
    return spans


def in_order(events: Iterable[WorkFacts]) -> list[WorkFacts]:
    """Each event once, the earliest first, without automatic closings that gave way."""
    known = {event.id: event for event in events}.values()
    told = [event for event in known if not event.automatic]
    closes = any(event.kind == ShiftEventKind.CLOSED for event in told)
    last = max((event.occurred_at for event in told), default=None)
    holds = [
        event
        for event in known
        if event.automatic and not closes and last is not None and event.occurred_at >= last
    ]
    return sorted([*told, *holds], key=lambda event: (event.occurred_at, event.id))
