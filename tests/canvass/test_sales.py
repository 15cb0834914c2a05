"""Booking sales: once, whole, and with receipt numbers that have no gap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from canvass.errors import sales as errors
from canvass.models import Product, Sale, SaleEvent, SaleLine
from canvass.models.sales import ReceiptCounter
from canvass.sales import record_sale
from common.ids import uuid7
from tests.canvass import world
from tests.canvass.selling import ATLAS, agreed, happen, line, sell
from tests.canvass.world import NOW, Town, local, record
from tests.cast import Company


def test_a_sale_is_booked_whole(town: Town) -> None:
    """Lines, deposit, balance and trade-in as agreed: 2 x 49.00 less 8.00 and 5.40 = 95.40."""
    lines = (line(town, 2, discount_minor=800, tax_minor=540),)
    sale = sell(town, lines=lines, deposit_minor=2000, trade_in_minor=1540, trade_in="An old set")
    assert (sale.total_minor, sale.due_minor, sale.balance_minor) == (9540, 8000, 6000)
    assert (sale.paid_minor, sale.owed_minor, sale.status) == (2000, 6000, "booked")
    stored = SaleLine.objects.get()
    assert (stored.total_minor, stored.net_minor, stored.position) == (9540, 9000, 1)
    kinds = list(SaleEvent.objects.order_by("-kind").values_list("kind", "amount_minor"))
    assert kinds == [("deposit_paid", 2000), ("booked", 0)]


def test_goods_handed_over_at_the_door_are_delivered(town: Town) -> None:
    """Paid whole and taken along: the sale is complete."""
    sale = sell(town, deposit_minor=ATLAS, delivered=True)
    assert (sale.status, sale.delivered_at, sale.owed_minor) == ("completed", NOW, 0)


def test_the_same_again_is_the_same_sale(town: Town) -> None:
    """For ever, with its number; also after its products have been retired."""
    new = agreed(town, deposit_minor=1000)
    first, is_new = record_sale(actor=town.company.rosa, new=new, now=NOW)
    Product.objects.update(is_active=False)
    later = NOW + timedelta(days=99)
    assert (is_new, record_sale(actor=town.company.rosa, new=new, now=later)) == (
        True,
        (first, False),
    )
    assert (Sale.objects.count(), SaleEvent.objects.count()) == (1, 2)
    assert ReceiptCounter.objects.get().last_number == 1


def test_an_id_names_one_sale(town: Town, moonlight: Company) -> None:
    """With anything different, or from anybody else, it is refused."""
    sale = sell(town, note="Ring twice")
    for actor, new in (
        (town.company.rosa, agreed(town, id=sale.pk)),
        (town.company.rosa, agreed(town, id=sale.pk, note="Ring twice", lines=(line(town, 2),))),
        (town.company.sam, agreed(town, id=sale.pk, note="Ring twice")),
        (moonlight.otto, agreed(town, id=sale.pk, note="Ring twice")),
    ):
        with pytest.raises(errors.SaleIdReused):
            record_sale(actor=actor, new=new, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "field", "expected"),
    [
        ({"total_minor": 4901}, "total_minor", 4900),
        ({"deposit_minor": 1000, "balance_minor": 4000}, "balance_minor", 3900),
        ({"deposit_minor": 5000, "balance_minor": 0}, "balance_minor", -100),
        ({"trade_in_minor": 900, "balance_minor": 4900}, "balance_minor", 4000),
    ],
)
def test_a_sale_that_does_not_add_up_is_refused(
    town: Town, wrong: dict[str, Any], field: str, expected: int
) -> None:
    """And told which figure is wrong, and what it should be."""
    with pytest.raises(errors.SaleDoesNotAddUp) as refusal:
        agreed(town, **wrong)
    assert (refusal.value.details["field"], refusal.value.details["expected"]) == (field, expected)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"unit_price_minor": -1}, "unit_price_minor"),
        ({"unit_price_minor": 10**15 + 1}, "unit_price_minor"),
        ({"tax_minor": -1}, "tax_minor"),
        ({"discount_minor": 4901}, "discount_minor"),
        ({"discount_minor": -1}, "discount_minor"),
    ],
)
def test_a_line_of_nonsense_is_refused(town: Town, wrong: dict[str, Any], field: str) -> None:
    """Negative money, a discount above the price, nothing sold."""
    with pytest.raises(errors.SaleInvalid) as refusal:
        agreed(town, lines=(line(town, **{"quantity": 1, **wrong}),))
    assert refusal.value.details == {"field": field}


def test_a_deposit_says_how_it_was_paid(town: Town) -> None:
    """Money without a method is refused."""
    with pytest.raises(errors.SaleInvalid):
        agreed(town, deposit_minor=100, payment_method="")


@pytest.mark.parametrize("field", ["buyer_name", "payment_reference", "trade_in", "note"])
def test_card_numbers_are_refused_wherever_they_stand(town: Town, field: str) -> None:
    """In every text that somebody types; also with the expiry date behind it."""
    with pytest.raises(errors.SaleHoldsCardNumber) as refusal:
        agreed(town, **{field: "Visa 4111 1111 1111 1111 12/27"})
    assert refusal.value.details == {"field": field}
    assert "4111" not in str(refusal.value)


def test_only_ones_own_doors_visits_and_products_are_sold(town: Town, moonlight: Company) -> None:
    """A rep's door of that day; an own visit there; a product of the campaign. Nothing stays."""
    rosa, sam = town.company.rosa, town.company.sam
    winter = world.make_campaign(town.company, name="Winter")
    elsewhere = record(rosa, town.visit(town.north[1], "sale")).pk
    others = record(town.company.ada, town.visit(town.north[0], "sale")).pk
    for actor, changes, error in (
        (sam, {}, errors.SaleDoorNotFound),
        (rosa, {"door_id": town.south[0].pk}, errors.SaleDoorNotFound),
        (rosa, {"door_id": 10**9}, errors.SaleDoorNotFound),
        (rosa, {"campaign_id": 10**9}, errors.SaleDoorNotFound),
        (moonlight.olga, {}, errors.SaleDoorNotFound),
        (rosa, {"visit_id": elsewhere}, errors.SaleVisitNotFound),
        (rosa, {"visit_id": others}, errors.SaleVisitNotFound),
        (rosa, {"visit_id": uuid7(NOW)}, errors.SaleVisitNotFound),
        (rosa, {"campaign_id": winter.pk}, errors.SaleProductNotFound),
    ):
        with pytest.raises(error):
            record_sale(actor=actor, new=agreed(town, **changes), now=NOW)
    assert not Sale.objects.exists()
    assert not ReceiptCounter.objects.filter(last_number__gt=0).exists()


