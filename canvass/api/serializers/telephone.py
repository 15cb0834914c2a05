"""What the API takes and gives of callbacks by telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID
from canvass.api.fields import InstantField, PhoneIdField, PhoneNumberIn
from canvass.models import TelephoneCall, TelephoneCallback, TelephoneCallbackState
from canvass.telephone import NewTelephoneCallback
from territories.api.serializers import DoorOut

NOTE: dict[str, Any] = {
    "max_length": 4000,
    "required": False,
    "allow_blank": True,
    "trim_whitespace": False,
}


class TelephoneCallbackIn(PhoneNumberIn):
    """A call that somebody agreed to. The phone makes the id, and sends until it is answered."""

    id = PhoneIdField()
    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    agreed_at = InstantField()
    call_at = InstantField()
    call_until = InstantField(
        required=False, allow_null=True, help_text="The end of the window that was agreed."
    )
    note = serializers.CharField(**NOTE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A window ends after it starts."""
        until: datetime | None = attrs.get("call_until")
        if until is not None and until <= attrs["call_at"]:
            raise serializers.ValidationError({"call_until": "A window ends after it starts."})
        return attrs

    def new_callback(self) -> NewTelephoneCallback:
        """What the validated body says. Raises PhoneInvalid."""
        given = {
            name: value
            for name, value in self.validated_data.items()
            if name not in ("phone", "region", "campaign", "door")
        }
        return NewTelephoneCallback(
            campaign_id=self.validated_data["campaign"],
            door_id=self.validated_data["door"],
            phone=self.phone_number(),
            **given,
        )


class TelephoneCallbackOut(serializers.ModelSerializer[TelephoneCallback]):
    """An agreed call and what became of it. Whoever must not be called has no number here."""

    door = DoorOut()
    phone = serializers.SerializerMethodField()
    state = serializers.ChoiceField(TelephoneCallbackState.choices)
    calls = serializers.IntegerField(source="calls_made", help_text="How often somebody called.")

    class Meta:
        model = TelephoneCallback
        fields = (
            "id",
            "campaign",
            "door",
            "member",
            "agreed_at",
            "call_at",
            "call_until",
            "phone",
            "state",
            "calls",
            "note",
        )

    def get_phone(self, callback: Any) -> str | None:
        """The number, unless nobody may call it."""
        blocked = callback.state == TelephoneCallbackState.BLOCKED
        return None if blocked else callback.phone


class CallIn(serializers.Serializer[TelephoneCall]):
    """That somebody called. The phone makes the id, and sends until it is answered."""

    id = PhoneIdField()
    called_at = InstantField()
    reached = serializers.BooleanField(help_text="Whether somebody answered.")
    note = serializers.CharField(**NOTE)


class CallOut(serializers.ModelSerializer[TelephoneCall]):
    """A call. `listed`: the number was on the do-not-call list then."""

    class Meta:
        model = TelephoneCall
        fields = (
            "id",
            "callback",
            "member",
            "called_at",
            "received_at",
            "reached",
            "listed",
            "note",
        )
