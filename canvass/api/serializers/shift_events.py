"""What the API takes and gives of worked shifts."""

from __future__ import annotations

from rest_framework import serializers

from canvass.api.fields import InstantField, PhoneIdField
from canvass.models.shift_events import ShiftEventKind
from canvass.shift_events import NewShiftEvent, ShiftReport
from canvass.shift_work import WorkStatus


class ShiftEventIn(serializers.Serializer[NewShiftEvent]):
    """What happened to one's own shift. The phone makes the id, and sends until it is answered."""

    id = PhoneIdField()
    kind = serializers.ChoiceField(ShiftEventKind.choices)
    occurred_at = InstantField()


class ShiftReportOut(serializers.Serializer[ShiftReport]):
    """How a shift is worked: `worked_s` is without pauses, up to now while it is open."""

    status = serializers.ChoiceField(
        [(each.value, each.value) for each in WorkStatus], source="work.status"
    )
    opened_at = serializers.DateTimeField(source="work.opened_at", allow_null=True)
    closed_at = serializers.DateTimeField(source="work.closed_at", allow_null=True)
    worked_s = serializers.IntegerField(source="work.worked_s")
    doors = serializers.IntegerField()
    visits = serializers.IntegerField()
    doors_per_hour = serializers.FloatField(allow_null=True)
