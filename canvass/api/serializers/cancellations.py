"""What the API takes and gives of the right to cancel."""

from __future__ import annotations

from rest_framework import serializers

from accounts.api.fields import OwnField
from canvass.api.fields import CenturyDateField
from canvass.cancellation import DayKind
from canvass.cancellation_rules import MAX_DAYS, CancellationPlan
from canvass.models import Campaign, Jurisdiction
from canvass.models.cancellations import CancellationRule
from canvass.models.sales import MAX_MONEY_MINOR


def least(help_text: str) -> serializers.IntegerField:
    """The least total of a sale that a rule covers, or null for none."""
    return serializers.IntegerField(
        min_value=0, max_value=MAX_MONEY_MINOR, required=False, allow_null=True, help_text=help_text
    )


class CancellationRuleIn(serializers.Serializer[CancellationPlan]):
    """A right to cancel, with its citation.

    Without `campaign` it holds in all of them, without `jurisdiction` at every door.
    """

    campaign = OwnField(Campaign.objects.all(), required=False)
    jurisdiction = OwnField(Jurisdiction.objects.all(), required=False, allow_null=True)
    name = serializers.CharField(max_length=120)
    citation = serializers.CharField(max_length=300)
    days = serializers.IntegerField(min_value=0, max_value=MAX_DAYS)
    day_kind = serializers.ChoiceField([(kind.value, kind.value) for kind in DayKind])
    saturdays_count = serializers.BooleanField(required=False)
    holidays = serializers.CharField(
        max_length=12, required=False, allow_blank=True, help_text="As in US or US-MD."
    )
    currency = serializers.CharField(max_length=3)
    home_from_minor = least("Null if it covers no sales at home.")
    elsewhere_from_minor = least("Null if it covers no sales elsewhere.")
    buyer_age_from = serializers.IntegerField(
        min_value=0, max_value=130, required=False, allow_null=True
    )
    refund_days = serializers.IntegerField(min_value=0, max_value=MAX_DAYS, required=False)
    starts_on = CenturyDateField()
    ends_on = CenturyDateField(required=False, allow_null=True)


class CancellationRuleOut(serializers.ModelSerializer[CancellationRule]):
    """A right to cancel as it is stored."""

    class Meta:
        model = CancellationRule
        fields = (
            "id",
            "campaign",
            "jurisdiction",
            "name",
            "citation",
            "days",
            "day_kind",
            "saturdays_count",
            "holidays",
            "currency",
            "home_from_minor",
            "elsewhere_from_minor",
            "buyer_age_from",
            "refund_days",
            "starts_on",
            "ends_on",
        )
