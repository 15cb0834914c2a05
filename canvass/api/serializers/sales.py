"""What the API takes and gives of sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID, OwnField
from accounts.models import Member
from canvass.api.fields import InstantField, PhoneIdField
from canvass.models.sales import (
    MAX_MONEY_MINOR,
    Language,
    PaymentMethod,
    Sale,
    SaleEvent,
    SaleEventKind,
    SaleLine,
)
from canvass.sale_events import NewEvent
from canvass.sales import MAX_QUANTITY, NewLine, NewSale

MAX_LINES = 200


def id_field(**kwargs: Any) -> serializers.IntegerField:
    """The number of a row."""
    return serializers.IntegerField(min_value=1, max_value=MAX_ID, **kwargs)


def money(**kwargs: Any) -> serializers.IntegerField:
    """Minor units of the campaign's currency; the sums are the domain's to check."""
    return serializers.IntegerField(min_value=-MAX_MONEY_MINOR, max_value=MAX_MONEY_MINOR, **kwargs)


class SaleLineIn(serializers.Serializer[NewLine]):
    """A line to book: so many of a product; discount and tax are of the whole line."""

    product = id_field()
    quantity = serializers.IntegerField(max_value=MAX_QUANTITY)
    unit_price_minor = money()
    discount_minor = money(required=False)
    tax_minor = money(required=False)


class SaleIn(serializers.Serializer[NewSale]):
    """A sale to book. The phone makes the id, and sends the same again if no answer came."""

    id = PhoneIdField()
    campaign = id_field()
    door = id_field()
    visit = serializers.UUIDField(required=False, allow_null=True)
    sold_at = InstantField()
    lines = serializers.ListField(child=SaleLineIn(), max_length=MAX_LINES)
    total_minor = money(help_text="The sum of the lines.")
    trade_in_minor = money(required=False)
    trade_in = serializers.CharField(max_length=200, required=False, allow_blank=True)
    deposit_minor = money(required=False, help_text="Paid at the door.")
    balance_minor = money(help_text="Total without trade-in and deposit.")
    payment_method = serializers.ChoiceField(
        PaymentMethod.choices, required=False, help_text="How the deposit was paid."
    )
    payment_reference = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Never a card number."
    )
    financed = serializers.BooleanField(required=False)
    delivered = serializers.BooleanField(required=False, help_text="Handed over at the door.")
    delivery_due_on = serializers.DateField(required=False, allow_null=True)
    language = serializers.ChoiceField(Language.choices, required=False)
    buyer_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    buyer_age = serializers.IntegerField(
        min_value=0, max_value=130, required=False, allow_null=True
    )
    at_home = serializers.BooleanField(required=False, help_text="False if sold elsewhere.")
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    receipt_number = id_field(
        required=False,
        allow_null=True,
        help_text="Only where one has been promised; it must be the next.",
    )

    def new_sale(self) -> NewSale:
        """What the validated body says."""
        return told_sale(self.validated_data)


def told_sale(validated: Mapping[str, Any]) -> NewSale:
    """The sale of a validated body."""
    given = dict(validated)
    ids = {f"{name}_id": given.pop(name, None) for name in ("campaign", "door", "visit")}
    lines = tuple(new_line(line) for line in given.pop("lines"))
    return NewSale(**given, **ids, lines=lines)


def new_line(given: dict[str, Any]) -> NewLine:
    """What a validated line says."""
    rest = {name: value for name, value in given.items() if name != "product"}
    return NewLine(product_id=given["product"], **rest)


class HandOverIn(serializers.Serializer[Sale]):
    """Who is to bring a sale's goods from now on."""

    to = OwnField(Member.objects.all())


class SaleLineOut(serializers.ModelSerializer[SaleLine]):
    """A line of a sale."""

    product_name = serializers.CharField(source="product.name")

    class Meta:
        model = SaleLine
        fields = (
            "product",
            "product_name",
            "quantity",
            "unit_price_minor",
            "discount_minor",
            "tax_minor",
            "total_minor",
        )


class SaleEventIn(serializers.Serializer[NewEvent]):
    """What became of a sale. The phone makes the id, and sends the same again until answered."""

    id = PhoneIdField()
    kind = serializers.ChoiceField(
        [choice for choice in SaleEventKind.choices if choice[0] != SaleEventKind.BOOKED]
    )
    occurred_at = InstantField()
    amount_minor = money(required=False, help_text="Of payments and refunds.")
    payment_method = serializers.ChoiceField(PaymentMethod.choices, required=False)
    payment_reference = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Never a card number."
    )
    goodwill = serializers.BooleanField(
        required=False, help_text="A manager cancels although it is too late."
    )
    trade_in_returned = serializers.BooleanField(required=False)
    corrects = serializers.UUIDField(
        required=False, allow_null=True, help_text="The event that did not happen."
    )
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class SaleEventOut(serializers.ModelSerializer[SaleEvent]):
    """An event of a sale as it is stored."""

    class Meta:
        model = SaleEvent
        fields = (
            "id",
            "sale",
            "kind",
            "member",
            "occurred_at",
            "received_at",
            "amount_minor",
            "payment_method",
            "payment_reference",
            "goodwill",
            "trade_in_returned",
            "corrects",
            "note",
        )


class SaleOut(serializers.ModelSerializer[Sale]):
    """A sale: what was agreed, and what its events add up to; money in minor units."""

    currency = serializers.CharField(source="campaign.currency")
    street = serializers.CharField(source="door.building.street")
    number = serializers.CharField(source="door.building.number")
    unit = serializers.CharField(source="door.unit")
    lines = SaleLineOut(many=True)
    events = SaleEventOut(many=True)

    class Meta:
        model = Sale
        fields = (
            "id",
            "receipt_number",
            "campaign",
            "door",
            "street",
            "number",
            "unit",
            "member",
            "deliverer",
            "visit",
            "sold_at",
            "received_at",
            "currency",
            "lines",
            "total_minor",
            "trade_in_minor",
            "trade_in",
            "deposit_minor",
            "balance_minor",
            "payment_method",
            "payment_reference",
            "financed",
            "delivery_due_on",
            "language",
            "buyer_name",
            "buyer_age",
            "at_home",
            "note",
            "status",
            "paid_minor",
            "owed_minor",
            "refunded_minor",
            "to_refund_minor",
            "delivered_at",
            "cancelled_at",
            "cancel_until",
            "refund_due_at",
            "events",
        )
