"""Sales: what was agreed, which never changes, and the events that say what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.campaigns import Campaign
from canvass.models.visits import Visit
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import ScopedModel, ScopedQuerySet, Viewer

MAX_MONEY_MINOR = 10**15


class PaymentMethod(models.TextChoices):
    """How money changed hands. Of a card nothing is kept but the terminal's reference."""

    NONE = "", "none yet"
    CASH = "cash"
    CHECK = "check"
    CARD = "card"
    TRANSFER = "transfer"
    FINANCING = "financing"


class Language(models.TextChoices):
    """The languages in which a receipt and its notices can be printed."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Español"
    GERMAN = "de", "Deutsch"


class SaleStatus(models.TextChoices):
    """What a sale's events add up to; see `canvass.sale_state`."""

    BOOKED = "booked", "booked: money is owed, and the goods"
    DELIVERED = "delivered", "delivered: the balance is owed"
    PAID = "paid", "paid: the goods are owed"
    COMPLETED = "completed", "completed: delivered and paid"
    CANCELLED = "cancelled", "cancelled: something is to be given back"
    REFUNDED = "refunded", "refunded: cancelled, and everything given back"


class SaleEventKind(models.TextChoices):
    """What can become of a sale."""

    BOOKED = "booked"
    DEPOSIT_PAID = "deposit_paid"
    DELIVERED = "delivered"
    BALANCE_PAID = "balance_paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    CORRECTED = "corrected", "corrected: another event did not happen"


PAYMENT_KINDS = frozenset({SaleEventKind.DEPOSIT_PAID, SaleEventKind.BALANCE_PAID})
MONEY_KINDS = PAYMENT_KINDS | {SaleEventKind.REFUNDED}


class ReceiptCounterQuerySet(ScopedQuerySet["ReceiptCounter"]):
    """The counters of receipts: no rep has a use for them."""


class ReceiptCounter(ScopedModel):
    """The last receipt number that an organisation gave out; locked while the next is taken."""

    last_number = models.PositiveBigIntegerField(default=0)

    objects = ReceiptCounterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="receipt_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.last_number}"


class SaleQuerySet(ScopedQuerySet["Sale"]):
    """Sales; a manager sees the subtree's, a rep those they made and those they are to deliver."""

    def for_manager(self, member: Viewer) -> Self:
        """Sales made by, or to be delivered by, the members in the manager's subtree."""
        return self.filter(
            Q(member__team__path__startswith=member.team_path)
            | Q(deliverer__team__path__startswith=member.team_path)
        )

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own sales, and those handed to them for delivery."""
        return self.filter(Q(member=member.pk) | Q(deliverer=member.pk))

    def undelivered(self) -> Self:
        """Sales whose goods are still to be brought."""
        return self.filter(delivered_at=None, cancelled_at=None)

    def refund_overdue(self, now: datetime) -> Self:
        """Cancelled sales of which something should have been given back before now."""
        return self.filter(status=SaleStatus.CANCELLED, refund_due_at__lt=now)


class Sale(ScopedModel):
    """What was agreed at a door, and what the events since then add up to.

    The agreement never changes; the id is made by the phone. `total_minor` is the sum of the lines;
    what the buyer owes of it beside `trade_in_minor` is the deposit and the balance. The columns
    from `status` on are derived from the events. `deliverer` brings the goods: who sold them, until
    the sale is handed over.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sales")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="sales")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="sales")
    deliverer = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="deliveries"
    )
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="sales"
    )
    receipt_number = models.PositiveBigIntegerField()
    sold_at = models.DateTimeField()
    received_at = models.DateTimeField()
    language = models.CharField(max_length=5, choices=Language, default=Language.ENGLISH)
    buyer_name = models.CharField(max_length=120, blank=True)
    buyer_age = models.PositiveSmallIntegerField(null=True, blank=True)
    at_home = models.BooleanField(default=True, help_text="Sold at the buyer's home")
    total_minor = models.PositiveBigIntegerField()
    trade_in_minor = models.PositiveBigIntegerField(default=0)
    trade_in = models.CharField(max_length=200, blank=True)
    deposit_minor = models.PositiveBigIntegerField(default=0)
    balance_minor = models.PositiveBigIntegerField()
    payment_method = models.CharField(max_length=12, choices=PaymentMethod, blank=True)
    payment_reference = models.CharField(max_length=80, blank=True)
    financed = models.BooleanField(default=False)
    delivery_due_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, editable=False)

    cancel_until = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=SaleStatus)
    paid_minor = models.PositiveBigIntegerField(default=0)
    owed_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    to_refund_minor = models.PositiveBigIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    refund_due_at = models.DateTimeField(null=True, blank=True)

    objects = SaleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "receipt_number"], name="sale_receipt_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(
                    total_minor=F("trade_in_minor") + F("deposit_minor") + F("balance_minor")
                ),
                name="sale_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    cancelled_at=None,
                    refunded_minor=0,
                    to_refund_minor=0,
                    total_minor=F("trade_in_minor") + F("paid_minor") + F("owed_minor"),
                )
                | Q(
                    cancelled_at__isnull=False,
                    owed_minor=0,
                    paid_minor=F("refunded_minor") + F("to_refund_minor"),
                ),
                name="sale_reconciles",
            ),
            models.CheckConstraint(
                condition=Q(status__in=SaleStatus.values), name="sale_status_known"
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="sale_language_known"
            ),
            models.CheckConstraint(
                condition=Q(payment_method__in=PaymentMethod.values),
                name="sale_payment_method_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "sold_at"], name="sale_campaign_time"),
            models.Index(fields=["door", "campaign"], name="sale_door_campaign"),
            models.Index(
                fields=["organisation", "refund_due_at"],
                condition=Q(status=SaleStatus.CANCELLED),
                name="sale_refunds_due",
            ),
        ]

    def __str__(self) -> str:
        return f"Receipt {self.receipt_number}"

    @property
    def due_minor(self) -> int:
        """What the buyer pays in money: the total without the trade-in."""
        return self.total_minor - self.trade_in_minor


