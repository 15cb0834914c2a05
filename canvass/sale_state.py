"""What the events of one sale add up to: the one rule for every sale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from canvass.models.sales import PAYMENT_KINDS, SaleEventKind, SaleStatus


@dataclass(frozen=True)
class SaleTerms:
    """What was agreed: the money that the buyer owes, and whether something was traded in."""

    due_minor: int
    has_trade_in: bool = False


@dataclass(frozen=True)
class EventFacts:
    """What of an event matters to its sale; `kind` is a SaleEventKind."""

    id: UUID
    kind: str
    occurred_at: datetime
    amount_minor: int = 0
    trade_in_returned: bool = False
    corrects: UUID | None = None


@dataclass(frozen=True)
class SaleState:
    """The derived columns of a Sale, which carry the same names.

    As long as a sale stands, due = paid + owed; once it is cancelled, paid = refunded + to refund,
    and nothing is owed.
    """

    status: str
    paid_minor: int
    owed_minor: int
    refunded_minor: int
    to_refund_minor: int
    delivered_at: datetime | None
    cancelled_at: datetime | None


def sale_state(terms: SaleTerms, events: Iterable[EventFacts]) -> SaleState:
    """The state of a sale after all events ever recorded; their order and repetition don't matter.

    An event that another corrects did not happen. O(n).
    """
    standing = standing_events(events)
    paid = sum(event.amount_minor for event in standing if event.kind in PAYMENT_KINDS)
    refunds = [event for event in standing if event.kind == SaleEventKind.REFUNDED]
    refunded = sum(event.amount_minor for event in refunds)
    cancelled_at = first(standing, SaleEventKind.CANCELLED)
    delivered_at = first(standing, SaleEventKind.DELIVERED)
    owed = 0 if cancelled_at else terms.due_minor - paid
    to_refund = paid - refunded if cancelled_at else 0
    kept_trade_in = terms.has_trade_in and not any(event.trade_in_returned for event in refunds)
    gives_back = bool(to_refund or kept_trade_in)
    return SaleState(
        status=status(bool(cancelled_at), bool(delivered_at), owed, gives_back),
        paid_minor=paid,
        owed_minor=owed,
        refunded_minor=refunded,
        to_refund_minor=to_refund,
        delivered_at=delivered_at,
        cancelled_at=cancelled_at,
    )


def standing_events(events: Iterable[EventFacts]) -> list[EventFacts]:
    """Each event once, without corrections and what they correct."""
    known = {event.id: event for event in events}
    undone = {event.corrects for event in known.values()}
    return [event for event in known.values() if event.id not in undone and not event.corrects]


def first(events: Iterable[EventFacts], kind: str) -> datetime | None:
    """When the first event of a kind occurred, if there is one."""
    return min((event.occurred_at for event in events if event.kind == kind), default=None)


def status(is_cancelled: bool, is_delivered: bool, owed_minor: int, gives_back: bool) -> str:
    """The name of a sale's state."""
    if is_cancelled:
        return (SaleStatus.CANCELLED if gives_back else SaleStatus.REFUNDED).value
    if is_delivered:
        return (SaleStatus.DELIVERED if owed_minor else SaleStatus.COMPLETED).value
    return (SaleStatus.BOOKED if owed_minor else SaleStatus.PAID).value
