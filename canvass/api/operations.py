"""What phones may do: how each type of operation is read, and which flow carries it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from rest_framework import serializers

from canvass.alarms import NewAlarm, raise_alarm
from canvass.api.door_operations import carry_out_contact, carry_out_found_door
from canvass.api.fields import InstantField
from canvass.api.plain import plain_reader
from canvass.api.serializers.callbacks import MoveIn
from canvass.api.serializers.contacts import ContactIn, told_contact
from canvass.api.serializers.do_not_knock import DoNotKnockSaidIn, told_do_not_knock
from canvass.api.serializers.found_doors import FoundDoorIn, told_door
from canvass.api.serializers.keeping import BreadcrumbsIn
from canvass.api.serializers.referrals import ReferralIn, told_referral
from canvass.api.serializers.safety import AlarmIn
from canvass.api.serializers.sales import SaleEventIn, SaleIn, id_field, told_sale
from canvass.api.serializers.shift_events import ShiftEventIn
from canvass.api.serializers.visits import VisitIn, told_visit
from canvass.breadcrumbs import Kept, Position, record_breadcrumbs
from canvass.callbacks import NewMove, move_callback
from canvass.do_not_knock_said import NewSaid, record_said
from canvass.models import Shift
from canvass.models.sales import SaleEventKind
from canvass.new_visits import NewVisit
from canvass.referrals import NewReferral, record_referral
from canvass.sale_events import NewEvent, record_sale_event
from canvass.sales import NewSale, record_sale
from canvass.shift_events import NewShiftEvent, record_shift_event
from canvass.sync.ops import Answer, Batch, Done, Kind, Op, Unreadable, itself, named
from canvass.visits import record_visits
from common.errors import DomainError

Build = Callable[[Mapping[str, Any]], Any]
NOT_A_TEXT = (serializers.IntegerField, serializers.FloatField, serializers.BooleanField)


def reading(kind: type[serializers.Serializer[Any]], build: Build, at: str) -> Callable[[Op], Any]:
    """What reads an operation by the serializer of its endpoint; `at` takes its `occurred_at`.

    Stricter than the endpoint: a text is no number, and a field that is not known is not ignored,
    since what it says would be lost.
    """
    serializer = kind()
    hidden = ("id", "base_version", at)
    plain, known = plain_reader(serializer), serializer.fields.keys() - set(hidden)

    def read(op: Op) -> Any:
        given = {**op.payload, at: op.said["occurred_at"]}
        if "id" in serializer.fields:
            given["id"] = op.said["id"]
        if "base_version" in serializer.fields and "base_version" in op.said:
            given["base_version"] = op.said["base_version"]
        validated = plain(given) if op.payload.keys() <= known else None
        return build(asked(op, given) if validated is None else validated)

    def asked(op: Op, given: Mapping[str, Any]) -> Any:
        wrong = misfits(serializer, op.payload, hidden)
        if wrong:
            raise Unreadable(wrong)
        try:
            return serializer.run_validation(given)
        except serializers.ValidationError as error:
            raise Unreadable(error.get_full_details()) from None

    return read


def misfits(
    serializer: Any, payload: Mapping[str, Any], hidden: Sequence[str] = ()
) -> dict[str, Any]:
    """What of a payload the serializer would let through and the phone cannot have meant.

    The operation itself says what is `hidden`.
    """
    wrong: dict[str, Any] = {}
    for name, value in payload.items():
        field = serializer.fields.get(name)
        if field is None or name in hidden:
            shown = name[:80] if name.isprintable() else "?"
            wrong[shown] = [{"message": "There is no such field.", "code": "unknown"}]
        elif isinstance(field, NOT_A_TEXT) and isinstance(value, str):
            wrong[name] = [{"message": "Give a value, not a text of it.", "code": "text"}]
        elif isinstance(field, serializers.ListField) and isinstance(value, list):
            found = [misfits_of_part(field.child, part) for part in value]
            if any(found):
                wrong[name] = found
    return wrong


def misfits_of_part(field: Any, value: Any) -> dict[str, Any]:
    """As `misfits`, of a part of a list."""
    is_whole = isinstance(field, serializers.Serializer) and isinstance(value, Mapping)
    return misfits(field, value) if is_whole else {}


def one(flow: Callable[[Batch, Any], Answer]) -> Callable[[Batch, Sequence[Any]], list[Answer]]:
    """What carries out one operation at a time; errors of the domain are its answers."""

    def carry_out(batch: Batch, values: Sequence[Any]) -> list[Answer]:
        (value,) = values
        try:
            with transaction.atomic():
                return [flow(batch, value)]
        except DomainError as error:
            return [error]

    return carry_out


def carry_out_visits(batch: Batch, news: Sequence[NewVisit]) -> list[Answer]:
    """Record visits, all at once."""
    found = record_visits(actor=batch.actor, news=news, now=batch.now, clock_s=batch.odd_skew_s)
    return [each.error or Done(is_new=each.is_new) for each in found]


def tell_correction(validated: Mapping[str, Any]) -> NewVisit:
    """A visit that corrects another."""
    new = told_visit(validated)
    if new.supersedes is None:
        raise Unreadable({"supersedes": [{"message": "Say which visit.", "code": "required"}]})
    return new


class MoveOpIn(MoveIn):
    """A callback at another time."""

    visit = serializers.UUIDField(help_text="The visit at which the time was agreed.")


def tell_move(validated: Mapping[str, Any]) -> NewMove:
    """What a validated move says."""
    rest = {name: value for name, value in validated.items() if name != "visit"}
    return NewMove(visit_id=validated["visit"], **rest)


def carry_out_move(batch: Batch, new: NewMove) -> Done:
    """Move a callback."""
    move, is_new = move_callback(actor=batch.actor, new=new, now=batch.now)
    return Done({"door": move.visit.door_id}, is_new)


def carry_out_sale(batch: Batch, new: NewSale) -> Done:
    """Book a sale: its receipt number, and until when the buyer may cancel."""
    sale, is_new = record_sale(actor=batch.actor, new=new, now=batch.now)
    until = sale.cancel_until and sale.cancel_until.isoformat()
    return Done({"receipt_number": sale.receipt_number, "cancel_until": until}, is_new)


class SaleEventOpIn(SaleEventIn):
    """What became of a sale."""

    sale = serializers.UUIDField()


def tell_event(kinds: Sequence[SaleEventKind]) -> Build:
    """What makes an event of a validated one, which must be of one of these kinds."""

    def tell(validated: Mapping[str, Any]) -> NewEvent:
        rest = {name: value for name, value in validated.items() if name != "sale"}
        if rest["kind"] not in kinds:
            raise Unreadable({"kind": [{"message": "Another type says this.", "code": "kind"}]})
        return NewEvent(sale_id=validated["sale"], **rest)

    return tell


def carry_out_event(batch: Batch, new: NewEvent) -> Done:
    """Record what became of a sale."""
    _, is_new = record_sale_event(actor=batch.actor, new=new, now=batch.now)
    return Done(is_new=is_new)


def carry_out_referral(batch: Batch, new: NewReferral) -> Done:
    """Record a referral."""
    _, is_new = record_referral(actor=batch.actor, new=new, now=batch.now)
    return Done(is_new=is_new)


class ShiftEventOpIn(ShiftEventIn):
    """What happened to a shift."""

    shift = id_field()


def tell_shift_event(validated: Mapping[str, Any]) -> NewShiftEvent:
    """What a validated event says."""
    rest = {name: value for name, value in validated.items() if name != "shift"}
    return NewShiftEvent(shift_id=validated["shift"], **rest)


def carry_out_shift_event(batch: Batch, new: NewShiftEvent) -> Done:
    """Record what happened to a shift."""
    _, is_new = record_shift_event(actor=batch.actor, new=new, now=batch.now)
    return Done(is_new=is_new)


class BreadcrumbsOpIn(BreadcrumbsIn):
    """Positions of a shift."""

    shift = id_field()
    occurred_at = InstantField()


def tell_breadcrumbs(validated: Mapping[str, Any]) -> tuple[int, list[Position]]:
    """The shift, and the positions."""
    return validated["shift"], [Position(**each) for each in validated["positions"]]


def carry_out_breadcrumbs(batch: Batch, told: tuple[int, list[Position]]) -> Done:
    """Keep positions; says how many were kept, known, thinned out and refused."""
    shift, positions = Shift(pk=told[0]), told[1]
    answers = record_breadcrumbs(actor=batch.actor, shift=shift, positions=positions, now=batch.now)
    counts = Counter(answer.result for answer in answers)
    return Done({kept.value: counts[kept] for kept in Kept})


def carry_out_alarm(batch: Batch, new: NewAlarm) -> Done:
    """Call for help."""
    _, is_new = raise_alarm(actor=batch.actor, new=new, now=batch.now)
    return Done(is_new=is_new)


def carry_out_said(batch: Batch, new: NewSaid) -> Done:
    """Let nobody knock at a door; only the operation's own id tells one from the same again."""
    record_said(actor=batch.actor, new=new, now=batch.now)
    return Done()