class SaleLineQuerySet(ForeverQuerySet["SaleLine"]):
    """Lines, which are read with their sales."""


class SaleLine(ForeverModel):
    """So many of a product, at a price; `discount_minor` and `tax_minor` are of the whole line."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey("canvass.Product", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.PositiveBigIntegerField()
    discount_minor = models.PositiveBigIntegerField(default=0)
    tax_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField()

    objects = SaleLineQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sale", "position"], name="sale_line_position_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(discount_minor__lte=F("quantity") * F("unit_price_minor"))
                & Q(
                    total_minor=F("quantity") * F("unit_price_minor")
                    - F("discount_minor")
                    + F("tax_minor")
                ),
                name="sale_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"

    @property
    def net_minor(self) -> int:
        """The line without its tax."""
        return self.total_minor - self.tax_minor


class SaleEventQuerySet(ForeverQuerySet["SaleEvent"]):
    """Events of sales; who sees the sale sees them."""

    def for_manager(self, member: Viewer) -> Self:
        """The events of the sales that the manager sees."""
        return self.filter(sale__in=Sale.objects.for_member(member))

    def for_rep(self, member: Viewer) -> Self:
        """The events of the sales that the rep sees."""
        return self.filter(sale__in=Sale.objects.for_member(member))


class SaleEvent(ForeverModel):
    """One thing that became of a sale, for ever. `corrects` names an event that did not happen."""

    id = models.UUIDField(primary_key=True, editable=False)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=SaleEventKind)
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    amount_minor = models.PositiveBigIntegerField(default=0)
    payment_method = models.CharField(max_length=12, choices=PaymentMethod, blank=True)
    payment_reference = models.CharField(max_length=80, blank=True)
    goodwill = models.BooleanField(default=False, help_text="Cancelled although it was too late")
    trade_in_returned = models.BooleanField(default=False)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    note = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, editable=False, blank=True)

    personal: ClassVar[dict[str, str]] = {"payment_reference": "", "note": ""}

    objects = SaleEventQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=SaleEventKind.values), name="sale_event_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PAYMENT_KINDS, amount_minor__gte=1)
                | Q(kind=SaleEventKind.REFUNDED)
                | Q(~Q(kind__in=MONEY_KINDS), amount_minor=0),
                name="sale_event_moves_money_or_not",
            ),
            models.CheckConstraint(
                condition=Q(kind=SaleEventKind.CORRECTED, corrects__isnull=False)
                | Q(~Q(kind=SaleEventKind.CORRECTED), corrects=None),
                name="sale_event_corrects_another",
            ),
            models.CheckConstraint(
                condition=Q(payment_method__in=PaymentMethod.values),
                name="sale_event_payment_method_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sale_id}"
