"""Sold goods are required stops of a walk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from canvass.campaigns import add_product
from canvass.deliveries import hand_over_delivery
from canvass.models import Sale
from canvass.sales import NewLine, NewSale, record_sale
from common.ids import uuid7
from routing.candidates import candidate_stops
from routing.models import Appeal
from territories.models import Door
from tests.canvass.world import NOW, TODAY, local
from tests.routing.world import Town, addresses, knock, route_of


def sold(town: Town, door: Door, actor: Any = None, **more: Any) -> Sale:
    """An atlas sold at the door yesterday, to be brought."""
    product = town.campaign.products.first() or add_product(
        actor=town.company.ada, campaign=town.campaign, code="a", name="A", price_minor=100
    )
    new = NewSale(
        id=uuid7(NOW),
        campaign_id=town.campaign.pk,
        door_id=door.pk,
        sold_at=local(9, 18),
        lines=(NewLine(product.pk, 1, 100),),
        total_minor=100,
        balance_minor=100,
        **more,
    )
    return record_sale(actor=actor or town.company.rosa, new=new, now=NOW)[0]


def test_a_customers_goods_are_a_required_stop(hill: Town) -> None:
    """Though customers are no candidates otherwise, and the shift is too short for all else."""
    for door in (hill.a[8], hill.a[9]):
        hill.visit(door, "sale")
        sold(hill, door, delivery_due_on=TODAY)
    shift = hill.shift(hill.company.rosa, minutes=14)
    required = {stop.building for stop in candidate_stops(shift) if stop.required}
    assert required == {hill.a[8].building, hill.a[9].building}
    route = route_of(shift)
    assert {"A9", "A10"} <= set(addresses(route))
    assert knock(route, hill.a[9]).reason == Appeal.DELIVERY


def test_what_is_not_due_delivered_or_unwelcome_is_no_stop(hill: Town) -> None:
    """Tomorrow's delivery, a done one, and a door where nobody wants a knock any more."""
    for door in hill.a[:3]:
        hill.visit(door, "sale")
    sold(hill, hill.a[0], delivery_due_on=TODAY + timedelta(days=1))
    sold(hill, hill.a[1], delivered=True)
    sold(hill, hill.a[2])
    hill.visit(hill.a[2], "do_not_knock")
    stops = candidate_stops(hill.shift(hill.company.rosa))
    assert not any(stop.required for stop in stops)
    found = {door.door_id for stop in stops for door in stop.doors}
    assert found == {door.pk for door in hill.a[3:]}


def test_who_was_handed_the_goods_brings_them(hill: Town) -> None:
    """Sam walks into Rosa's street for them, and she does not."""
    hill.visit(hill.a[4], "sale")
    sale = sold(hill, hill.a[4])
    hand_over_delivery(actor=hill.company.ada, sale=sale, to=hill.company.sam, now=NOW)
    his, hers = (
        candidate_stops(hill.shift(member)) for member in (hill.company.sam, hill.company.rosa)
    )
    assert [stop.building for stop in his if stop.required] == [hill.a[4].building]
    assert not any(stop.building == hill.a[4].building for stop in hers)
    assert len(his) == 11


def test_an_agreed_time_for_the_delivery_is_kept(hill: Town) -> None:
    """The window of the agreement counts, and the stop is one."""
    hill.visit(hill.a[9], "sale", callback_at=local(10, 18))
    sold(hill, hill.a[9])
    (stop,) = [each for each in candidate_stops(hill.shift(hill.company.rosa)) if each.required]
    assert stop.due_at == local(10, 18)
    assert stop.appeal is Appeal.CALLBACK
