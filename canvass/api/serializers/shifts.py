"""What the API takes and gives of shifts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField, latitude, longitude
from accounts.models import Member
from canvass.api.fields import InstantField, place
from canvass.campaigns import MAX_PAUSE_S, MAX_WALK_S
from canvass.models import Campaign, Shift
from canvass.pauses import Pause
from canvass.shifts import ShiftPlan


class ShiftIn(serializers.Serializer[ShiftPlan]):
    """A shift to schedule.

    Hours left out are the campaign's, as are the pause and the longest walking, places the member's
    home. A pause comes with its earliest and its latest beginning; one of 0 seconds is none.
    """

    campaign = OwnField(Campaign.objects.all())
    member = OwnField(Member.objects.all())
    day = serializers.DateField()
    starts_at = InstantField(required=False)
    ends_at = InstantField(required=False)
    start_lon = longitude()
    start_lat = latitude()
    end_lon = longitude()
    end_lat = latitude()
    pause_s = serializers.IntegerField(required=False, min_value=0, max_value=MAX_PAUSE_S)
    pause_from = InstantField(required=False)
    pause_to = InstantField(required=False)
    most_walk_s = serializers.IntegerField(required=False, min_value=1, max_value=MAX_WALK_S)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The fields of a ShiftPlan."""
        places = {end: place(attrs, f"{end}_") for end in ("start", "end")}
        rest = {name: value for name, value in attrs.items() if not name.endswith(("lon", "lat"))}
        given = [rest.pop(name, None) for name in ("pause_s", "pause_from", "pause_to")]
        pause = None if given == [None] * 3 else Pause(given[0] or 0, *given[1:])
        return {**rest, **places, "pause": pause}


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
            "pause_s",
            "pause_from",
            "pause_to",
            "most_walk_s",
            "created_at",
        )
