"""What the API takes and gives of shifts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField, latitude, longitude
from accounts.models import Member
from canvass.api.fields import InstantField, place
from canvass.models import Campaign, Shift
from canvass.shifts import ShiftPlan


class ShiftIn(serializers.Serializer[ShiftPlan]):
    """A shift to schedule. Hours left out are the campaign's, places the member's home."""

    campaign = OwnField(Campaign.objects.all())
    member = OwnField(Member.objects.all())
    day = serializers.DateField()
    starts_at = InstantField(required=False)
    ends_at = InstantField(required=False)
    start_lon = longitude()
    start_lat = latitude()
    end_lon = longitude()
    end_lat = latitude()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The fields of a ShiftPlan."""
        places = {end: place(attrs, f"{end}_") for end in ("start", "end")}
        rest = {name: value for name, value in attrs.items() if not name.endswith(("lon", "lat"))}
        return {**rest, **places}


class ScheduleDayIn(serializers.Serializer[Shift]):
    """The day of a campaign to schedule shifts for."""

    campaign = OwnField(Campaign.objects.all())
    day = serializers.DateField()


class ShiftOut(serializers.ModelSerializer[Shift]):
    """A shift and whose it is."""

    member_name = serializers.CharField(source="member.user.name")

    class Meta:
        model = Shift
        fields = (
            "id",
            "campaign",
            "member",
            "member_name",
            "day",
            "starts_at",
            "ends_at",
            "start_lon",
            "start_lat",
            "end_lon",
            "end_lat",
            "created_at",
        )
