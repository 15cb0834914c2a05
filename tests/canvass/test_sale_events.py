"""What becomes of a sale, and what cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from canvass.errors import sales as errors
from canvass.models import Sale, SaleEvent
from canvass.sale_events import NewEvent, record_sale_event
from common.errors import DomainError, NotAllowed, NotFound
from common.ids import uuid7
from tests.canvass.selling import ATLAS, event, happen, sell
from tests.canvass.world import NOW, Town
from tests.cast import Company

MINUTE = timedelta(minutes=1)


def refused(town: Town, sale: Sale, kind: str, error: type[DomainError], **more: Any) -> Any:
    """That an event is refused with this error and changes nothing; its details."""
    before = (Sale.objects.values().get(pk=sale.pk), SaleEvent.objects.count())
    actor = more.pop("actor", town.company.rosa)
    with pytest.raises(error) as refusal:
        record_sale_event(actor=actor, new=event(sale, kind, **more), now=NOW + 99 * MINUTE)
    assert (Sale.objects.values().get(pk=sale.pk), SaleEvent.objects.count()) == before
    return refusal.value.details


@pytest.fixture
def open_window(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sale], None]:
    """Gives the buyer of a sale until an hour from now to cancel it."""

    def give(sale: Sale) -> None:
        Sale.objects.filter(pk=sale.pk).update(cancel_until=NOW + 60 * MINUTE)
        sale.refresh_from_db()

    return give


def test_a_season_of_a_sale(town: Town) -> None:
    """Deposit at the door, delivery at the season's end, the balance in two parts."""
    rosa = town.company.rosa
    sale = sell(town, deposit_minor=900)
    figures = [(sale.status, sale.paid_minor, sale.owed_minor)]
    for kind, amount in (("delivered", 0), ("balance_paid", 1000), ("balance_paid", 3000)):
        happen(rosa, sale, kind, amount_minor=amount)
        figures.append((sale.status, sale.paid_minor, sale.owed_minor))
    assert figures == [
        ("booked", 900, 4000),
        ("delivered", 900, 4000),
        ("delivered", 1900, 3000),
        ("completed", 4900, 0),
    ]
    assert refused(town, sale, "balance_paid", errors.SaleOverpaid, amount_minor=1) == {
        "owed_minor": 0
    }


def test_the_same_again_is_the_same_event(town: Town, moonlight: Company) -> None:
    """It counts once; with anything different, or from anybody else, its id is refused."""
    sale = sell(town)
    new = event(sale, "balance_paid", amount_minor=3000)
    answers = [
        record_sale_event(actor=town.company.rosa, new=new, now=NOW + n * MINUTE) for n in (1, 50)
    ]
    assert answers == [(answers[0][0], True), (answers[0][0], False)]
    sale.refresh_from_db()
    assert sale.paid_minor == 3000
    refused(town, sale, "delivered", errors.SaleEventIdReused, id=new.id)
    for other in (town.company.ada, moonlight.olga):
        with pytest.raises(errors.SaleEventIdReused):
            record_sale_event(actor=other, new=new, now=NOW)


def test_nothing_happens_twice(town: Town, open_window: Callable[[Sale], None]) -> None:
    """Neither delivery nor cancellation."""
    sale = sell(town)
    open_window(sale)
    happen(town.company.rosa, sale, "delivered")
    refused(town, sale, "delivered", errors.SaleAlreadyDelivered)
    happen(town.company.rosa, sale, "cancelled", occurred_at=NOW + 2 * MINUTE)
    refused(town, sale, "cancelled", errors.SaleAlreadyCancelled)


def test_more_than_is_owed_is_not_paid(town: Town) -> None:
    """And the phone is told how much that is."""
    sale = sell(town, deposit_minor=900)
    details = refused(town, sale, "balance_paid", errors.SaleOverpaid, amount_minor=4001)
    assert details == {"owed_minor": 4000}


