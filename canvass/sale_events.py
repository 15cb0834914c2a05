"""What becomes of a sale: payments, delivery, cancellation, refunds, corrections; for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.card_numbers import has_card_number
from canvass.errors import sales as errors
from canvass.models.sales import (
    MAX_MONEY_MINOR,
    MONEY_KINDS,
    PAYMENT_KINDS,
    Sale,
    SaleEvent,
    SaleEventKind,
)
from canvass.payloads import once, payload_hash, replayed
from canvass.sale_state import EventFacts, SaleState, SaleTerms, sale_state
from canvass.sales import owners_of, save_sale_state
from canvass.sync.feed import mark
from common.clock import clamped
from common.errors import NotAllowed, NotFound


@dataclass(frozen=True)
class NewEvent:
    """Something that became of a sale, as the phone tells it; `kind` is any but "booked".

    `corrects` is for corrections: the event that did not happen. `goodwill` is a manager's word
    that a sale is cancelled although it is too late. Raises SaleEventInvalid and
    SaleHoldsCardNumber when made of nonsense.
    """

    id: UUID
    sale_id: UUID
    kind: str
    occurred_at: datetime
    amount_minor: int = 0
    payment_method: str = ""
    payment_reference: str = ""
    goodwill: bool = False
    trade_in_returned: bool = False
    corrects: UUID | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for field, is_right in self._rules():
            if not is_right:
                raise errors.SaleEventInvalid(field=field)
        for field in ("payment_reference", "note"):
            if has_card_number(getattr(self, field)):
                raise errors.SaleHoldsCardNumber(field=field)

    def _rules(self) -> list[tuple[str, bool]]:
        moves_money = self.kind in MONEY_KINDS
        needed = self.kind in PAYMENT_KINDS or (moves_money and not self.trade_in_returned)
        right = int(needed) <= self.amount_minor <= (MAX_MONEY_MINOR if moves_money else 0)
        is_correction = self.kind == SaleEventKind.CORRECTED
        return [
            ("kind", self.kind in SaleEventKind.values and self.kind != SaleEventKind.BOOKED),
            ("amount_minor", right),
            ("payment_method", bool(self.payment_method) == bool(self.amount_minor)),
            ("corrects", is_correction == (self.corrects is not None)),
            ("goodwill", not self.goodwill or self.kind == SaleEventKind.CANCELLED),
            ("trade_in_returned", not self.trade_in_returned or self.kind == "refunded"),
        ]

    def facts(self, occurred_at: datetime) -> EventFacts:
        """What of the event matters to the sale."""
        return EventFacts(
            self.id,
            self.kind,
            occurred_at,
            self.amount_minor,
            self.trade_in_returned,
            self.corrects,
        )


def record_sale_event(*, actor: Member, new: NewEvent, now: datetime) -> tuple[SaleEvent, bool]:
    """Record what became of a sale and bring the sale up to date.

    Returns the event and whether it is new; the same again returns the stored one, for ever.
    An `occurred_at` more than CLOCK_TOLERANCE ahead of `now` becomes `now`. Raises NotFound for a
    sale that the actor may not see, SaleEventIdReused, NotAllowed for a rep's goodwill, and
    whatever `refuse` does; then nothing is written.
    """
    stored = stored_event(actor, new)
    if stored:
        return stored, False
    return once(lambda: insert_event(actor, new, now))


def stored_event(actor: Member, new: NewEvent) -> SaleEvent | None:
    """The event that is stored under this id, if it is the same; SaleEventIdReused if not."""
    return replayed(SaleEvent.objects.all(), actor, new, errors.SaleEventIdReused)


def insert_event(actor: Member, new: NewEvent, now: datetime) -> tuple[SaleEvent, bool]:
    """As `record_sale_event`, under the sale's lock: a call that held it may have been the same."""
    sale = lock_sale(actor, new.sale_id)
    stored = stored_event(actor, new)
    if stored:
        return stored, False
    occurred_at = clamped(new.occurred_at, now)
    earlier = list(SaleEvent.objects.filter(sale=sale))
    refuse_bad_correction(actor, new, earlier)
    known = [facts_of(event) for event in earlier]
    after = refuse(sale, known, new.facts(occurred_at))
    late = refuse_late_cancellation(actor, sale, new, occurred_at)
    event = SaleEvent.objects.create(
        id=new.id,
        organisation_id=sale.organisation_id,
        sale=sale,
        member=actor,
        kind=new.kind,
        occurred_at=occurred_at,
        received_at=now,
        amount_minor=new.amount_minor,
        payment_method=new.payment_method,
        payment_reference=new.payment_reference,
        goodwill=late,
        trade_in_returned=new.trade_in_returned,
        corrects_id=new.corrects,
        note=new.note,
        payload_hash=payload_hash(new),
    )
    before = sale_state(terms_of(sale), known)
    change = Change(sale, vars(before), {**vars(after), "event": event.pk})
    note(actor, f"sale.{new.kind}", change, now=now)
    save_sale_state(sale, after)
    mark(own=owners_of(sale))
    return event, True


