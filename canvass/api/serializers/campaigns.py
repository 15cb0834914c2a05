"""What the API takes and gives of campaigns and their products."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import FiniteField, OwnField
from canvass.api.fields import CenturyDateField
from canvass.campaigns import MAX_PRICE_MINOR, CampaignPlan
from canvass.contact_rates import HOURS, LEAST_RATE
from canvass.models import Campaign, Product, ProductPrice
from territories.models import CutRun


class HourlyRates(serializers.ListField):
    """A rate for each hour of the day, the first from midnight to one o'clock."""

    def __init__(self, **more: Any) -> None:
        child = FiniteField(min_value=LEAST_RATE, max_value=1)
        super().__init__(child=child, min_length=HOURS, max_length=HOURS, **more)


class ContactRates(serializers.Serializer[Any]):
    """Contacts per knock in each of the 24 hours of a kind of day."""

    weekday = HourlyRates()
    saturday = HourlyRates()
    sunday = HourlyRates()


class CampaignIn(serializers.Serializer[CampaignPlan]):
    """A campaign to set up."""

    name = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day after the campaign.")
    time_zone = serializers.CharField(max_length=64, help_text="As in America/Chicago.")
    currency = serializers.CharField(max_length=3, help_text="An ISO 4217 code such as USD.")
    shift_starts_at = serializers.TimeField(help_text="Local time.")
    shift_ends_at = serializers.TimeField(help_text="Local time, later on the same day.")
    door_s = serializers.IntegerField(help_text="Expected seconds at one door.")
    untouched_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Offer a territory back to its manager after so many days without a visit.",
    )
    contact_rates = ContactRates(
        required=False,
        allow_null=True,
        help_text="What each hour is expected to bring until visits show it; null: the trade's.",
    )
    pause_s = serializers.IntegerField(
        required=False, help_text="The pause of a shift in seconds; 0: none."
    )
    pause_from = serializers.TimeField(
        required=False, allow_null=True, help_text="Its earliest beginning, local time."
    )
    pause_to = serializers.TimeField(
        required=False, allow_null=True, help_text="Its latest beginning, local time."
    )
    most_walk_s = serializers.IntegerField(
        required=False, allow_null=True, help_text="The longest walking in a shift, in seconds."
    )
    after_dark_by_appointment = serializers.BooleanField(
        required=False, help_text="Between sunset and sunrise only who is invited knocks."
    )


class CampaignChangesIn(CampaignIn):
    """What to change about a campaign: any of its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "partial": True})


class CampaignOut(serializers.ModelSerializer[Campaign]):
    """A campaign."""

    contact_rates = ContactRates(allow_null=True)

    class Meta:
        model = Campaign
        fields = (
            "id",
            "name",
            "starts_on",
            "ends_on",
            "time_zone",
            "currency",
            "shift_starts_at",
            "shift_ends_at",
            "door_s",
            "untouched_days",
            "contact_rates",
            "pause_s",
            "pause_from",
            "pause_to",
            "most_walk_s",
            "after_dark_by_appointment",
            "cut",
            "cut_at",
            "created_at",
        )


class WorkCutIn(serializers.Serializer[Campaign]):
    """The published cut that a campaign is to work."""

    cut = OwnField(CutRun.objects.all())


class WorkCutOut(serializers.Serializer[dict[str, Any]]):
    """The campaign, and how many doors became prospects of it."""

    campaign = CampaignOut()
    new_prospects = serializers.IntegerField()


class ProductIn(serializers.Serializer[Product]):
    """Something for a campaign to sell."""

    campaign = OwnField(Campaign.objects.all())
    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=120)
    price_minor = serializers.IntegerField(min_value=0, max_value=MAX_PRICE_MINOR)


class ProductChangesIn(serializers.Serializer[Product]):
    """What to change about a product."""

    name = serializers.CharField(max_length=120, required=False)
    price_minor = serializers.IntegerField(min_value=0, max_value=MAX_PRICE_MINOR, required=False)
    is_active = serializers.BooleanField(required=False, help_text="False retires the product.")


class ProductPriceIn(serializers.Serializer[ProductPrice]):
    """What a product costs from a day on."""

    starts_on = CenturyDateField(help_text="The first local day.")
    price_minor = serializers.IntegerField(min_value=0, max_value=MAX_PRICE_MINOR)


class ProductPriceOut(serializers.ModelSerializer[ProductPrice]):
    """What a product costs from a day on, until its next dated price."""

    class Meta:
        model = ProductPrice
        fields = ("starts_on", "price_minor")


class ProductOut(serializers.ModelSerializer[Product]):
    """A product; prices are in minor units of the campaign's currency.

    `price_minor` counts until the first of the dated `prices`.
    """

    prices = ProductPriceOut(many=True)

    class Meta:
        model = Product
        fields = ("id", "campaign", "code", "name", "price_minor", "prices", "is_active")