def test_a_cancelled_sale_is_refunded_and_no_more(
    town: Town, open_window: Callable[[Sale], None]
) -> None:
    """Nothing is paid or delivered after it; what was paid goes back, and not a cent above."""
    rosa = town.company.rosa
    sale = sell(town, deposit_minor=900)
    open_window(sale)
    refused(town, sale, "refunded", errors.SaleNotCancelled, amount_minor=900)
    happen(rosa, sale, "cancelled")
    assert (sale.status, sale.owed_minor, sale.to_refund_minor) == ("cancelled", 0, 900)
    later = {"occurred_at": NOW + 3 * MINUTE}
    refused(town, sale, "balance_paid", errors.SaleIsCancelled, amount_minor=1, **later)
    refused(town, sale, "delivered", errors.SaleIsCancelled, **later)
    details = refused(town, sale, "refunded", errors.SaleRefundTooMuch, amount_minor=901)
    assert details == {"to_refund_minor": 900}
    happen(rosa, sale, "refunded", amount_minor=400)
    happen(rosa, sale, "refunded", amount_minor=500)
    assert (sale.status, sale.refunded_minor, sale.to_refund_minor) == ("refunded", 900, 0)


def test_what_was_paid_before_but_arrives_after_the_cancellation_is_refunded_too(
    town: Town, open_window: Callable[[Sale], None]
) -> None:
    """A phone without network loses no money."""
    sale = sell(town)
    open_window(sale)
    happen(town.company.ada, sale, "cancelled", occurred_at=NOW + 9 * MINUTE)
    assert sale.status == "refunded"
    happen(town.company.rosa, sale, "balance_paid", amount_minor=700, occurred_at=NOW + MINUTE)
    assert (sale.status, sale.to_refund_minor) == ("cancelled", 700)


def test_a_cancellation_in_time_is_the_buyers(
    town: Town, open_window: Callable[[Sale], None]
) -> None:
    """Until the last second, whoever writes it down and however late it arrives."""
    sale = sell(town)
    open_window(sale)
    last = NOW + 60 * MINUTE - timedelta(microseconds=1)
    assert not happen(town.company.rosa, sale, "cancelled", occurred_at=last).goodwill


@pytest.mark.parametrize("has_window", [True, False])
def test_a_late_cancellation_is_a_managers_goodwill(
    town: Town, open_window: Callable[[Sale], None], has_window: bool
) -> None:
    """From the first second on, or where there is no right at all; and it says so."""
    sale = sell(town)
    if has_window:
        open_window(sale)
    at = {"occurred_at": NOW + 60 * MINUTE}
    for actor in (town.company.rosa, town.company.max):
        refused(town, sale, "cancelled", errors.SaleCancellationTooLate, actor=actor, **at)
    refused(town, sale, "cancelled", NotAllowed, goodwill=True, **at)
    assert happen(town.company.max, sale, "cancelled", goodwill=True, **at).goodwill
    assert sale.status == "refunded"


def test_a_managers_goodwill_in_time_is_the_buyers_right(
    town: Town, open_window: Callable[[Sale], None]
) -> None:
    """The event says what it was, not what was ticked."""
    sale = sell(town)
    open_window(sale)
    assert not happen(town.company.max, sale, "cancelled", goodwill=True).goodwill


def test_a_correction_undoes_what_did_not_happen(
    town: Town, open_window: Callable[[Sale], None]
) -> None:
    """A payment typed wrong, a delivery to the wrong door, a cancellation taken back."""
    rosa = town.company.rosa
    sale = sell(town)
    open_window(sale)
    for kind, amount in (("balance_paid", ATLAS), ("delivered", 0), ("cancelled", 0)):
        wrong = happen(rosa, sale, kind, amount_minor=amount)
        happen(rosa, sale, "corrected", corrects=wrong.pk)
        assert (sale.status, sale.paid_minor, sale.owed_minor) == ("booked", 0, ATLAS)
        refused(town, sale, "corrected", errors.SaleEventAlreadyCorrected, corrects=wrong.pk)
    assert sale.events.count() == 7


