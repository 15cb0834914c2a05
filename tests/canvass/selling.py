"""Sales for the tests of the ledger: an atlas for 49.00 and a dictionary for 20.00."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Member
from canvass.campaigns import add_product
from canvass.models import Product, Sale, SaleEvent
from canvass.sale_events import NewEvent, record_sale_event
from canvass.sales import NewLine, NewSale, record_sale
from common.ids import uuid7
from tests.canvass.world import NOW, Town

ATLAS, DICTIONARY = 4900, 2000


def product(town: Town, code: str = "atlas", price_minor: int = ATLAS) -> Product:
    """The town's product with that code, which is added when it is asked for first."""
    found = Product.objects.filter(campaign=town.campaign, code=code).first()
    return found or add_product(
        actor=town.company.ada,
        campaign=town.campaign,
        code=code,
        name=code.title(),
        price_minor=price_minor,
    )


def line(town: Town, quantity: int = 1, **more: Any) -> NewLine:
    """So many atlases at their price."""
    return NewLine(product(town).pk, quantity, **{"unit_price_minor": ATLAS, **more})


def agreed(town: Town, **more: Any) -> NewSale:
    """An atlas at the first door of the north just now, with no deposit, unless said otherwise."""
    lines = more.pop("lines", None) or (line(town),)
    total = more.pop("total_minor", sum(each.total_minor for each in lines))
    paid = more.get("deposit_minor", 0) + more.get("trade_in_minor", 0)
    if more.get("deposit_minor"):
        more.setdefault("payment_method", "cash")
    at = more.pop("sold_at", NOW)
    return NewSale(
        id=more.pop("id", None) or uuid7(at),
        campaign_id=more.pop("campaign_id", town.campaign.pk),
        door_id=more.pop("door_id", town.north[0].pk),
        sold_at=at,
        lines=lines,
        total_minor=total,
        balance_minor=more.pop("balance_minor", total - paid),
        **more,
    )


def sell(town: Town, actor: Member | None = None, now: datetime = NOW, **more: Any) -> Sale:
    """A sale that is new; Rosa's unless said otherwise."""
    sale, is_new = record_sale(actor=actor or town.company.rosa, new=agreed(town, **more), now=now)
    assert is_new
    return sale


def event(sale: Sale | UUID, kind: str, **more: Any) -> NewEvent:
    """Something that became of a sale a minute after NOW, unless said otherwise."""
    at = more.pop("occurred_at", NOW + timedelta(minutes=1))
    if more.get("amount_minor"):
        more.setdefault("payment_method", "cash")
    sale_id = sale.pk if isinstance(sale, Sale) else sale
    return NewEvent(more.pop("id", None) or uuid7(at), sale_id, kind, at, **more)


def happen(actor: Member, sale: Sale, kind: str, **more: Any) -> SaleEvent:
    """An event that is new, told when it occurs; the sale is brought up to date."""
    new = event(sale, kind, **more)
    stored, is_new = record_sale_event(actor=actor, new=new, now=max(new.occurred_at, NOW))
    assert is_new
    sale.refresh_from_db()
    return stored