def test_a_door_counts_on_the_day_of_the_sale(town: Town) -> None:
    """What was sold before the territory was the rep's is refused, however late it is sent."""
    with pytest.raises(errors.SaleDoorNotFound):
        record_sale(
            actor=town.company.rosa, new=agreed(town, sold_at=NOW - timedelta(days=20)), now=NOW
        )
    assert sell(town, sold_at=local(1, 9), now=NOW + timedelta(days=90)).sold_at == local(1, 9)


def test_a_sale_of_tomorrow_is_one_of_now(town: Town) -> None:
    """A phone whose clock is ahead is set right."""
    assert sell(town, sold_at=NOW + timedelta(hours=2)).sold_at == NOW


def test_receipt_numbers_count_from_one_in_each_organisation(
    town: Town, moonlight: Company
) -> None:
    """Each has its own, in the order of arrival."""
    other = world.sunrise_town(moonlight_as(moonlight))
    numbers = [sell(town).receipt_number for _ in range(3)]
    theirs = record_sale(actor=moonlight.olga, new=agreed(other, sold_at=NOW), now=NOW)[
        0
    ].receipt_number
    assert (numbers, theirs) == ([1, 2, 3], 1)


def moonlight_as(company: Company) -> Company:
    """Moonlight with the names that Sunrise's town asks for."""
    names = {"ada": company.olga, "rosa": company.otto, "sam": company.otto}
    return Company(company.organisation, company.teams, names)


def test_what_is_undone_uses_no_number(town: Town) -> None:
    """A rolled back transaction leaves no gap."""
    sell(town)
    with transaction.atomic():
        assert sell(town).receipt_number == 2
        transaction.set_rollback(True)
    assert sell(town).receipt_number == 2
    assert sorted(Sale.objects.values_list("receipt_number", flat=True)) == [1, 2]


def test_a_promised_number_must_be_the_next(town: Town) -> None:
    """A gap or a number given out before is refused, and the next is told."""
    sell(town)
    for promised in (1, 3):
        with pytest.raises(errors.SaleReceiptGap) as refusal:
            record_sale(actor=town.company.rosa, new=agreed(town, receipt_number=promised), now=NOW)
        assert refusal.value.details == {"expected": 2}
    assert sell(town, receipt_number=2).receipt_number == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"paid_minor": 1},
        {"owed_minor": 1},
        {"refunded_minor": 1},
        {"balance_minor": 1},
        {"cancelled_at": NOW},
        {"receipt_number": 1},
        {"status": "lost"},
    ],
)
def test_the_database_refuses_what_does_not_add_up(town: Town, changes: dict[str, Any]) -> None:
    """Whatever the code would try."""
    sell(town)
    sale = sell(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sale.objects.filter(pk=sale.pk).update(**changes)


def test_lines_and_events_stay_as_they_are(town: Town) -> None:
    """Neither is changed or deleted by anything in the code."""
    sale = sell(town)
    paid = happen(town.company.rosa, sale, "deposit_paid", amount_minor=100)
    for row in (sale.lines.get(), paid):
        for write in (row.delete, row.save, type(row).objects.all().delete):
            with pytest.raises((TypeError, IntegrityError)), transaction.atomic():
                write()
        with pytest.raises(TypeError):
            type(row).objects.update(organisation=sale.organisation)
    assert SaleEvent.objects.count() == 2
