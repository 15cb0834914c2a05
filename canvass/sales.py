"""Booking sales: once, for ever, each with the next receipt number of its organisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.cancellation_rules import refund_due, right_to_cancel
from canvass.card_numbers import has_card_number
from canvass.errors import sales as errors
from canvass.holding import held_door
from canvass.models import Campaign, Product, Visit
from canvass.models.sales import (
    MAX_MONEY_MINOR,
    ReceiptCounter,
    Sale,
    SaleEvent,
    SaleEventKind,
    SaleLine,
)
from canvass.payloads import once, payload_hash, replayed
from canvass.sale_state import EventFacts, SaleState, SaleTerms, sale_state
from canvass.sync.feed import Own, mark
from common.clock import clamped
from common.ids import uuid7
from territories.models import Door

MAX_QUANTITY = 10_000
FREE_TEXTS = ("buyer_name", "payment_reference", "trade_in", "note")


@dataclass(frozen=True)
class NewLine:
    """So many of a product; money in minor units, discount and tax for the whole line."""

    product_id: int
    quantity: int
    unit_price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0

    @property
    def gross_minor(self) -> int:
        """The line without discount and tax."""
        return self.quantity * self.unit_price_minor

    @property
    def total_minor(self) -> int:
        """What the line comes to."""
        return self.gross_minor - self.discount_minor + self.tax_minor


@dataclass(frozen=True)
class NewSale:
    """What was agreed at a door, as the phone tells it and as it stands on the buyer's copy.

    `id` is a UUIDv7 that the phone made. total = lines; total = trade-in + deposit + balance. The
    deposit has been paid, and with `delivered` the goods have been handed over. `receipt_number`
    is given only where it has been promised already, and must be the next one. Raises SaleInvalid,
    SaleDoesNotAddUp and SaleHoldsCardNumber when made of nonsense.
    """

    id: UUID
    campaign_id: int
    door_id: int
    sold_at: datetime
    lines: tuple[NewLine, ...]
    total_minor: int
    balance_minor: int
    deposit_minor: int = 0
    trade_in_minor: int = 0
    trade_in: str = ""
    payment_method: str = ""
    payment_reference: str = ""
    financed: bool = False
    delivered: bool = False
    delivery_due_on: date | None = None
    visit_id: UUID | None = None
    language: str = "en"
    buyer_name: str = ""
    buyer_age: int | None = None
    at_home: bool = True
    note: str = ""
    receipt_number: int | None = None

    def __post_init__(self) -> None:
        for field, is_right, message in self._rules():
            if not is_right:
                raise errors.SaleInvalid(message, field=field)
        for field, given, expected in self._sums():
            if given != expected:
                raise errors.SaleDoesNotAddUp(field=field, given=given, expected=expected)
        for field in FREE_TEXTS:
            if has_card_number(getattr(self, field)):
                raise errors.SaleHoldsCardNumber(field=field)

    def _rules(self) -> Iterator[tuple[str, bool, str]]:
        yield "lines", bool(self.lines), "A sale has a line at least."
        for line in self.lines:
            enough = 1 <= line.quantity <= MAX_QUANTITY
            yield "quantity", enough, f"A quantity is 1 to {MAX_QUANTITY}."
            yield "unit_price_minor", line.unit_price_minor >= 0, "A price is not negative."
            yield "tax_minor", line.tax_minor >= 0, "A tax is not negative."
            fair = 0 <= line.discount_minor <= line.gross_minor
            yield "discount_minor", fair, "A discount is no more than the line."
            small = max(line.gross_minor, line.tax_minor) <= MAX_MONEY_MINOR
            yield "unit_price_minor", small, f"A line comes to {MAX_MONEY_MINOR} at most."
        for field in ("total_minor", "trade_in_minor", "deposit_minor", "balance_minor"):
            in_range = 0 <= getattr(self, field) <= MAX_MONEY_MINOR
            yield field, in_range, f"Amounts are 0 to {MAX_MONEY_MINOR}."
        named = self.deposit_minor == 0 or self.payment_method != ""
        yield "payment_method", named, "Say how the deposit was paid."

    def _sums(self) -> Iterator[tuple[str, int, int]]:
        yield "total_minor", self.total_minor, sum(line.total_minor for line in self.lines)
        left = self.total_minor - self.trade_in_minor - self.deposit_minor
        yield "balance_minor", self.balance_minor, left

    @property
    def terms(self) -> SaleTerms:
        """What the events of the sale are counted against."""
        return SaleTerms(self.total_minor - self.trade_in_minor, self.trade_in_minor > 0)


def record_sale(*, actor: Member, new: NewSale, now: datetime) -> tuple[Sale, bool]:
    """Book a sale with its lines, its first events and its receipt number.

    Returns the sale and whether it is new. Recording the same again returns the stored sale, for
    ever; the same id with anything different, or somebody else's id, raises SaleIdReused. A rep's
    door must have been assigned to them on the local day of the sale. A `sold_at` more than
    CLOCK_TOLERANCE ahead of `now` becomes `now`. Raises SaleDoorNotFound, SaleVisitNotFound,
    SaleProductNotFound and SaleReceiptGap; then nothing is written and no number is used.
    """
    return once(lambda: insert_sale(actor, new, now))


def insert_sale(actor: Member, new: NewSale, now: datetime) -> tuple[Sale, bool]:
    """Check and insert a sale with its lines and first events; the receipt number comes last."""
    stored = replayed(Sale.objects.all(), actor, new, errors.SaleIdReused)
    if stored:
        return stored, False
    sold_at = clamped(new.sold_at, now)
    campaign = campaign_of_door(actor, new, sold_at)
    refuse_other_visit(actor, new)
    refuse_other_products(campaign, new)
    events = first_events(new, sold_at, now)
    state = sale_state(new.terms, events)
    number = next_receipt_number(actor.organisation_id, new.receipt_number)
    sale = Sale(**agreed(new), **vars(state), campaign=campaign, sold_at=sold_at)
    sale.organisation_id, sale.payload_hash = actor.organisation_id, payload_hash(new)
    sale.member = sale.deliverer = actor
    sale.received_at, sale.receipt_number = now, number
    right = right_to_cancel(campaign, sale)
    sale.cancel_until = right.until if right else None
    sale.save(force_insert=True)
    SaleLine.objects.bulk_create(stored_line(sale, *row) for row in enumerate(new.lines, start=1))
    SaleEvent.objects.bulk_create(stored_event(sale, event, new) for event in events)
    told = {"receipt_number": number, "total_minor": new.total_minor, **vars(state)}
    note(actor, "sale.booked", Change(sale, None, told), now=now)
    mark(own=owners_of(sale))
    return sale, True


def owners_of(sale: Sale) -> set[Own]:
    """Whose phones show a sale: who sold it, and who brings it."""
    return {Own(member, "sale", str(sale.pk)) for member in (sale.member_id, sale.deliverer_id)}


def agreed(new: NewSale) -> dict[str, object]:
    """The columns of a sale that the phone gives as they are."""
    names = (
        "id door_id visit_id language buyer_name buyer_age at_home total_minor trade_in_minor "
        "trade_in deposit_minor balance_minor payment_method payment_reference financed "
        "delivery_due_on note"
    ).split()
    return {name: getattr(new, name) for name in names}


def campaign_of_door(actor: Member, new: NewSale, sold_at: datetime) -> Campaign:
    """The campaign of a sale. Raises SaleDoorNotFound unless campaign and door are the actor's."""
    ours = {"organisation_id": actor.organisation_id}
    door = Door.objects.filter(**ours, pk=new.door_id)
    campaign = Campaign.objects.filter(Exists(door), **ours, pk=new.campaign_id).first()
    if campaign is None:
        raise errors.SaleDoorNotFound
    is_rep = actor.role == Role.REP
    if is_rep and not held_door(actor, new.door_id, sold_at, campaign.time_zone):
        raise errors.SaleDoorNotFound
    return campaign


