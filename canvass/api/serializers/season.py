"""What the API takes and gives of a season's report."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from canvass.api.serializers.funnel import FunnelQuery, FunnelRowOut
from canvass.season import Ledger, ProductRow, SeasonReport, SeasonRow, Span


class SeasonQuery(FunnelQuery):
    """Which campaign, and which of its days."""

    by: Any = None

    def span(self, member: Any) -> Span:
        """What the validated query asks, as a member may see it."""
        return Span(member, **self.validated_data)


def minor(help_text: str) -> serializers.IntegerField:
    """An amount in minor units of the campaign's currency."""
    return serializers.IntegerField(help_text=help_text)


class LedgerOut(serializers.Serializer[Ledger]):
    """Sales of these days as they stand now; money is what buyers pay, without trade-ins.

    booked - cancelled = standing = paid - refunded - to_refund + owed.
    """

    sales = serializers.IntegerField()
    cancelled = serializers.IntegerField(help_text="How many of them were cancelled.")
    booked_minor = minor("What was sold.")
    cancelled_minor = minor("What of it was cancelled since.")
    standing_minor = minor("What was sold and not cancelled.")
    paid_minor = minor("Deposits and balances that were paid.")
    owed_minor = minor("What is still to be paid of what stands.")
    refunded_minor = minor("What was given back.")
    to_refund_minor = minor("What is still to be given back.")
    trade_in_minor = minor("What buyers gave in goods, beside that.")


class SeasonRowOut(serializers.Serializer[SeasonRow]):
    """A rep, a day, or all of them."""

    funnel = FunnelRowOut()
    worked_s = serializers.IntegerField(help_text="Seconds of shifts without their pauses.")
    visits_per_hour = serializers.FloatField(allow_null=True)
    ledger = LedgerOut()
    commission_minor = minor("Earned on these days, less what cancellations took back.")
    pending_minor = minor("What of it buyers can still undo.")


class ProductRowOut(serializers.Serializer[ProductRow]):
    """A product, with taxes and before trade-ins."""

    product = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    sold = serializers.IntegerField(help_text="Pieces.")
    sold_minor = minor("Its lines' totals.")
    cancelled_quantity = serializers.IntegerField()
    cancelled_minor = minor("The totals of lines of cancelled sales.")


class SeasonOut(serializers.Serializer[SeasonReport]):
    """The rows of reps, and those of days, add up to the total; doors do not."""

    campaign = serializers.IntegerField(source="campaign.pk")
    currency = serializers.CharField(source="campaign.currency")
    total = SeasonRowOut()
    reps = SeasonRowOut(many=True)
    days = SeasonRowOut(many=True)
    outcomes = FunnelRowOut(many=True)
    neighborhoods = FunnelRowOut(many=True)
    products = ProductRowOut(many=True)
