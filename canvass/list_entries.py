"""Entries of the lists that forbid something: how long they last, and lifting them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from accounts.models import Member
from canvass.errors import DoNotKnockEndsBeforeStart
from canvass.expiry import Expiry
from canvass.models import ListEntry
from common.errors import NotFound

Entry = TypeVar("Entry", bound=ListEntry)


def lasting(expiry: Expiry, starts_at: datetime, time_zone: str) -> dict[str, Any]:
    """The columns that say from when until when. Raises DoNotKnockEndsBeforeStart."""
    ends_at = expiry.ends_at(starts_at, time_zone)
    if ends_at is not None and ends_at <= starts_at:
        raise DoNotKnockEndsBeforeStart
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "expiry": expiry.kind,
        "expiry_count": expiry.count,
        "time_zone": time_zone,
    }


def locked(actor: Member, entry: Entry) -> Entry:
    """The row as it is now, held until the transaction ends; NotFound if it is not the actor's."""
    rows = type(entry).objects.for_member(actor)
    found: Entry | None = (
        rows.filter(pk=entry.pk).select_for_update(no_key=True, of=("self",)).first()
    )
    if found is None:
        raise NotFound
    return found


def lift(found: ListEntry, actor: Member, reason: str, now: datetime) -> None:
    """Let a held entry forbid no more, and keep why."""
    found.lifted_at, found.lifted_by, found.lifted_reason = now, actor, reason
    found.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
