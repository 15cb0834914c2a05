"""Operations as a phone sends them, and what becomes of each."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts.models import Member
from canvass.errors.sync import SyncIdReused
from canvass.models import OpStatus
from common.clock import CLOCK_TOLERANCE
from common.errors import DomainError

MOST_OPS = 500
MADE_BY_PHONE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
NEW_DOOR = "new_door"
DOORS = ("door", "said_by_door")  # what a payload may name by the id under which it was found


class Status(StrEnum):
    """What became of an operation, for its phone."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Batch:
    """What came with a batch of operations: whose phone sent it, and by which clock."""

    actor: Member
    device_id: str
    client_time: datetime
    now: datetime

    @property
    def skew_s(self) -> int:
        """By how many seconds the phone's clock is ahead; negative where it is behind."""
        return round((self.client_time - self.now).total_seconds())

    @property
    def odd_skew_s(self) -> int:
        """The same where it is more than CLOCK_TOLERANCE either way, else 0."""
        return self.skew_s if abs(self.skew_s) > CLOCK_TOLERANCE.total_seconds() else 0


@dataclass(frozen=True)
class Op:
    """One operation: the phone made the `id`, a UUIDv7; the `payload` is its type's own.

    `said` is all that was sent of it, as it was sent.
    """

    id: UUID
    type: str
    occurred_at: datetime
    payload: Mapping[str, Any]
    said: Mapping[str, Any]

    @cached_property
    def doors(self) -> dict[str, UUID]:
        """The doors that the payload names by ids of `new_door` operations, by field."""
        said = ((name, self.payload.get(name)) for name in DOORS)
        return {name: UUID(door) for name, door in said if is_id(door)}

    @property
    def digest(self) -> str:
        """The SHA-256 of what was sent as canonical JSON: sorted names, no spaces."""
        text = json.dumps(self.said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_id(value: Any) -> bool:
    """Whether a value is the text of an id that a phone made."""
    return isinstance(value, str) and bool(MADE_BY_PHONE.fullmatch(value))


@dataclass(frozen=True)
class Done:
    """An operation that was carried out, now or before.

    `result` is kept and holds nothing of persons; what is `shown` beside it is not kept.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    is_new: bool = True
    status: OpStatus = OpStatus.APPLIED
    shown: Mapping[str, Any] = field(default_factory=dict)


Answer = Done | DomainError


About = Callable[[Op, Mapping[str, Any]], tuple[str, str] | None]
"""What an operation and its result are about: an entity of feeds and its row, if any."""


def itself(entity: str) -> About:
    """Of an operation that makes the row whose id it has."""
    return lambda op, _: (entity, str(op.id))


def named(entity: str, field: str | None = None) -> About:
    """Of one whose payload, or else whose result, names the row."""

    def about(op: Op, result: Mapping[str, Any]) -> tuple[str, str] | None:
        row = op.payload.get(field or entity, result.get(field or entity))
        return None if row is None else (entity, str(row).lower())

    return about


def nothing(_: Op, __: Mapping[str, Any]) -> None:
    """Of one of which phones show nothing."""


@dataclass(frozen=True)
class Kind:
    """A type of operation: how its payload is read, and how some of them are carried out.

    `read` raises Unreadable, and what the domain says of nonsense. `carry_out` answers each by
    itself, in their order, within the caller's transaction; `together` says that it takes many at
    once, else it is given one. `about` says of what phones are told because of it.
    """

    read: Callable[[Op], Any]
    carry_out: Callable[[Batch, Sequence[Any]], Sequence[Answer]]
    together: bool = False
    about: About = nothing


@dataclass(frozen=True)
class Result:
    """The answer to one operation; `id` is what the phone sent as its id, whatever that was.

    `version` is the one that what it was about has in the sender's feed now, if it has any.
    """

    id: Any
    status: Status
    problem: DomainError | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None


class Unreadable(Exception):
    """What was sent has the wrong shape; `errors` says what is wrong with which field."""

    def __init__(self, errors: Any) -> None:
        self.errors = errors
        super().__init__("unreadable")


def refused(op: Op, error: DomainError) -> Result:
    """The answer to an operation that the domain refuses.

    An id that is used up is the same mistake whatever it was used for, and whoever used it.
    """
    if error.code.endswith(".id_reused"):
        error = SyncIdReused()
    return Result(op.id, Status.REJECTED, error)
