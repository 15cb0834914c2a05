"""Phones that sell at the same time, each in a thread with a connection of its own."""

from __future__ import annotations

import pytest

from canvass.errors import sales as errors
from canvass.models import Sale, SaleEvent
from canvass.sale_events import NewEvent, record_sale_event
from canvass.sales import NewSale, record_sale
from tests.at_once import at_once, errors_in
from tests.canvass.selling import agreed, event, line, sell
from tests.canvass.world import NOW, Town

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def selling(town: Town, *sales: NewSale) -> list[object]:
    """What Rosa's phone is answered when it sends these sales at once."""
    rosa = town.company.rosa
    return at_once(*(lambda new=new: record_sale(actor=rosa, new=new, now=NOW) for new in sales))


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_receipt_numbers_have_no_gap_and_no_double(town: Town, attempt: int) -> None:
    """Four good sales and a refused one at once, on both databases, the first of all included."""
    bad = agreed(town, receipt_number=99)
    answers = selling(town, *(agreed(town) for _ in range(4)), bad)
    assert errors_in(answers) == [errors.SaleReceiptGap]
    assert sorted(Sale.objects.values_list("receipt_number", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_one_sale_sent_three_times_at_once_is_one(town: Town, attempt: int) -> None:
    """One of the answers is new, and the next sale has the next number."""
    new = agreed(town, deposit_minor=100)
    answers = selling(town, new, new, new)
    assert sorted(answer[1] for answer in answers) == [False, False, True]  # type: ignore[index]
    assert (Sale.objects.count(), SaleEvent.objects.count()) == (1, 2)
    assert sell(town).receipt_number == 2


def happening(town: Town, *events: NewEvent) -> list[object]:
    """What two phones are answered when they send these events at once."""
    rosa = town.company.rosa
    return at_once(
        *(lambda new=new: record_sale_event(actor=rosa, new=new, now=NOW) for new in events)
    )


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_no_more_than_is_owed_is_paid_at_once(town: Town, attempt: int) -> None:
    """Of two payments of the whole balance one is taken; of two deliveries, too."""
    sale = sell(town)
    paid = [event(sale, "balance_paid", amount_minor=sale.owed_minor) for _ in range(2)]
    assert errors_in(happening(town, *paid)) == [errors.SaleOverpaid]
    brought = [event(sale, "delivered") for _ in range(2)]
    assert errors_in(happening(town, *brought)) == [errors.SaleAlreadyDelivered]
    sale.refresh_from_db()
    assert sale.status == "completed"


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_one_event_sent_twice_at_once_is_one(town: Town, attempt: int) -> None:
    """The slower of the two learns that it is stored."""
    sale = sell(town, lines=(line(town, 2),))
    new = event(sale, "balance_paid", amount_minor=4900)
    answers = happening(town, new, new, new)
    assert sorted(answer[1] for answer in answers) == [False, False, True]  # type: ignore[index]
    sale.refresh_from_db()
    assert sale.owed_minor == 4900
