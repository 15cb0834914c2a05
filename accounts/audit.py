"""The audit trail: who changed what, when, from where, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Model

from accounts.models import AuditEntry, Member, Organisation, TrailLimit, User
from common.origin import origin
from common.prepared import insert
from common.scoping import ScopedModel

HIDDEN = "[hidden]"
SECRET_WORDS = ("password", "token", "secret", "hash", "session")


@dataclass(frozen=True)
class Change:
    """What happened to a row: its columns before and after, as far as they differ or matter."""

    row: Model
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Seen:
    """A row as a request found it, before it changed anything."""

    row: Model
    columns: Mapping[str, Any]

    @classmethod
    def of(cls, row: Model) -> Seen:
        """The row with those of its columns that are loaded."""
        loaded = vars(row)
        names = (field.attname for field in row._meta.concrete_fields)
        return cls(row, {name: loaded[name] for name in names if name in loaded})

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The columns that are others now, before and after; all before, if the row is gone."""
        rows = type(self.row)._default_manager.filter(pk=self.row.pk)
        now = rows.values(*self.columns).first()
        if now is None:
            return dict(self.columns), {}
        names = [name for name, value in self.columns.items() if value != now[name]]
        return {name: self.columns[name] for name in names}, {name: now[name] for name in names}


def note(actor: Member | None, action: str, *changes: Change, now: datetime) -> None:
    """Write one entry for each change, in the caller's transaction. One insert for any number.

    `action` is dotted, as in "sale.booked". Nobody acts in a periodic task: the row's organisation
    counts. Secrets are hidden, whatever they are called with.
    """
    insert([entry(actor, action, change, now) for change in changes])


def note_operator(operator: str, action: str, change: Change, *, now: datetime) -> None:
    """Write down what the operator of the installation did, whom the entries name.

    A user's change is told in every organisation that the user belongs to.
    """
    told = Change(change.row, change.before, {**(change.after or {}), "operator": operator})
    AuditEntry.objects.bulk_create(
        entry(None, action, told, now, organisation) for organisation in owners(change.row)
    )


def note_user(
    action: str, user: User, *, now: datetime, after: Mapping[str, Any] | None = None
) -> None:
    """Write down what a user did to their own account, in every organisation they belong to."""
    members, change = Member.objects.filter(user=user).order_by("pk"), Change(user, None, after)
    AuditEntry.objects.bulk_create(entry(each, action, change, now) for each in members)


def owners(row: Model) -> list[int]:
    """The ids of the organisations that a row concerns."""
    if isinstance(row, User):
        members = Member.objects.filter(user=row).order_by("organisation")
        return list(members.values_list("organisation", flat=True))
    if isinstance(row, Organisation):
        return [row.pk]
    return [cast("ScopedModel", row).organisation_id]


def remove_entries(organisation_id: int, before: datetime) -> int:
    """Remove an organisation's entries from before an instant; returns how many.

    The only way: the database refuses to delete what no TrailLimit has given up.
    """
    old = AuditEntry.objects.filter(organisation=organisation_id)
    if not old.filter(at__lt=before).exists():
        return 0
    TrailLimit.objects.update_or_create(
        organisation_id=organisation_id, defaults={"removed_before": before}
    )
    return old.remove_expired(before)


def entry(
    actor: Member | None,
    action: str,
    change: Change,
    now: datetime,
    organisation_id: int | None = None,
) -> AuditEntry:
    """The unsaved row of a change, in the organisation of who acts, or of the row."""
    found, meta = origin(), change.row._meta
    owner = actor or cast("ScopedModel", change.row)
    return AuditEntry(
        organisation_id=organisation_id or owner.organisation_id,
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
        return {storable(str(key)): plain(part, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, Model):
        return plain(value.pk)
    if isinstance(value, datetime | date):
        value = value.isoformat()
    kept = value if is_json(value) else str(value)
    return storable(kept) if isinstance(kept, str) else kept


def storable(text: str) -> str:
    """A text without what PostgreSQL takes in no JSON: NULs and halves of surrogate pairs.

    Clients send them in fields that nobody reads, and the trail tells those too.
    """
    return text.replace("\0", "").encode(errors="replace").decode()


def is_json(value: Any) -> bool:
    """Whether JSON has such a value."""
    return value is None or isinstance(value, str | int | float | bool)
