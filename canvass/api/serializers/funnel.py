"""What the API takes and gives of the funnel."""

from __future__ import annotations

from typing import Any, get_args

from rest_framework import serializers

from accounts.api.fields import OwnField
from canvass.models import Campaign
from canvass.selectors import By, FunnelReport, FunnelRow


class FunnelQuery(serializers.Serializer[FunnelReport]):
    """Which visits to count, and how to group them."""

    campaign = OwnField(Campaign.objects.all(), help_text="The campaign's id.")
    by = serializers.ChoiceField(get_args(By), required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from` and `to`, the first of which Python keeps for itself."""
        days = {
            "from": serializers.DateField(
                source="from_day", required=False, help_text="The first local day."
            ),
            "to": serializers.DateField(
                source="to_day", required=False, help_text="The first local day left out."
            ),
        }
        return {**super().get_fields(), **days}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Days within this century, the first before the last."""
        first, last = attrs.get("from_day"), attrs.get("to_day")
        for name, day in (("from", first), ("to", last)):
            if day and not 2000 <= day.year < 2100:
                raise serializers.ValidationError({name: "Give a day in the years 2000 to 2099."})
        if first and last and first >= last:
            raise serializers.ValidationError({"to": "`to` is the first day left out."})
        return attrs


class FunnelRowOut(serializers.Serializer[FunnelRow]):
    """One group of visits; rates are between 0 and 1, or null where they have no base."""

    key = serializers.SerializerMethodField()
    label = serializers.CharField()  # type: ignore[assignment]  # not the field's own
    visits = serializers.IntegerField()
    doors = serializers.IntegerField(help_text="Distinct doors: they add up by territory only.")
    contacts = serializers.IntegerField(help_text="Visits at which somebody answered.")
    demos = serializers.IntegerField(help_text="Contacts at which something was shown.")
    sales = serializers.IntegerField(help_text="Demos at which something was sold.")
    contact_rate = serializers.FloatField(allow_null=True, help_text="Contacts per visit.")
    demo_rate = serializers.FloatField(allow_null=True, help_text="Demos per contact.")
    close_rate = serializers.FloatField(allow_null=True, help_text="Sales per demo.")
    sale_rate = serializers.FloatField(allow_null=True, help_text="Sales per visit.")

    def get_key(self, row: FunnelRow) -> str | None:
        """The member's or territory's id, the day, or the outcome's code, as text."""
        return None if row.key is None else str(row.key)


class FunnelOut(serializers.Serializer[FunnelReport]):
    """The groups, and the total, which is the same however the visits are grouped."""

    rows = FunnelRowOut(many=True)
    total = FunnelRowOut()
