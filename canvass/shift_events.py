"""Working a shift: opened, paused, resumed, closed by the phone, or when nothing stirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from accounts.audit import Change, note
from accounts.models import Member
from canvass.errors.shift_events import ShiftEventIdReused, ShiftEventOutOfOrder
from canvass.keeping import settings_of
from canvass.models import Shift, Visit
from canvass.models.shift_events import ShiftEvent, ShiftEventKind
from canvass.payloads import once
from canvass.shift_work import Work, WorkFacts, WorkStatus, shift_work
from common.clock import clamped
from common.errors import NotFound
from common.ids import uuid7

LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True)
class NewShiftEvent:
    """Something that happened to a shift, as the phone tells it; it made the `id`, a UUIDv7."""

    id: UUID
    shift_id: int
    kind: str
    occurred_at: datetime


def record_shift_event(
    *, actor: Member, new: NewShiftEvent, now: datetime
) -> tuple[ShiftEvent, bool]:
    """Record what happened to one's own shift; returns the event and whether it is new.

    The same again returns the stored one. An `occurred_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`. Raises NotFound for a shift that is not the actor's own, ShiftEventIdReused, and
    ShiftEventOutOfOrder if it cannot have followed on what is known.
    """
    return once(lambda: insert_shift_event(actor, new, now))


def insert_shift_event(actor: Member, new: NewShiftEvent, now: datetime) -> tuple[ShiftEvent, bool]:
    """As `record_shift_event`, under the shift's lock."""
    rows = Shift.objects.filter(pk=new.shift_id, member=actor)
    shift = rows.select_for_update(no_key=True).first()
    if shift is None:
        raise NotFound
    stored = ShiftEvent.objects.filter(pk=new.id).first()
    at = clamped(new.occurred_at, now)
    if stored:
        same = (stored.shift_id, stored.kind) == (shift.pk, new.kind)
        if not same or stored.occurred_at not in (new.occurred_at, stored.received_at):
            raise ShiftEventIdReused
        return stored, False
    known = facts(shift.events.all())
    after = shift_work([*known, WorkFacts(new.id, new.kind, at)], now)
    if not after.fits:
        raise ShiftEventOutOfOrder(status=shift_work(known, now).status.value)
    event = ShiftEvent(id=new.id, kind=new.kind, occurred_at=at, received_at=now)
    return save_event(actor, shift, event, after), True


def save_event(actor: Member | None, shift: Shift, event: ShiftEvent, after: Work) -> ShiftEvent:
    """Write an event and its audit entry."""
    event.shift, event.organisation_id = shift, shift.organisation_id
    event.save()
    told = {"event": event.pk, "at": event.occurred_at, "status": after.status.value}
    note(actor, f"shift.{event.kind}", Change(shift, None, told), now=event.received_at)
    return event


def facts(events: Iterable[ShiftEvent]) -> list[WorkFacts]:
    """What of stored events matters to their shift."""
    return [WorkFacts(each.pk, each.kind, each.occurred_at, each.automatic) for each in events]


@dataclass(frozen=True)
class ShiftReport:
    """How a shift was worked: hours without pauses, and at how many doors."""

    work: Work
    doors: int
    visits: int

    @property
    def doors_per_hour(self) -> float | None:
        """The pace, or None before anything was worked."""
        return self.doors * 3600 / self.work.worked_s if self.work.worked_s else None


def shift_report(shift: Shift, now: datetime) -> ShiftReport:
    """What came of a shift, by its events and the member's standing visits meanwhile."""
    work = shift_work(facts(shift.events.all()), now)
    if work.opened_at is None:
        return ShiftReport(work, 0, 0)
    visits = Visit.objects.filter(
        campaign=shift.campaign_id,
        member=shift.member_id,
        occurred_at__gte=work.opened_at,
        occurred_at__lte=work.closed_at or now,
    ).standing()
    return ShiftReport(
        work, **visits.aggregate(doors=Count("door", distinct=True), visits=Count("pk"))
    )


def close_idle_shifts(now: datetime) -> int:
    """Close the shifts in which nothing has stirred for long, at the last activity; how many.

    How long that is, is the organisation's setting.

    Events and visits are activity. The phone's own word, if it comes later, goes before.
    """
    opened = ShiftEvent.objects.filter(kind=ShiftEventKind.OPENED)
    closed = ShiftEvent.objects.filter(kind=ShiftEventKind.CLOSED, automatic=False)
    lately = Shift.objects.filter(starts_at__gte=now - LOOK_BACK, starts_at__lt=now)
    waiting = lately.filter(pk__in=opened.values("shift"))
    waiting = waiting.exclude(pk__in=closed.values("shift"))
    return sum(close_if_idle(pk, now) for pk in list(waiting.values_list("pk", flat=True)))


def close_if_idle(shift_id: int, now: datetime) -> bool:
    """Close a shift at its last activity if that was long ago; whether it was."""
    with transaction.atomic():
        shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
        known = facts(shift.events.all())
        last = last_activity(shift, known)
        work = shift_work(known, now)
        idle = timedelta(seconds=settings_of(shift.organisation_id).idle_s)
        if work.status not in (WorkStatus.OPEN, WorkStatus.PAUSED) or now - last < idle:
            return False
        event = ShiftEvent(
            id=uuid7(now),
            kind=ShiftEventKind.CLOSED,
            occurred_at=last,
            received_at=now,
            automatic=True,
        )
        save_event(None, shift, event, Work(WorkStatus.CLOSED))
    return True


def last_activity(shift: Shift, known: Iterable[WorkFacts]) -> datetime:
    """When something was last heard of the shift: an event, or a visit since it was opened."""
    events = [event.occurred_at for event in known]
    visits = Visit.objects.filter(
        campaign=shift.campaign_id, member=shift.member_id, occurred_at__gte=min(events)
    )
    visited = visits.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    return max([*events, visited] if visited else events)
