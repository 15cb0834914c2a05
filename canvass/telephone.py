"""Callbacks by telephone: agreed, called, and blocked as long as the number is on the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.callback_times import TOLERANCE
from canvass.do_not_call import listing
from canvass.errors.callbacks import CallbackInPast
from canvass.errors.telephone import (
    DoNotCallListed,
    TelephoneCallbackIdReused,
    TelephoneCallbackPlaceNotFound,
    TelephoneCallIdReused,
)
from canvass.holding import held_door
from canvass.models import (
    Campaign,
    DoNotCallEntry,
    TelephoneCall,
    TelephoneCallback,
    TelephoneCallbackState,
)
from canvass.payloads import once, payload_hash, replayed
from common.clock import clamped
from common.errors import NotFound
from territories.models import Door

TelephoneCallbacks = QuerySet[Any, Any]  # callbacks with what `telephone_callbacks` says of them


def telephone_callbacks(now: datetime) -> TelephoneCallbacks:
    """Callbacks by telephone with their doors, `state` and number of `calls_made`, by time.

    One is reached once somebody was; blocked while its number is on the do-not-call list, also when
    it was listed after it was agreed; open until its time has passed, and then missed. A few index
    lookups for each row.
    """
    listed = DoNotCallEntry.objects.in_force(now).filter(
        organisation=OuterRef("organisation"), phone=OuterRef("phone")
    )
    reached = TelephoneCall.objects.filter(callback=OuterRef("pk"), reached=True)
    cases = {
        TelephoneCallbackState.REACHED: Q(Exists(reached)),
        TelephoneCallbackState.BLOCKED: Q(phone="") | Q(Exists(listed)),
        TelephoneCallbackState.MISSED: Q(closes_at__lt=now - TOLERANCE),
    }
    state = Case(
        *(When(holds, then=Value(state.value)) for state, holds in cases.items()),
        default=Value(TelephoneCallbackState.OPEN.value),
        output_field=CharField(),
    )
    rows = TelephoneCallback.objects.annotate(closes_at=Coalesce("call_until", "call_at"))
    found: TelephoneCallbacks = rows.annotate(state=state, calls_made=Count("calls"))
    return found.select_related("door__building").order_by("call_at", "pk")


@dataclass(frozen=True)
class NewTelephoneCallback:
    """That a call was agreed, as the phone tells it; it made the `id`, a UUIDv7.

    `phone` is in E.164. An agreed time with `call_until` is a window.
    """

    id: UUID
    campaign_id: int
    door_id: int
    phone: str
    agreed_at: datetime
    call_at: datetime
    call_until: datetime | None = None
    note: str = ""


def agree_on_call(
    *, actor: Member, new: NewTelephoneCallback, now: datetime
) -> tuple[TelephoneCallback, bool]:
    """Note that a call was agreed; returns it, and whether it is new. No prospect changes.

    The same again returns the stored one. An `agreed_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`. A rep's door must have been assigned to them on that local day. Raises
    TelephoneCallbackIdReused, TelephoneCallbackPlaceNotFound, CallbackInPast and DoNotCallListed.
    """
    return once(lambda: insert_callback(actor, new, now))


def insert_callback(
    actor: Member, new: NewTelephoneCallback, now: datetime
) -> tuple[TelephoneCallback, bool]:
    """As `agree_on_call`, in its transaction."""
    stored = replayed(TelephoneCallback.objects.all(), actor, new, TelephoneCallbackIdReused)
    if stored is not None:
        return stored, False
    at = clamped(new.agreed_at, now)
    refuse_foreign_place(actor, new, at)
    if new.call_at <= at:
        raise CallbackInPast
    refuse_listed(actor, new.phone, now)
    made = TelephoneCallback(
        **{**vars(new), "agreed_at": at},
        organisation_id=actor.organisation_id,
        member=actor,
        received_at=now,
        payload_hash=payload_hash(new),
    )
    made.save()
    told = {"door": new.door_id, "campaign": new.campaign_id, "call_at": new.call_at}
    note(actor, "telephone_callback.agreed", Change(made, None, told), now=now)
    return made, True


def refuse_foreign_place(actor: Member, new: NewTelephoneCallback, at: datetime) -> None:
    """Raise unless campaign and door are the actor's organisation's, and a rep had the door."""
    ours = {"organisation": actor.organisation_id}
    campaign = Campaign.objects.filter(**ours, pk=new.campaign_id).first()
    if campaign is None or not Door.objects.filter(**ours, pk=new.door_id).exists():
        raise TelephoneCallbackPlaceNotFound
    if actor.role == Role.REP and not held_door(actor, new.door_id, at, campaign.time_zone):
        raise TelephoneCallbackPlaceNotFound


def refuse_listed(actor: Member, phone: str, now: datetime) -> None:
    """Raise DoNotCallListed, with who said so, while a number is on the actor's company's list."""
    entry = listing(actor.organisation_id, phone, now)
    if entry is not None:
        raise DoNotCallListed(source=entry.source, until=entry.ends_at)


@dataclass(frozen=True)
class NewCall:
    """That somebody called, as the phone tells it; it made the `id`, a UUIDv7."""

    id: UUID
    callback_id: UUID
    called_at: datetime
    reached: bool
    note: str = ""


def record_call(*, actor: Member, new: NewCall, now: datetime) -> tuple[TelephoneCall, bool]:
    """Note a call; returns it, and whether it is new. One to a listed number is kept, and `listed`.

    The same again returns the stored one. A `called_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`. Raises NotFound for a callback that the actor may not see, and
    TelephoneCallIdReused.
    """
    return once(lambda: insert_call(actor, new, now))


def insert_call(actor: Member, new: NewCall, now: datetime) -> tuple[TelephoneCall, bool]:
    """As `record_call`, in its transaction."""
    callback = TelephoneCallback.objects.for_member(actor).filter(pk=new.callback_id).first()
    if callback is None:
        raise NotFound
    stored = replayed(TelephoneCall.objects.all(), actor, new, TelephoneCallIdReused)
    if stored is not None:
        return stored, False
    at = clamped(new.called_at, now)
    listed = listing(actor.organisation_id, callback.phone, at) is not None
    call = TelephoneCall(
        **{**vars(new), "called_at": at},
        organisation_id=actor.organisation_id,
        member=actor,
        received_at=now,
        listed=listed,
        payload_hash=payload_hash(new),
    )
    call.save()
    told = {"callback": new.callback_id, "reached": new.reached, "listed": listed}
    note(actor, "telephone_callback.called", Change(call, None, told), now=now)
    return call, True
