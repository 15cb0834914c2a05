"""What the API takes and gives of agreed times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField
from canvass.api.fields import CenturyDateField, InstantField, PhoneIdField
from canvass.callbacks import CallbackCounts
from canvass.models import CallbackMove, CallbackState, Campaign, Visit
from territories.api.serializers import DoorOut


class CallbackOut(serializers.ModelSerializer[Visit]):
    """An agreed time, by the id of the visit at which it was agreed, and what became of it."""

    door = DoorOut()
    agreed_at = serializers.DateTimeField(source="occurred_at")
    due_at = serializers.DateTimeField(help_text="As the latest move says.")
    due_until = serializers.DateTimeField(allow_null=True, help_text="The end of an agreed window.")
    state = serializers.ChoiceField(CallbackState.choices)
    moves = serializers.IntegerField(
        source="moves_made", help_text="How often it was moved without a visit."
    )

    class Meta:
        model = Visit
        fields = (
            "id",
            "campaign",
            "door",
            "member",
            "agreed_at",
            "due_at",
            "due_until",
            "state",
            "moves",
            "note",
        )


class MoveIn(serializers.Serializer[CallbackMove]):
    """Another time. The phone makes the id, and sends until it is answered."""

    id = PhoneIdField()
    moved_at = InstantField(help_text="When that was agreed.")
    callback_at = InstantField()
    callback_until = InstantField(
        required=False, allow_null=True, help_text="The end of the window that was agreed."
    )
    note = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, trim_whitespace=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A window ends after it starts."""
        until: datetime | None = attrs.get("callback_until")
        if until is not None and until <= attrs["callback_at"]:
            raise serializers.ValidationError({"callback_until": "A window ends after it starts."})
        return attrs


class CallbacksQuery(serializers.Serializer[CallbackCounts]):
    """The campaign to report on, and the local days [from, to) of the agreed times."""

    campaign = OwnField(Campaign.objects.all(), help_text="The campaign's id.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from` and `to`, the first of which Python keeps for itself."""
        days = {
            "from": CenturyDateField(source="from_day", required=False),
            "to": CenturyDateField(source="to_day", required=False),
        }
        return {**super().get_fields(), **days}


class CallbackCountsOut(serializers.Serializer[CallbackCounts]):
    """What became of the times that a member agreed on."""

    member = serializers.IntegerField()
    name = serializers.CharField()
    agreed = serializers.IntegerField()
    open = serializers.IntegerField()
    kept = serializers.IntegerField()
    missed = serializers.IntegerField()
    moved = serializers.IntegerField(help_text="Agreed anew at a visit before the time.")
    settled = serializers.IntegerField()
    moved_without_visit = serializers.IntegerField(
        help_text="Those moved without a visit, whatever became of them."
    )
