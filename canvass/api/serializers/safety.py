"""What the API takes and gives of warnings and alarms."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.fields import FiniteField, latitude, longitude
from canvass.alarms import NewAlarm
from canvass.api.fields import InstantField, PhoneIdField, place
from canvass.models.safety import Alarm, ClosureDecision, DoorWarning
from territories.api.serializers import DoorOut
from territories.models import Door


class WarningOut(serializers.ModelSerializer[DoorWarning]):
    """That somebody was hostile there: how often, how gravely (1 to 3), when last."""

    closed = serializers.SerializerMethodField()

    class Meta:
        model = DoorWarning
        fields = ("id", "severity", "visits", "last_at", "closed")

    def get_closed(self, warning: DoorWarning) -> bool:
        """Whether nobody may knock there until a manager decides otherwise."""
        return warning.closed_at is not None


@extend_schema_field(WarningOut(allow_null=True))
class WarningField(serializers.Field[Any, Any, Any, Any]):
    """A door's warning, or null; load it with `door__warning`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, **kwargs})

    def to_representation(self, value: Door) -> Any:
        """The warning, if it says something."""
        warning: DoorWarning | None = getattr(value, "warning", None)
        return WarningOut(warning).data if warning and warning.visits else None


class DoorWarningOut(WarningOut):
    """A warning with its door, and what a manager has decided."""

    door = DoorOut()

    class Meta(WarningOut.Meta):
        fields = (  # type: ignore[assignment]  # more of them
            *WarningOut.Meta.fields,
            "door",
            "closed_at",
            "decision",
            "decided_at",
            "decided_by",
            "reason",
        )


class ClosureIn(serializers.Serializer[DoorWarning]):
    """What becomes of a closed door."""

    decision = serializers.ChoiceField(ClosureDecision.choices)
    reason = serializers.CharField(max_length=500)

    def validate_decision(self, value: str) -> ClosureDecision:
        """The decision as the domain knows it."""
        return ClosureDecision(value)


class AlarmIn(serializers.Serializer[NewAlarm]):
    """A call for help. The phone makes the id, and sends until it is answered."""

    id = PhoneIdField()
    occurred_at = InstantField()
    lon = longitude()
    lat = latitude()
    accuracy_m = FiniteField(min_value=0, max_value=1e7, required=False, allow_null=True)
    message = serializers.CharField(max_length=500, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both of lon and lat, or neither."""
        place(attrs)
        return attrs

    def new_alarm(self) -> NewAlarm:
        """What the validated body says."""
        return NewAlarm(**self.validated_data)


class AlarmOut(serializers.ModelSerializer[Alarm]):
    """A call for help, whether the managers were e-mailed, and who takes care of it."""

    member_name = serializers.CharField(source="member.user.name")

    class Meta:
        model = Alarm
        fields = (
            "id",
            "member",
            "member_name",
            "occurred_at",
            "received_at",
            "lon",
            "lat",
            "accuracy_m",
            "message",
            "notified_at",
            "acknowledged_at",
            "acknowledged_by",
        )
