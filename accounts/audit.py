"""The audit trail: who changed what, when, from where, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from accounts.models import AuditEntry, Member
from common.origin import origin
from common.scoping import ScopedModel

HIDDEN = "[hidden]"
SECRET_WORDS = ("password", "token", "secret", "hash", "session")


@dataclass(frozen=True)
class Change:
    """What happened to a row: its columns before and after, as far as they differ or matter."""

    row: ScopedModel
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def note(actor: Member | None, action: str, *changes: Change, now: datetime) -> None:
    """Write one entry for each change, in the caller's transaction. One insert for any number.

    `action` is dotted, as in "sale.booked". Nobody acts in a periodic task: the row's organisation
    counts. Secrets are hidden, whatever they are called with.
    """
    AuditEntry.objects.bulk_create(entry(actor, action, change, now) for change in changes)


def entry(actor: Member | None, action: str, change: Change, now: datetime) -> AuditEntry:
    """The unsaved row of a change."""
    found, meta = origin(), change.row._meta
    return AuditEntry(
        organisation_id=(actor or change.row).organisation_id,
        member=actor,
        at=now,
        action=action,
        kind=meta.label,
        row=str(change.row.pk),
        before=plain(change.before),
        after=plain(change.after),
        request_id=found.request_id,
        address=found.address,
        device=found.device,
    )


def plain(value: Any, name: str = "") -> Any:
    """A value as JSON, with secrets hidden by their names."""
    if any(word in name.lower() for word in SECRET_WORDS):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(key): plain(part, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, Model):
        return plain(value.pk)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) or not is_json(value) else value


def is_json(value: Any) -> bool:
    """Whether JSON has such a value."""
    return value is None or isinstance(value, str | int | float | bool)
