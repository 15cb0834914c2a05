"""Saying that nobody may call a telephone number, lifting it, and whether a number is listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import Member, Role
from accounts.rights import hold_organisation
from canvass.contacts import doors_called
from canvass.expiry import Expiry
from canvass.list_entries import lasting, lift, locked
from canvass.models import DoNotCallEntry, DoNotCallSource
from canvass.sync.feed import mark
from common.errors import NotAllowed


@dataclass(frozen=True)
class NewNumber:
    """Who said that nobody may call a number (E.164), from when, and when that is over.

    `time_zone` says at which midnight an entry ends.
    """

    phone: str
    time_zone: str
    source: str = DoNotCallSource.HOUSEHOLDER.value
    starts_at: datetime | None = None
    expiry: Expiry = field(default_factory=Expiry)
    note: str = ""


def listing(organisation_id: int, phone: str, at: datetime) -> DoNotCallEntry | None:
    """The first entry that forbids to call a number at an instant, if there is one. One query."""
    rows = DoNotCallEntry.objects.in_force(at).filter(organisation=organisation_id, phone=phone)
    return rows.order_by("pk").first()


def list_number(*, actor: Member, new: NewNumber, now: datetime) -> tuple[DoNotCallEntry, bool]:
    """Let nobody call a number from the start on; returns the entry, and whether it is new.

    Said again by the same kind of source while it holds as long, nothing is added. Reps pass on
    what householders say, and nothing else: NotAllowed. Raises ExpiryInvalid and
    DoNotKnockEndsBeforeStart.
    """
    if actor.role == Role.REP and new.source != DoNotCallSource.HOUSEHOLDER:
        raise NotAllowed("Reps list what householders tell them; ask a manager for anything else.")
    starts_at = new.starts_at or now
    told = lasting(new.expiry, starts_at, new.time_zone)
    with transaction.atomic():
        hold_organisation(actor.organisation_id)  # the same, sent twice at once: one of them waits
        standing = DoNotCallEntry.objects.in_force(starts_at).filter(
            organisation=actor.organisation_id,
            phone=new.phone,
            source=new.source,
            ends_at=told["ends_at"],
        )
        known = standing.order_by("pk").first()
        if known is not None:
            return known, False
        entry = DoNotCallEntry.objects.create(
            organisation_id=actor.organisation_id,
            phone=new.phone,
            source=new.source,
            note=new.note,
            added_by=actor,
            created_at=now,
            **told,
        )
        mark(doors=doors_called(actor.organisation_id, [new.phone]))
    return entry, True


def unlist_number(
    *, actor: Member, entry: DoNotCallEntry, reason: str, now: datetime
) -> DoNotCallEntry:
    """Let an entry forbid no more, and keep why; again changes nothing. Others of it stay.

    Raises NotFound.
    """
    with transaction.atomic():
        found = locked(actor, entry)
        if found.lifted_at is None:
            lift(found, actor, reason, now)
            mark(doors=doors_called(actor.organisation_id, [found.phone]))
    return found
