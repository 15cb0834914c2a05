"""What the API gives of prospects."""

from __future__ import annotations

from rest_framework import serializers

from canvass.api.serializers.safety import WarningField
from canvass.models import Prospect
from territories.api.serializers import DoorOut


class ProspectOut(serializers.ModelSerializer[Prospect]):
    """A door in a campaign: its address, and what its visits add up to."""

    door = DoorOut()
    do_not_knock = serializers.SerializerMethodField()
    warning = WarningField(source="door")

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
            "referred",
            "warning",
        )

    def get_do_not_knock(self, prospect: Prospect) -> bool:
        """Whether nobody may knock there now, whoever said so; or what its own visits say."""
        return bool(vars(prospect).get("forbidden_now", prospect.do_not_knock))
