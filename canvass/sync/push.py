"""Carrying out what a phone sends: each operation once, for ever, and by itself."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import BigIntegerField, UUIDField

from accounts.audit import Change, note
from canvass.errors.sync import (
    SyncDoorUnknown,
    SyncIdReused,
    SyncOpFailed,
    SyncOpInvalid,
    SyncTypeUnknown,
)
from canvass.models import SyncOp
from canvass.sync.ops import (
    NEW_DOOR,
    Answer,
    Batch,
    Done,
    Kind,
    Op,
    Result,
    Status,
    Unreadable,
    refused,
)
from canvass.sync.versions import Asked, with_versions
from common.errors import DomainError
from common.prepared import Among, Given, Prepared, insert

REMEMBERED = ("op_id", "type", "digest", "result")
MEMBER = Given("member", BigIntegerField())

log = logging.getLogger(__name__)


def push(*, batch: Batch, ops: Sequence[Op | Result], kinds: Mapping[str, Kind]) -> list[Result]:
    """Carry out operations in their order; an answer for each, in the same order.

    What could not even be read comes as its Result already. Each operation is applied or refused by
    itself, in a transaction with the row that remembers it, so that the same sent again, at once or
    years later, is answered from that row. Refusals are not remembered: what is refused today may
    be right tomorrow. Raises OperationalError where the database fails; what was carried out by
    then is remembered, and the phone sends everything again.
    """
    session = Push(batch, kinds)
    read = [op for op in ops if isinstance(op, Op)]
    session.know([*(op.id for op in read), *(door for op in read for door in op.doors.values())])
    for place, op in enumerate(ops):
        if isinstance(op, Op):
            session.take(place, op)
        else:
            session.answers[place] = op
    session.finish()
    results = [session.answers[place] for place in range(len(ops))]
    asked = [session.asked(op, result) for op, result in zip(ops, results, strict=True)]
    return with_versions(batch.actor, asked, results)


@dataclass(frozen=True)
class Waiting:
    """An operation that has been read and is to be carried out."""

    place: int
    op: Op
    value: Any


@dataclass
class Push:
    """The work on one batch: what is known of its ids, what waits, what has been answered."""

    batch: Batch
    kinds: Mapping[str, Kind]
    stored: dict[UUID, SyncOp] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    answers: dict[int, Result] = field(default_factory=dict)
    applied: Counter[str] = field(default_factory=Counter)

    def know(self, ids: Sequence[UUID]) -> None:
        """Load what is remembered of these ids. One query, and none for none."""
        rows = remembered().rows(member=self.batch.actor.pk, ids=ids) if ids else ()
        found = (SyncOp(**dict(zip(REMEMBERED, row, strict=True))) for row in rows)
        self.stored.update({row.op_id: row for row in found})

    def take(self, place: int, op: Op) -> None:
        """Answer an operation, or let it wait for others of its kind."""
        if any(other.op.id == op.id for other in self.waiting):
            self.carry_out()
        if op.id in self.stored:
            self.answers[place] = again(op, self.stored[op.id])
            return
        kind = self.kinds.get(op.type)
        if kind is None:
            self.answers[place] = refused(op, SyncTypeUnknown(type=op.type[:40]))
            return
        try:
            value = kind.read(self.with_doors(op))
        except Unreadable as error:
            self.answers[place] = refused(op, SyncOpInvalid(errors=error.errors))
            return
        except DomainError as error:
            self.answers[place] = refused(op, error)
            return
        if self.waiting and self.kinds[self.waiting[0].op.type] is not kind:
            self.carry_out()
        self.waiting.append(Waiting(place, op, value))
        if not kind.together:
            self.carry_out()

    def with_doors(self, op: Op) -> Op:
        """The operation with the doors' own ids, where it names some by those of `new_door`."""
        named = {name: self.stored.get(door) for name, door in op.doors.items()}
        found = {name: row.result["door"] for name, row in named.items() if row and is_door(row)}
        if found.keys() != named.keys():
            raise SyncDoorUnknown
        return replace(op, payload={**op.payload, **found}) if found else op

    def asked(self, op: Op | Result, result: Result) -> Asked | None:
        """An operation that was carried out, with what says what it was about."""
        if not isinstance(op, Op) or result.status == Status.REJECTED or op.type not in self.kinds:
            return None
        return self.with_doors(op), self.kinds[op.type].about

    def finish(self) -> None:
        """Carry out what waits still, and tell the audit trail of all that was new."""
        self.carry_out()
        if self.applied:
            told = {"device_id": self.batch.device_id, "applied": dict(self.applied)}
            actor = self.batch.actor
            note(actor, "sync.pushed", Change(actor, None, told), now=self.batch.now)

    def carry_out(self) -> None:
        """Carry out what waits, together; where that fails for one of them, one by one."""
        some, self.waiting = self.waiting, []
        if not some:
            return
        try:
            self.attempt(some)
        except (OperationalError, InterfaceError):
            raise
        except IntegrityError:
            # The same came in twice at once, and the other was faster: now it is remembered.
            self.know([one.op.id for one in some])
            self.one_by_one(some)
        except Exception:
            log.exception("Operations of type %s failed", some[0].op.type)
            self.one_by_one(some)

    def one_by_one(self, some: Sequence[Waiting]) -> None:
        """Carry out each by itself; a mistake of ours in one is its own answer."""
        for one in some:
            if one.op.id in self.stored:
                self.answers[one.place] = again(one.op, self.stored[one.op.id])
                continue
            try:
                self.attempt([one])
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("An operation of type %s failed", one.op.type)
                self.answers[one.place] = refused(one.op, SyncOpFailed())

    def attempt(self, some: Sequence[Waiting]) -> None:
        """Carry out operations of one kind, and remember them in the same transaction."""
        kind = self.kinds[some[0].op.type]
        with transaction.atomic():
            answers = kind.carry_out(self.batch, [one.value for one in some])
            rows = [
                self.row(one.op, answer)
                for one, answer in zip(some, answers, strict=True)
                if isinstance(answer, Done)
            ]
            insert(rows)
        self.stored.update({row.op_id: row for row in rows})
        for one, answer in zip(some, answers, strict=True):
            self.answers[one.place] = told(one.op, answer)
            if isinstance(answer, Done) and answer.is_new:
                self.applied[one.op.type] += 1

    def row(self, op: Op, answer: Done) -> SyncOp:
        """The row that remembers an operation."""
        batch = self.batch
        return SyncOp(
            organisation_id=batch.actor.organisation_id,
            member=batch.actor,
            op_id=op.id,
            type=op.type,
            digest=op.digest,
            status=answer.status,
            result=dict(answer.result),
            device_id=batch.device_id,
            occurred_at=op.occurred_at,
            client_time=batch.client_time,
            received_at=batch.now,
            skew_s=batch.skew_s,
        )


@cache
def remembered() -> Prepared:
    """The query of `Push.know`."""
    rows = SyncOp.objects.filter(Among("op_id", "ids", UUIDField()), member=MEMBER)
    return Prepared(rows.values_list(*REMEMBERED))


def is_door(row: SyncOp) -> bool:
    """Whether an operation that was carried out made a door known."""
    return row.type == NEW_DOOR


def told(op: Op, answer: Answer) -> Result:
    """The answer to an operation that was tried just now."""
    if not isinstance(answer, Done):
        return refused(op, answer)
    status = Status(answer.status) if answer.is_new else Status.DUPLICATE
    return Result(op.id, status, result={**answer.result, **answer.shown})


def again(op: Op, stored: SyncOp) -> Result:
    """The answer to an operation whose id is remembered."""
    if stored.digest != op.digest:
        return refused(op, SyncIdReused())
    return Result(op.id, Status.DUPLICATE, result=stored.result)
