"""What became of agreed times: derived from visits and moves, in whatever order they arrive."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.agreed_times import with_agreed
from canvass.callback_times import TOLERANCE, refuse_unlawful
from canvass.errors.callbacks import CallbackInPast, CallbackMoveIdReused, CallbackOver
from canvass.law import LawBook
from canvass.models import CONTACT_KINDS, Campaign, Prospect, Visit
from canvass.models.callbacks import CallbackMove, CallbackState
from canvass.payloads import once, payload_hash, replayed
from canvass.permitted_hours import Place
from canvass.prospect_rows import write_states
from canvass.rebuilding import state_now
from canvass.sync.feed import mark
from common.clock import clamped, day_bounds
from common.errors import NotFound
from territories.models import assigned_doors

MOVABLE = frozenset({CallbackState.OPEN, CallbackState.MISSED})

Callbacks = QuerySet[Any, Any]  # visits with what `callbacks` says of them


def callbacks(now: datetime) -> Callbacks:
    """The visits at which a time was agreed, with what became of it, the earliest time first.

    Each carries `due_at` and `due_until` (None for a time without an end), as the latest move says,
    the number `moves_made`, and its `state`. It is kept by a visit of anybody from TOLERANCE before
    until TOLERANCE after; moved or settled by what somebody who answered said before that; else it
    is open until its time has passed, and then missed. Visits that a correction supersedes, or that
    do not count, are left aside. A few index lookups for each row.
    """
    agreed = Visit.objects.filter(callback_at__isnull=False, counts=True).standing()
    moves = CallbackMove.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    ends = Coalesce(F("due_until"), F("due_at"))
    rows: Callbacks = with_agreed(agreed).annotate(
        opens_at=shifted(F("due_at") - TOLERANCE),
        closes_at=shifted(ends + TOLERANCE),
        moves_made=Coalesce(Subquery(moves.annotate(made=Count("pk")).values("made")), 0),
    )
    found: Callbacks = rows.annotate(state=became(now)).order_by("due_at", "pk")
    return found


def became(now: datetime) -> Case:
    """The state of a callback, by the visits after it to its door in its campaign."""
    after = Q(occurred_at__gt=OuterRef("occurred_at")) | Q(
        occurred_at=OuterRef("occurred_at"), pk__gt=OuterRef("pk")
    )
    here = {"campaign": OuterRef("campaign"), "door": OuterRef("door")}
    later = Visit.objects.filter(after, **here, counts=True).standing()
    begun = later.filter(occurred_at__gte=OuterRef("opens_at"))
    before = later.filter(occurred_at__lt=OuterRef("opens_at"))
    cases = {
        CallbackState.KEPT: Q(Exists(begun.filter(occurred_at__lte=OuterRef("closes_at")))),
        CallbackState.MOVED: Q(Exists(before.filter(callback_at__isnull=False))),
        CallbackState.SETTLED: Q(Exists(before.filter(outcome__kind__in=CONTACT_KINDS))),
        CallbackState.MISSED: Q(closes_at__lt=now),
    }
    return Case(
        *(When(holds, then=Value(state.value)) for state, holds in cases.items()),
        default=Value(CallbackState.OPEN.value),
        output_field=CharField(),
    )


def shifted(time: Any) -> ExpressionWrapper[Any]:
    """A time some while before or after another."""
    return ExpressionWrapper(time, output_field=DateTimeField())


def callbacks_for(member: Member, now: datetime) -> Callbacks:
    """The agreed times that a member sees, with their doors, the earliest first.

    A manager sees those of the subtree; a rep the own, and those at the doors that the rep works:
    what was agreed there is for whoever has the territory next.
    """
    rows = callbacks(now).select_related("door__building")
    if member.role != Role.REP:
        return rows.filter(pk__in=Visit.objects.for_member(member).values("pk"))
    ours = rows.filter(organisation=member.organisation_id)
    return ours.filter(Q(member=member.pk) | Q(door__in=assigned_doors(member)))


@dataclass(frozen=True)
class NewMove:
    """That an agreed time was moved, as the phone tells it; it made the `id`, a UUIDv7."""

    id: UUID
    visit_id: UUID
    moved_at: datetime
    callback_at: datetime
    callback_until: datetime | None = None
    note: str = ""


def move_callback(*, actor: Member, new: NewMove, now: datetime) -> tuple[CallbackMove, bool]:
    """Move an agreed time that is open or missed; returns the move and whether it is new.

    The same again returns the stored one. A `moved_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`. Raises NotFound for a callback that the actor may not see, CallbackMoveIdReused,
    CallbackOver, CallbackInPast and CallbackOutsidePermittedHours.
    """
    return once(lambda: insert_move(actor, new, now))


def insert_move(actor: Member, new: NewMove, now: datetime) -> tuple[CallbackMove, bool]:
    """As `move_callback`, under the prospect's lock."""
    seen = callbacks_for(actor, now).filter(pk=new.visit_id)
    found = seen.values("campaign", "door").first()
    if found is None:
        raise NotFound
    rows = Prospect.objects.filter(**found).select_related("campaign", "door")
    prospect = rows.select_for_update(of=("self",), no_key=True).get()
    stored = replayed(CallbackMove.objects.all(), actor, new, CallbackMoveIdReused)
    if stored is not None:
        return stored, False
    at = clamped(new.moved_at, now)
    callback = seen.values("state", "due_at", "due_until").get()
    refuse_bad_move(prospect, new, at, callback["state"])
    move = CallbackMove(
        id=new.id,
        organisation_id=actor.organisation_id,
        visit_id=new.visit_id,
        member=actor,
        moved_at=at,
        received_at=now,
        callback_at=new.callback_at,
        callback_until=new.callback_until,
        note=new.note,
        payload_hash=payload_hash(new),
    )
    move.save()
    write_states([(prospect.pk, state_now(prospect))])
    before = {name: callback[name] for name in ("due_at", "due_until")}
    after = {"due_at": new.callback_at, "due_until": new.callback_until, "visit": new.visit_id}
    note(actor, "callback.moved", Change(move, before, after), now=now)
    mark(doors=[prospect.door_id])
    return move, True


