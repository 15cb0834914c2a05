"""What a phone sent, as a hash: whether something came again, or something else under its id."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, asdict, fields
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.models import Member
from common.errors import DomainError

Row = TypeVar("Row", bound=Model)


class Sent(Protocol):
    """Something that a phone tells under an id that it made."""

    @property
    def id(self) -> UUID:
        """The id, for ever."""


def payload_hash(sent: Any) -> str:
    """The SHA-256 of a dataclass as canonical JSON: sorted names, times in UTC.

    Fields at their default are left out, so that a field added later changes no old hash.
    """
    defaults = {field.name: field.default for field in fields(sent)}
    given = {
        name: value
        for name, value in asdict(sent).items()
        if defaults[name] is MISSING or value != defaults[name]
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), default=canonical)
    return hashlib.sha256(text.encode()).hexdigest()


def is_same(stored: Any, actor: Member, sent: Sent) -> bool:
    """Whether the row under an id is the actor's and says what is sent."""
    same: bool = (stored.member_id, stored.payload_hash) == (actor.pk, payload_hash(sent))
    return same


def replayed(
    rows: QuerySet[Row], actor: Member, sent: Sent, reused: type[DomainError]
) -> Row | None:
    """The row that is stored under this id, if there is one and it is the same; else `reused`.

    Somebody else's id and an own one with anything different are not told apart.
    """
    stored = rows.filter(pk=sent.id).first()
    if stored is not None and not is_same(stored, actor, sent):
        raise reused
    return stored


def canonical(value: Any) -> str:
    """An id, a day or an instant as text, the same for the same instant in any zone."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
