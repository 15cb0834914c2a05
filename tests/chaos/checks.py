"""What must hold of all that reps told beside visits, whatever died in the middle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from canvass.models import (
    Alarm,
    CallbackMove,
    ContactDecision,
    ContactDetails,
    ContactField,
    ContactReview,
    DoNotKnockEntry,
    FoundDoor,
    OpStatus,
    Referral,
    Sale,
    ShiftEvent,
    SyncOp,
)
from canvass.models.keeping import Breadcrumb
from routing.models import StopProgress
from tests.chaos.people import Rep

TOO_LATE = {"callback.over", "not_found"}  # somebody was there meanwhile, or has the door now


class Told(NamedTuple):
    """An operation beside visits and doors, and how the server remembers it."""

    member: int
    said: dict[str, Any]
    op: SyncOp

    @property
    def id(self) -> str:
        """The operation's id."""
        return str(self.said["id"])

    @property
    def payload(self) -> dict[str, Any]:
        """What its type needs."""
        payload: dict[str, Any] = self.said["payload"]
        return payload

    @property
    def door(self) -> int:
        """The door that it names, by its id or by that of the operation that found it."""
        door: int | str = self.payload["door"]
        return FoundDoor.objects.get(pk=door).door_id if isinstance(door, str) else door


def assert_all_is_stored(reps: Sequence[Rep]) -> None:
    """Whatever was not refused is stored once, as it was told, and nothing else is."""
    told = remembered(reps)
    assert_rows_are_what_was_told(told)
    assert_shifts_are_worked(told)
    assert_routes_are_walked(told["route_progress"])
    assert_contacts_are_what_was_told(told["contact_details"])


def remembered(reps: Sequence[Rep]) -> defaultdict[str, list[Told]]:
    """All that was carried out, by its type; only a callback may come too late."""
    ops = {str(op.op_id): op for op in SyncOp.objects.all()}
    told = defaultdict(list)
    for rep in reps:
        refused = rep.phone.refused()
        assert {rep.said[pk]["type"] for pk in refused} <= {"callback"}
        assert set(refused.values()) <= TOO_LATE
        assert refused.keys().isdisjoint(ops)
        for pk in rep.said.keys() - refused.keys():
            said, op = rep.said[pk], ops[pk]
            assert (op.type, op.member_id) == (said["type"], rep.member.pk)
            told[op.type].append(Told(rep.member.pk, said, op))
    return told


def assert_rows_are_what_was_told(told: dict[str, list[Told]]) -> None:
    """Moves, sales, referrals, forbidden doors and alarms."""
    moves = {str(row.pk): str(row.visit_id) for row in CallbackMove.objects.all()}
    assert moves == {one.id: one.payload["visit"] for one in told["callback"]}
    sales = {str(row.pk): row for row in Sale.objects.all()}
    assert {pk: (row.door_id, row.total_minor) for pk, row in sales.items()} == {
        one.id: (one.door, one.payload["total_minor"]) for one in told["sale"]
    }
    numbers = sorted(row.receipt_number for row in sales.values())
    assert numbers == list(range(1, len(sales) + 1))
    referrals = {str(row.pk): (row.door_id, row.said_by) for row in Referral.objects.all()}
    assert referrals == {one.id: (one.door, one.payload["said_by"]) for one in told["referral"]}
    forbidden = DoNotKnockEntry.objects.filter(source="customer")
    assert Counter((row.door_id, row.note) for row in forbidden) == Counter(
        (one.door, one.payload["note"]) for one in told["do_not_knock"]
    )
    alarms = {str(row.pk): row.message for row in Alarm.objects.all()}
    assert alarms == {one.id: one.payload["message"] for one in told["alarm"]}


def assert_shifts_are_worked(told: dict[str, list[Told]]) -> None:
    """Their events, and the positions that were kept."""
    events = {str(row.pk): (row.shift_id, row.kind) for row in ShiftEvent.objects.all()}
    assert events == {
        one.id: (one.payload["shift"], one.payload["kind"]) for one in told["shift_event"]
    }
    kept: Counter[int] = Counter()
    for one in told["breadcrumbs"]:
        assert sum(one.op.result.values()) == len(one.payload["positions"])
        kept[one.payload["shift"]] += one.op.result["kept"]
    assert +kept == Counter(Breadcrumb.objects.values_list("shift", flat=True))


def assert_routes_are_walked(told: Sequence[Told]) -> None:
    """What was said of each stop; what came too late for its route was a conflict."""
    rows = StopProgress.objects.select_related("stop")
    stored = {
        str(row.pk): (row.stop.route_id, row.stop.position, row.progress, row.is_late)
        for row in rows
    }
    assert stored == {
        one.id: (
            *(one.payload[name] for name in ("route", "position", "progress")),
            one.op.status == OpStatus.CONFLICT,
        )
        for one in told
    }


class Value(NamedTuple):
    """What a phone wrote into a field of a door's contact, under which version, having seen which.

    Of a value that came too late, `version` is the one that was faster.
    """

    member: int
    door: int
    field: str
    value: str
    seen: int
    version: int


def values_of(told: Sequence[Told]) -> Iterator[tuple[bool, Value]]:
    """Each value that was told, and whether it came too late; that makes the answer a conflict."""
    for one in told:
        versions, late = one.op.result["versions"], one.op.result["conflicts"]
        assert (one.op.status == OpStatus.CONFLICT) == bool(late)
        for name in one.payload.keys() & set(ContactField.values):
            seen = one.said["base_version"].get(name, 0)
            value = Value(one.member, one.door, name, one.payload[name], seen, versions[name])
            yield name in late, value


def assert_contacts_are_what_was_told(told: Sequence[Told]) -> None:
    """Each value is stored, or was until a later one took its place, or waits in a review.

    Each version of a field was written by one operation, or by a manager's decision, and the field
    holds the latest of them. None came upon what somebody else had written unseen.
    """
    values = list(values_of(told))
    written = {(one.door, one.field, one.version): one for is_late, one in values if not is_late}
    assert len(written) == sum(not is_late for is_late, _ in values)
    for is_late, one in values:
        before = written.get((one.door, one.field, one.version - (not is_late)))
        by_other = before is None or before.member != one.member
        assert is_late == (one.version - (not is_late) > one.seen and by_other)
    reviews = ContactReview.objects.select_related("contact")
    assert Counter(
        (row.member_id, row.contact.door_id, row.field, row.value) for row in reviews
    ) == (
        Counter((one.member, one.door, one.field, one.value) for is_late, one in values if is_late)
    )
    for contact in ContactDetails.objects.all():
        for name in ContactField.values:
            assert_field_is_the_latest(contact, name, written)


def assert_field_is_the_latest(
    contact: ContactDetails, name: str, written: dict[tuple[int, str, int], Value]
) -> None:
    """No version of the field is missing, and it holds the last."""
    last = contact.versions.get(name, 0)
    decided = contact.reviews.filter(field=name, decision=ContactDecision.PHONE)
    chosen = list(decided.order_by("decided_at").values_list("value", flat=True))
    told = [written.get((contact.door_id, name, version)) for version in range(1, last + 1)]
    assert told.count(None) == len(chosen)
    assert sum((door, field) == (contact.door_id, name) for door, field, _ in written) == (
        last - len(chosen)
    )
    latest = told[-1].value if told and told[-1] else "".join(chosen[-1:])
    assert getattr(contact, name) == latest