def refuse_other_visit(actor: Member, new: NewSale) -> None:
    """Raise unless the visit, if one is named, is the actor's own at that door."""
    if new.visit_id is None:
        return
    rows = Visit.objects.filter(member=actor, campaign=new.campaign_id, door=new.door_id)
    if not rows.filter(pk=new.visit_id).exists():
        raise errors.SaleVisitNotFound


def refuse_other_products(campaign: Campaign, new: NewSale) -> None:
    """Raise unless the campaign sells every product; retired ones too: a phone may not know yet."""
    wanted = {line.product_id for line in new.lines}
    rows = Product.objects.filter(campaign=campaign, pk__in=wanted)
    missing = wanted - set(rows.values_list("pk", flat=True))
    if missing:
        raise errors.SaleProductNotFound(product=min(missing))


def next_receipt_number(organisation_id: int, promised: int | None) -> int:
    """The organisation's next receipt number; others wait until this transaction is over.

    A number is used up only if the transaction is. Raises SaleReceiptGap if another is promised.
    """
    rows = ReceiptCounter.objects.filter(organisation_id=organisation_id)
    counter = rows.select_for_update(no_key=True).first()
    if counter is None:
        first = ReceiptCounter(organisation_id=organisation_id)
        ReceiptCounter.objects.bulk_create([first], ignore_conflicts=True)
        counter = rows.select_for_update(no_key=True).get()
    number = counter.last_number + 1
    if promised not in (None, number):
        raise errors.SaleReceiptGap(expected=number)
    rows.update(last_number=number)
    return number


def first_events(new: NewSale, sold_at: datetime, now: datetime) -> list[EventFacts]:
    """What happened at the door: the booking, the deposit and the delivery, if there were."""
    happened = [
        (SaleEventKind.BOOKED, True, 0),
        (SaleEventKind.DEPOSIT_PAID, new.deposit_minor > 0, new.deposit_minor),
        (SaleEventKind.DELIVERED, new.delivered, 0),
    ]
    return [
        EventFacts(uuid7(now + timedelta(milliseconds=place)), kind.value, sold_at, amount)
        for place, (kind, did, amount) in enumerate(happened)  # ids in the order of events
        if did
    ]


def stored_line(sale: Sale, position: int, line: NewLine) -> SaleLine:
    """The unsaved row of a line."""
    return SaleLine(
        organisation_id=sale.organisation_id,
        sale=sale,
        position=position,
        total_minor=line.total_minor,
        **vars(line),
    )


def stored_event(sale: Sale, event: EventFacts, new: NewSale) -> SaleEvent:
    """The unsaved row of an event that came with the sale itself."""
    paid = {}
    if event.amount_minor:
        paid = {
            "payment_method": new.payment_method,
            "payment_reference": new.payment_reference,
        }
    return SaleEvent(
        id=event.id,
        organisation_id=sale.organisation_id,
        sale=sale,
        member=sale.member,
        kind=event.kind,
        occurred_at=event.occurred_at,
        received_at=sale.received_at,
        amount_minor=event.amount_minor,
        **paid,
    )


def save_sale_state(sale: Sale, state: SaleState) -> None:
    """Write a sale's derived columns; a cancellation starts the clock of the refund."""
    due_at = sale.refund_due_at
    if state.cancelled_at != sale.cancelled_at:
        due_at = refund_due(sale, state.cancelled_at)
    Sale.objects.filter(pk=sale.pk).update(**vars(state), refund_due_at=due_at)
