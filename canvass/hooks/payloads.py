"""What hooks are told: ids, kinds, times and amounts; nobody's name, nor words, nor positions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from canvass.models import CallbackMove, DoNotKnockEntry, SaleEvent, Visit
from canvass.models.hooks import HookEvent

Data = dict[str, Any]


def of_visit(visit: Visit) -> Data:
    """A visit; a correction `supersedes` another."""
    return {
        "id": visit.pk,
        **at_door(visit),
        "outcome": visit.outcome.code,
        "kind": visit.outcome.kind,
        "occurred_at": visit.occurred_at,
        "supersedes": visit.supersedes_id,
        "counts": visit.counts,
        "simulated": visit.simulated,
    }


def at_door(visit: Visit) -> Data:
    """Where and by whom."""
    return {"campaign": visit.campaign_id, "door": visit.door_id, "member": visit.member_id}


def of_agreement(visit: Visit) -> Data:
    """The time that was agreed on at a visit."""
    times = {"callback_at": visit.callback_at, "callback_until": visit.callback_until}
    return {"visit": visit.pk, **at_door(visit), **times}


def of_move(move: CallbackMove) -> Data:
    """The time to which a callback was moved, by whom."""
    times = {"callback_at": move.callback_at, "callback_until": move.callback_until}
    return {"visit": move.visit_id, **at_door(move.visit), "member": move.member_id, **times}


def of_sale(event: SaleEvent) -> Data:
    """What became of a sale; the amount in minor units of the sale's currency."""
    sale = event.sale
    return {
        "id": event.pk,
        "sale": sale.pk,
        "receipt_number": sale.receipt_number,
        "campaign": sale.campaign_id,
        "door": sale.door_id,
        "member": event.member_id,
        "occurred_at": event.occurred_at,
        "amount_minor": event.amount_minor,
        "corrects": event.corrects_id,
    }


def of_entry(entry: DoNotKnockEntry) -> Data:
    """Where nobody may knock, from when until when; an area is to be asked for by its id."""
    names = (
        "id reach door_id building_id street city postcode source scope starts_at ends_at "
        "visit_id renews_id lifted_at"
    )
    return {name.removesuffix("_id"): getattr(entry, name) for name in names.split()}


Reader = tuple[QuerySet[Any], Callable[[Any], Data]]
READERS: Mapping[str, Reader] = {
    "visit.recorded": (Visit.objects.select_related("outcome"), of_visit),
    "callback.agreed": (Visit.objects.all(), of_agreement),
    "callback.moved": (CallbackMove.objects.select_related("visit"), of_move),
    "sale": (SaleEvent.objects.select_related("sale"), of_sale),
    "do_not_knock": (DoNotKnockEntry.objects.all(), of_entry),
}


def reader_of(kind: str) -> str:
    """Which of READERS tells an event of a type."""
    return kind if kind in READERS else kind.partition(".")[0]


def bodies(events: Sequence[HookEvent]) -> dict[int, str]:
    """The JSON of some events, by their ids. A query for each of READERS that is needed."""
    found: dict[int, str] = {}
    for name, (rows, told) in READERS.items():
        ours = [event for event in events if reader_of(event.type) == name]
        keys = {event.pk: key_of(rows.model, event.row) for event in ours}
        there = rows.in_bulk(list(set(keys.values()))) if ours else {}
        for event in ours:
            row = there.get(keys[event.pk])
            if row is not None:
                found[event.pk] = body_of(event, told(row))
    return found


def key_of(model: type[Model], row: str) -> UUID | int:
    """A row's id as the model has it; SQLite writes ids of phones without their dashes."""
    return int(row) if model is DoNotKnockEntry else UUID(row)


def body_of(event: HookEvent, data: Data) -> str:
    """What is sent of an event."""
    said = {
        "id": event.pk,
        "type": event.type,
        "organisation": event.organisation.slug,
        "created_at": event.created_at,
        "data": data,
    }
    return json.dumps(said, cls=DjangoJSONEncoder, separators=(",", ":"))