EVENTS = {
    "payment": (SaleEventKind.DEPOSIT_PAID, SaleEventKind.BALANCE_PAID),
    "delivery": (SaleEventKind.DELIVERED,),
    "cancellation": (SaleEventKind.CANCELLED,),
    "refund": (SaleEventKind.REFUNDED,),
    "sale_correction": (SaleEventKind.CORRECTED,),
}
VISITS = Kind(reading(VisitIn, told_visit, "occurred_at"), carry_out_visits, True, itself("visit"))
CORRECTIONS = replace(VISITS, read=reading(VisitIn, tell_correction, "occurred_at"))

KINDS: Mapping[str, Kind] = {
    "visit": VISITS,
    "correction": CORRECTIONS,
    "callback": Kind(
        reading(MoveOpIn, tell_move, "moved_at"), one(carry_out_move), about=named("door")
    ),
    "sale": Kind(reading(SaleIn, told_sale, "sold_at"), one(carry_out_sale), about=itself("sale")),
    **{
        name: Kind(
            reading(SaleEventOpIn, tell_event(kinds), "occurred_at"),
            one(carry_out_event),
            about=named("sale"),
        )
        for name, kinds in EVENTS.items()
    },
    "referral": Kind(
        reading(ReferralIn, told_referral, "said_at"), one(carry_out_referral), about=named("door")
    ),
    "do_not_knock": Kind(
        reading(DoNotKnockSaidIn, told_do_not_knock, "said_at"),
        one(carry_out_said),
        about=named("door"),
    ),
    "new_door": Kind(
        reading(FoundDoorIn, told_door, "found_at"), one(carry_out_found_door), about=named("door")
    ),
    "contact_details": Kind(
        reading(ContactIn, told_contact, "said_at"), one(carry_out_contact), about=named("door")
    ),
    "shift_event": Kind(
        reading(ShiftEventOpIn, tell_shift_event, "occurred_at"),
        one(carry_out_shift_event),
        about=named("shift"),
    ),
    "breadcrumbs": Kind(
        reading(BreadcrumbsOpIn, tell_breadcrumbs, "occurred_at"), one(carry_out_breadcrumbs)
    ),
    "alarm": Kind(
        reading(AlarmIn, lambda validated: NewAlarm(**validated), "occurred_at"),
        one(carry_out_alarm),
    ),
}