def refuse_bad_move(prospect: Prospect, new: NewMove, at: datetime, state: str) -> None:
    """Raise unless the callback stands and may be at its new time."""
    if state not in MOVABLE:
        raise CallbackOver(state=state)
    if new.callback_at <= at:
        raise CallbackInPast
    door, zone = prospect.door, prospect.campaign.time_zone
    book = LawBook(prospect.organisation_id, at.date())
    place = Place(door.lon, door.lat, zone)
    refuse_unlawful(book, place, new.callback_at, new.callback_until)


@dataclass(frozen=True)
class CallbackCounts:
    """What became of the times that a member agreed on.

    `moved_without_visit` counts those that were moved so, whatever became of them; all others add
    up to `agreed`.
    """

    member: int
    name: str
    agreed: int
    open: int
    kept: int
    missed: int
    moved: int
    settled: int
    moved_without_visit: int


def callback_counts(
    *,
    member: Member,
    campaign: Campaign,
    now: datetime,
    from_day: date | None = None,
    to_day: date | None = None,
) -> list[CallbackCounts]:
    """What became of a campaign's agreed times due on the local days [from_day, to_day).

    By the name of who agreed on them, of the visits that `member` may see. One query.
    """
    rows = callbacks_for(member, now).filter(campaign=campaign)
    if from_day:
        rows = rows.filter(due_at__gte=day_bounds(from_day, campaign.time_zone)[0])
    if to_day:
        rows = rows.filter(due_at__lt=day_bounds(to_day, campaign.time_zone)[0])
    counts: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    columns = ("member__user__name", "member", "state", "moves_made")
    for name, pk, state, moves in rows.values_list(*columns):
        counts[name, pk].update([state, "agreed", *(["moved_without_visit"] if moves else ())])
    figures = [*CallbackState.values, "agreed", "moved_without_visit"]
    return [
        CallbackCounts(pk, name, **{figure: counts[name, pk][figure] for figure in figures})
        for name, pk in sorted(counts)
    ]