def lock_sale(actor: Member, sale_id: UUID) -> Sale:
    """The sale as it is now, held until the transaction ends; NotFound if it is not theirs."""
    rows = Sale.objects.for_member(actor).filter(pk=sale_id).select_related("campaign")
    found = rows.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotFound
    return found


def facts_of(event: SaleEvent) -> EventFacts:
    """What of a stored event matters to its sale."""
    return EventFacts(
        event.pk,
        event.kind,
        event.occurred_at,
        event.amount_minor,
        event.trade_in_returned,
        event.corrects_id,
    )


def terms_of(sale: Sale) -> SaleTerms:
    """What the events of a stored sale are counted against."""
    return SaleTerms(sale.due_minor, sale.trade_in_minor > 0)


def refuse_bad_correction(actor: Member, new: NewEvent, earlier: Sequence[SaleEvent]) -> None:
    """Raise unless `corrects` is empty or a standing event that the actor may correct."""
    if new.corrects is None:
        return
    found = next((event for event in earlier if event.pk == new.corrects), None)
    lasting = (SaleEventKind.BOOKED, SaleEventKind.CORRECTED)
    if found is None or found.kind in lasting:
        raise errors.SaleEventToCorrectNotFound
    if actor.role == Role.REP and found.member_id != actor.pk:
        raise errors.SaleEventToCorrectNotFound
    if any(event.corrects_id == new.corrects for event in earlier):
        raise errors.SaleEventAlreadyCorrected


def refuse(sale: Sale, known: Sequence[EventFacts], new: EventFacts) -> SaleState:
    """The sale's state with one more event, or what the event breaks.

    Raises SaleEventTooEarly, SaleAlreadyCancelled, SaleAlreadyDelivered, SaleIsCancelled,
    SaleOverpaid, SaleNotCancelled and SaleRefundTooMuch.
    """
    before = sale_state(terms_of(sale), known)
    after = sale_state(terms_of(sale), [*known, new])
    if new.occurred_at < sale.sold_at:
        raise errors.SaleEventTooEarly(sold_at=sale.sold_at)
    if new.kind == SaleEventKind.CANCELLED and before.cancelled_at:
        raise errors.SaleAlreadyCancelled(cancelled_at=before.cancelled_at)
    if new.kind in PAYMENT_KINDS | {SaleEventKind.DELIVERED}:
        refuse_after_cancellation(before, new)
    if new.kind == SaleEventKind.DELIVERED and before.delivered_at:
        raise errors.SaleAlreadyDelivered(delivered_at=before.delivered_at)
    if after.paid_minor > sale.due_minor:
        raise errors.SaleOverpaid(owed_minor=sale.due_minor - before.paid_minor)
    refuse_bad_refund(before, after, new)
    return after


def refuse_after_cancellation(before: SaleState, new: EventFacts) -> None:
    """Raise if the event came after a cancellation; one that only arrives later is taken."""
    if before.cancelled_at and new.occurred_at >= before.cancelled_at:
        raise errors.SaleIsCancelled(cancelled_at=before.cancelled_at)


def refuse_bad_refund(before: SaleState, after: SaleState, new: EventFacts) -> None:
    """Raise if refunds stand without a cancellation, or are more than was paid."""
    is_refund = new.kind == SaleEventKind.REFUNDED
    if after.cancelled_at is None and (is_refund or after.refunded_minor):
        raise errors.SaleNotCancelled
    if after.refunded_minor > after.paid_minor:
        raise errors.SaleRefundTooMuch(to_refund_minor=before.to_refund_minor)


def refuse_late_cancellation(
    actor: Member, sale: Sale, new: NewEvent, occurred_at: datetime
) -> bool:
    """Whether this is a cancellation out of goodwill: after the buyer's right has ended.

    Raises NotAllowed for a rep's goodwill, and SaleCancellationTooLate where nobody says it.
    """
    if new.goodwill and actor.role == Role.REP:
        raise NotAllowed("Only a manager cancels out of goodwill.")
    in_time = sale.cancel_until is not None and occurred_at < sale.cancel_until
    if new.kind != SaleEventKind.CANCELLED or in_time:
        return False
    if not new.goodwill:
        raise errors.SaleCancellationTooLate(cancel_until=sale.cancel_until)
    return True
