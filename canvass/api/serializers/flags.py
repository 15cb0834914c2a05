"""What the API takes and gives of flags."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar

from rest_framework import serializers

from canvass.flag_rules import LARGEST, Thresholds
from canvass.models import FlagDecision, VisitFlag


class VisitFlagOut(serializers.ModelSerializer[VisitFlag]):
    """Something odd about a visit, and what the reviewer says to it."""

    member = serializers.IntegerField(source="visit.member_id")
    campaign = serializers.IntegerField(source="visit.campaign_id")
    door = serializers.IntegerField(source="visit.door_id")

    class Meta:
        model = VisitFlag
        fields = (
            "id",
            "visit",
            "member",
            "campaign",
            "door",
            "kind",
            "details",
            "raised_at",
            "decision",
            "decided_at",
            "decided_by",
            "note",
        )


class FlagDecisionIn(serializers.Serializer[VisitFlag]):
    """What a flag means: nothing wrong, something wrong, or open again."""

    decision = serializers.ChoiceField(FlagDecision.choices)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")


class FlagThresholdsPart(serializers.Serializer[Thresholds]):
    """From where on visits are flagged; null goes back to what counts without it.

    What is left out stays.
    """

    whole: ClassVar = (
        "doors_an_hour",
        "spot_buildings",
        "grace_s",
        "contact_visits",
        "contact_days",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """A number for each threshold."""
        limits: dict[str, Any] = {"min_value": 0, "max_value": LARGEST}
        names = [field.name for field in fields(Thresholds)]
        return {
            name: (serializers.IntegerField if name in self.whole else serializers.FloatField)(
                required=False, allow_null=True, **limits
            )
            for name in names
        }
