"""What the API gives of prospects."""

from __future__ import annotations

from rest_framework import serializers

from canvass.models import Prospect
from territories.api.serializers import DoorOut


class ProspectOut(serializers.ModelSerializer[Prospect]):
    """A door in a campaign: its address, and what its visits add up to."""

    door = DoorOut()

    class Meta:
        model = Prospect
        fields = (
            "id",
            "campaign",
            "door",
            "temperature",
            "attempts",
            "contacts",
            "last_kind",
            "last_visited_at",
            "next_due_at",
            "next_due_until",
            "try_again_at",
            "given_up",
            "do_not_knock",
            "customer",
        )
