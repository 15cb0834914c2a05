"""What a phone sent, as a hash: whether something came again, or something else under its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from accounts.models import Member
from common.errors import DomainError

Row = TypeVar("Row", bound=Model)
Written = TypeVar("Written")


class Sent(Protocol):
    """Something that a phone tells under an id that it made."""

    @property
    def id(self) -> UUID:
        """The id, for ever."""


def payload_hash(sent: Any) -> str:
    """The SHA-256 of a dataclass as canonical JSON: sorted names, times in UTC.

    Fields at their default are left out, so that a field added later changes no old hash.
    """
    kind: Any = type(sent)
    given = {
        name: value
        for name, default in defaults_of(kind).items()
        if is_dataclass(value := getattr(sent, name)) or default is MISSING or value != default
    }
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), default=canonical)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def defaults_of(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass with their defaults, MISSING for those that have none."""
    return {field.name: field.default for field in fields(kind)}


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


def once(insert: Callable[[], Written]) -> Written:
    """What `insert` returns, in a transaction of its own; it begins by looking for what is stored.

    Where the same id comes in twice at once the database lets one of them in. The other is begun
    anew, and finds that one.
    """
    try:
        with transaction.atomic():
            return insert()
    except IntegrityError:
        with transaction.atomic():
            return insert()


def canonical(value: Any) -> Any:
    """An id, a day or an instant as text, the same for the same instant in any zone.

    Of a dataclass within another all fields, at their default or not.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