def test_what_cannot_be_corrected(town: Town, open_window: Callable[[Sale], None]) -> None:
    """The booking, a correction, another sale's or member's event; or what refunds rest on."""
    rosa, gone = town.company.rosa, errors.SaleEventToCorrectNotFound
    sale, other = sell(town), sell(town)
    open_window(sale)
    wrong = happen(rosa, sale, "delivered")
    correction = happen(rosa, sale, "corrected", corrects=wrong.pk)
    elsewhere = happen(rosa, other, "delivered")
    adas = happen(town.company.ada, sale, "balance_paid", amount_minor=100)
    for pk in (sale.events.get(kind="booked").pk, correction.pk, elsewhere.pk, adas.pk, uuid7(NOW)):
        refused(town, sale, "corrected", gone, corrects=pk)
    cancelled = happen(rosa, sale, "cancelled", occurred_at=NOW + 5 * MINUTE)
    happen(rosa, sale, "refunded", amount_minor=100)
    boss = {"actor": town.company.max}
    refused(town, sale, "corrected", errors.SaleNotCancelled, corrects=cancelled.pk, **boss)
    refused(town, sale, "corrected", errors.SaleRefundTooMuch, corrects=adas.pk, **boss)


def test_nothing_becomes_of_a_sale_before_it_is_made(town: Town) -> None:
    """A time before the sale is refused; one of tomorrow is now."""
    sale = sell(town)
    refused(town, sale, "delivered", errors.SaleEventTooEarly, occurred_at=NOW - MINUTE)
    new = event(sale, "delivered", occurred_at=NOW + timedelta(days=1))
    assert record_sale_event(actor=town.company.rosa, new=new, now=NOW)[0].occurred_at == NOW


def test_only_who_sees_the_sale_says_what_became_of_it(town: Town, moonlight: Company) -> None:
    """Others find no such sale."""
    sale = sell(town)
    for actor in (town.company.rui, town.company.sam, town.company.mona, moonlight.olga):
        refused(town, sale, "delivered", NotFound, actor=actor)
    happen(town.company.max, sale, "delivered")


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("booked", {}, "kind"),
        ("lost", {}, "kind"),
        ("balance_paid", {}, "amount_minor"),
        ("balance_paid", {"amount_minor": -5}, "amount_minor"),
        ("balance_paid", {"amount_minor": 5, "payment_method": ""}, "payment_method"),
        ("balance_paid", {"amount_minor": 10**15 + 1}, "amount_minor"),
        ("refunded", {}, "amount_minor"),
        ("delivered", {"amount_minor": 5}, "amount_minor"),
        ("delivered", {"payment_method": "cash"}, "payment_method"),
        ("delivered", {"goodwill": True}, "goodwill"),
        ("delivered", {"trade_in_returned": True}, "trade_in_returned"),
        ("corrected", {}, "corrects"),
        ("delivered", {"corrects": uuid7(NOW)}, "corrects"),
    ],
)
def test_an_event_of_nonsense_is_refused(kind: str, wrong: dict[str, Any], field: str) -> None:
    """With the field that is wrong."""
    given = {"payment_method": "cash" if wrong.get("amount_minor") else "", **wrong}
    with pytest.raises(errors.SaleEventInvalid) as refusal:
        NewEvent(uuid7(NOW), uuid7(NOW), kind, NOW, **given)
    assert refusal.value.details == {"field": field}


@pytest.mark.parametrize("field", ["payment_reference", "note"])
def test_events_hold_no_card_numbers(town: Town, field: str) -> None:
    """As sales hold none."""
    with pytest.raises(errors.SaleHoldsCardNumber):
        event(sell(town), "delivered", **{field: "4111-1111-1111-1111"})
