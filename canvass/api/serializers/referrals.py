"""What the API takes and gives of referrals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID
from canvass.api.fields import InstantField, PhoneIdField
from canvass.models import Referral, ReferralWithdrawal
from canvass.referrals import NewReferral


class ReferralIn(serializers.Serializer[NewReferral]):
    """What a neighbour said of a door. The phone makes the id, and sends until it is answered."""

    id = PhoneIdField()
    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="Where to knock.")
    said_at = InstantField()
    said_by_door = serializers.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        required=False,
        allow_null=True,
        help_text="The door of who said it.",
    )
    said_by = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="Who said it, in words."
    )
    note = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, trim_whitespace=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Somebody said it."""
        if not attrs.get("said_by_door") and not attrs.get("said_by"):
            raise serializers.ValidationError({"said_by": "Say who said it: a door or words."})
        return attrs

    def new_referral(self) -> NewReferral:
        """What the validated body says."""
        return told_referral(self.validated_data)


def told_referral(validated: Mapping[str, Any]) -> NewReferral:
    """The referral of a validated body."""
    given = dict(validated)
    doors = {"door_id": given.pop("door"), "said_by_door_id": given.pop("said_by_door", None)}
    return NewReferral(campaign_id=given.pop("campaign"), **doors, **given)


class WithdrawIn(serializers.Serializer[Referral]):
    """Why a referral was a mistake."""

    reason = serializers.CharField(max_length=500)


class ReferralOut(serializers.ModelSerializer[Referral]):
    """A referral as it is stored, and when it was withdrawn, if it was."""

    withdrawn_at = serializers.SerializerMethodField()

    class Meta:
        model = Referral
        fields = (
            "id",
            "campaign",
            "door",
            "member",
            "said_at",
            "received_at",
            "said_by_door",
            "said_by",
            "note",
            "withdrawn_at",
        )

    def get_withdrawn_at(self, referral: Referral) -> datetime | None:
        """When it was withdrawn."""
        withdrawal: ReferralWithdrawal | None = getattr(referral, "withdrawal", None)
        return withdrawal.withdrawn_at if withdrawal else None
