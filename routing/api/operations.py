"""What phones say of their routes, as operations that they push."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID
from canvass.api.fields import InstantField, PhoneIdField
from canvass.api.operations import one, reading
from canvass.models import OpStatus
from canvass.sync.ops import Batch, Done, Kind, named
from routing.models import Progress
from routing.progress import NewProgress, record_progress


class ProgressIn(serializers.Serializer[NewProgress]):
    """What became of a stop, by its route and its place in the order."""

    id = PhoneIdField()
    route = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    position = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    progress = serializers.ChoiceField(Progress.choices)
    occurred_at = InstantField()


def told_progress(validated: Mapping[str, Any]) -> NewProgress:
    """What a validated operation says."""
    rest = {name: value for name, value in validated.items() if name != "route"}
    return NewProgress(route_id=validated["route"], **rest)


def carry_out_progress(batch: Batch, new: NewProgress) -> Done:
    """Record what became of a stop; a conflict where its route has been replaced."""
    found = record_progress(actor=batch.actor, new=new, now=batch.now)
    told = {"shift": found.shift_id, "route": found.current_id}
    status = OpStatus.CONFLICT if found.row.is_late else OpStatus.APPLIED
    return Done(told, found.is_new, status)


ROUTE_PROGRESS = Kind(
    reading(ProgressIn, told_progress, "occurred_at"),
    one(carry_out_progress),
    about=named("route", "shift"),
)
