"""The states of assignments: who may bring them from one to another, and the history of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.audit import Change
from accounts.audit import note as tell
from accounts.models import Member
from common.errors import NotFound
from territories.errors import AssignmentStateWrong
from territories.models import (
    LIVE,
    OVER,
    Assignment,
    AssignmentChange,
    AssignmentEvent,
    AssignmentQuerySet,
    AssignmentState,
)

State = AssignmentState

BEFORE = {
    State.ACCEPTED: {State.OFFERED},
    State.ACTIVE: {State.OFFERED, State.ACCEPTED},
    State.RETURNED: set(LIVE),
    State.FINISHED: {State.ACCEPTED, State.ACTIVE},
    State.REVOKED: set(LIVE),
}


@dataclass(frozen=True)
class Turn:
    """A change to make: to which state, by whom (None for the clock), when and why."""

    to: AssignmentState
    actor: Member | None
    now: datetime
    reason: str = ""
    handed_to: Member | None = None


def turn(rows: AssignmentQuerySet, made: Turn) -> list[Assignment]:
    """Bring those of `rows` that can be into another state, in the caller's transaction.

    Returns them as they are now; others stay as they are. Two at once: one of them finds nothing.
    """
    live = Assignment.objects.filter(pk__in=rows.values("pk"), state__in=BEFORE[made.to])
    found = list(live.select_for_update(no_key=True).order_by("pk"))
    for assignment in found:
        assignment.state = made.to
        if made.to not in LIVE:
            assignment.ended_at, assignment.offered_back_at = made.now, None
    fields = ["state", "ended_at", "offered_back_at"]
    Assignment.objects.bulk_update(found, fields, batch_size=500)
    note(found, AssignmentChange(made.to.value), made)
    return found


def note(assignments: Iterable[Assignment], change: AssignmentChange, made: Turn) -> None:
    """Write a change of assignments into their history, and into the audit trail."""
    found = list(assignments)
    told = {"state": made.to.value, "reason": made.reason, "handed_to": made.handed_to}
    changes = [Change(one, None, {**told, "member": one.member_id}) for one in found]
    tell(made.actor, f"assignment.{change.value}", *changes, now=made.now)
    AssignmentEvent.objects.bulk_create(
        AssignmentEvent(
            organisation_id=assignment.organisation_id,
            assignment=assignment,
            at=made.now,
            member=made.actor,
            change=change,
            reason=made.reason,
            handed_to=made.handed_to,
        )
        for assignment in found
    )


def note_made(
    assignments: Iterable[Assignment], state: AssignmentState, actor: Member, now: datetime
) -> None:
    """Write down that assignments were made, in the state that they begin in."""
    note(assignments, AssignmentChange(state.value), Turn(state, actor, now))


def accept_assignment(*, actor: Member, assignment: Assignment, now: datetime) -> Assignment:
    """Take an offered territory: active at once if its days have begun, else from the first one.

    For the member, or whoever manages them. Accepting again changes nothing. Raises NotFound and
    AssignmentStateWrong.
    """
    begun = assignment.starts_on <= now.date()
    to = State.ACTIVE if begun else State.ACCEPTED
    return turned(assignment, Turn(to, actor, now), same=(State.ACCEPTED, State.ACTIVE))


def return_assignment(
    *, actor: Member, assignment: Assignment, reason: str, now: datetime
) -> Assignment:
    """Decline an offered territory, or give back one in hand. As `accept_assignment` otherwise."""
    return turned(assignment, Turn(State.RETURNED, actor, now, reason), same=(State.RETURNED,))


def finish_assignment(
    *, actor: Member, assignment: Assignment, reason: str = "", now: datetime
) -> Assignment:
    """Say that a territory is worked through. As `accept_assignment` otherwise."""
    return turned(assignment, Turn(State.FINISHED, actor, now, reason), same=(State.FINISHED,))


def end_assignment(
    *,
    actor: Member,
    assignment: Assignment,
    now: datetime,
    reason: str = "",
    handed_to: Member | None = None,
) -> Assignment:
    """Take a territory back now. The row stays; ending one that is over changes nothing."""
    return turned(assignment, Turn(State.REVOKED, actor, now, reason, handed_to), same=OVER)


def turned(assignment: Assignment, made: Turn, same: tuple[AssignmentState, ...]) -> Assignment:
    """The assignment, brought into a state; unchanged if it is in one of `same` already."""
    with transaction.atomic():
        rows = Assignment.objects.filter(pk=assignment.pk)
        if made.actor is None or not rows.for_member(made.actor).exists():
            raise NotFound
        changed = turn(rows, made)
        assignment.refresh_from_db()
        if not changed and assignment.state not in same:
            raise AssignmentStateWrong(state=assignment.state)
    return assignment


def keep_assignment(
    *, actor: Member, assignment: Assignment, reason: str = "", now: datetime
) -> Assignment:
    """Leave an untouched territory, offered back to the manager, with its member: count anew.

    Keeping what is not offered back changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        rows = Assignment.objects.for_member(actor).filter(pk=assignment.pk)
        if not rows.exists():
            raise NotFound
        offered = Assignment.objects.filter(pk=assignment.pk, offered_back_at__isnull=False)
        if offered.update(offered_back_at=None, kept_at=now):
            note([assignment], AssignmentChange.KEPT, Turn(State.ACTIVE, actor, now, reason))
    assignment.refresh_from_db()
    return assignment


def offer_back(assignments: Iterable[Assignment], reason: str, now: datetime) -> int:
    """Ask the managers what to do with untouched territories; returns how many are newly asked.

    Nothing is taken away: the assignments go on until somebody decides.
    """
    ids = [assignment.pk for assignment in assignments]
    with transaction.atomic():
        rows = Assignment.objects.filter(
            pk__in=ids, state=State.ACTIVE, offered_back_at=None
        ).select_for_update(no_key=True)
        found = list(rows.order_by("pk"))
        Assignment.objects.filter(pk__in=[row.pk for row in found]).update(offered_back_at=now)
        note(found, AssignmentChange.OFFERED_BACK, Turn(State.ACTIVE, None, now, reason))
    return len(found)


def turn_by_the_clock(now: datetime) -> int:
    """Start what was accepted and has begun, finish what is over; returns how many.

    A day is over once it is so everywhere on Earth: the territory's own time zone is not known
    here. Nothing else waits for this: who works where on a day follows from the dates.
    """
    today = now.date()
    begun = Assignment.objects.filter(state=State.ACCEPTED, starts_on__lte=today)
    over = Assignment.objects.filter(
        state__in=BEFORE[State.FINISHED], ends_on__isnull=False, ends_on__lt=today
    )
    stale = Assignment.objects.filter(state=State.OFFERED, ends_on__isnull=False, ends_on__lt=today)
    with transaction.atomic():
        started = turn(begun, Turn(State.ACTIVE, None, now, "Its first day has come."))
        finished = turn(over, Turn(State.FINISHED, None, now, "Its last day is over."))
        lapsed = turn(stale, Turn(State.RETURNED, None, now, "It was never accepted."))
    return len(started) + len(finished) + len(lapsed)
