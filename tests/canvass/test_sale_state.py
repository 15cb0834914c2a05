"""What events add up to, judged by double entry."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from canvass.models import Sale
from canvass.sale_events import refuse
from canvass.sale_state import EventFacts, SaleTerms, sale_state
from common.errors import DomainError
from tests.canvass.world import NOW

KINDS = ("deposit_paid", "balance_paid", "delivered", "cancelled", "refunded", "corrected")
attempts = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.integers(0, 20), st.integers(0, 60), st.booleans(), st.integers()
    ),
    max_size=12,
)


def happened(sale: Sale, tries: list[tuple[str, int, int, bool, int]]) -> list[EventFacts]:
    """Of the events that are tried in this order, those that the ledger takes."""
    taken = [EventFacts(UUID(int=1), "booked", NOW)]
    for number, (kind, minute, amount, returned, which) in enumerate(tries, start=2):
        moves = kind in ("deposit_paid", "balance_paid", "refunded")
        target = taken[which % len(taken)]
        corrects = target.id if kind == "corrected" else None
        if corrects and (target.kind in ("booked", "corrected") or undone(taken, target)):
            continue
        new = EventFacts(
            UUID(int=number),
            kind,
            NOW + timedelta(minutes=minute),
            amount if moves else 0,
            returned and kind == "refunded",
            corrects,
        )
        try:
            refuse(sale, taken, new)
        except DomainError:
            continue
        taken.append(new)
    return taken


def undone(events: list[EventFacts], event: EventFacts) -> bool:
    return any(other.corrects == event.id for other in events)


def books(due: int, events: list[EventFacts]) -> Counter[str]:
    """The judge: every event posted to two accounts, corrections posted backwards.

    The buyer's account is what is owed, or, below zero, what is to be refunded.
    """
    accounts: Counter[str] = Counter(buyer=due, sales=-due)

    def post(kind: str, amount: int, sign: int) -> None:
        debit, credit = {
            "deposit_paid": ("cash", "buyer"),
            "balance_paid": ("cash", "buyer"),
            "refunded": ("buyer", "cash"),
            "cancelled": ("sales", "buyer"),
        }.get(kind, ("nothing", "nothing"))
        accounts[debit] += sign * amount
        accounts[credit] -= sign * amount

    by_id = {event.id: event for event in events}
    for event in events:
        source, sign = (by_id[event.corrects], -1) if event.corrects else (event, 1)
        post(source.kind, due if source.kind == "cancelled" else source.amount_minor, sign)
    return accounts


@given(due=st.integers(0, 100), trade_in=st.integers(0, 1), tries=attempts, order=st.randoms())
def test_the_sums_reconcile_whatever_happens(
    due: int, trade_in: int, tries: list[tuple[str, int, int, bool, int]], order: object
) -> None:
    """Whatever is tried: the ledger agrees with double entry, in any order and twice over."""
    sale = Sale(
        total_minor=due + trade_in, trade_in_minor=trade_in, sold_at=NOW + timedelta(minutes=0)
    )
    events = happened(sale, tries)
    terms = SaleTerms(due, bool(trade_in))
    state = sale_state(terms, events)
    accounts = books(due, events)
    assert sum(accounts.values()) == 0
    assert state.owed_minor - state.to_refund_minor == accounts["buyer"]
    assert state.paid_minor - state.refunded_minor == accounts["cash"]
    assert min(state.owed_minor, state.to_refund_minor, state.refunded_minor) >= 0
    if state.cancelled_at is None:
        assert (state.paid_minor + state.owed_minor, state.refunded_minor) == (due, 0)
    else:
        assert state.owed_minor == 0
    shuffled = [*events, *events]
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert sale_state(terms, shuffled) == state


def facts(*told: tuple[str, int]) -> list[EventFacts]:
    """Events a minute apart, of these kinds and amounts, after the booking."""
    return [
        EventFacts(UUID(int=number), kind, NOW + timedelta(minutes=number), amount)
        for number, (kind, amount) in enumerate([("booked", 0), *told], start=1)
    ]


def test_each_state_has_its_name() -> None:
    """From booked to completed, or over cancelled to refunded."""
    terms = SaleTerms(100)
    for told, expected in (
        ([], "booked"),
        ([("deposit_paid", 40)], "booked"),
        ([("deposit_paid", 100)], "paid"),
        ([("delivered", 0)], "delivered"),
        ([("delivered", 0), ("balance_paid", 100)], "completed"),
        ([("balance_paid", 60), ("balance_paid", 40), ("delivered", 0)], "completed"),
        ([("deposit_paid", 40), ("cancelled", 0)], "cancelled"),
        ([("deposit_paid", 40), ("cancelled", 0), ("refunded", 10)], "cancelled"),
        ([("deposit_paid", 40), ("cancelled", 0), ("refunded", 40)], "refunded"),
        ([("cancelled", 0)], "refunded"),
    ):
        assert (told, sale_state(terms, facts(*told)).status) == (told, expected)
    assert sale_state(SaleTerms(0), facts()).status == "paid"


def test_a_trade_in_is_given_back_as_well() -> None:
    """The money alone does not close a cancelled sale."""
    terms = SaleTerms(100, has_trade_in=True)
    events = facts(("deposit_paid", 40), ("cancelled", 0), ("refunded", 40))
    assert sale_state(terms, events).status == "cancelled"
    back = EventFacts(UUID(int=9), "refunded", NOW, trade_in_returned=True)
    assert sale_state(terms, [*events, back]).status == "refunded"
