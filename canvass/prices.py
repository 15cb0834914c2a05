"""What products cost, and from which day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import Member
from canvass.campaigns import refuse_bad_price
from canvass.models import Product, ProductPrice
from canvass.sync.feed import mark_for_all
from common.errors import NotFound


def set_price(
    *, actor: Member, product: Product, starts_on: date, price_minor: int
) -> ProductPrice:
    """Let a product cost so much from a local day on; again on that day changes what was said.

    What has been sold keeps its price. Raises ProductPriceInvalid and NotFound.
    """
    refuse_bad_price(price_minor)
    with transaction.atomic():
        rows = Product.objects.for_member(actor).filter(pk=product.pk)
        found = rows.select_for_update(no_key=True).first()
        if found is None:
            raise NotFound
        price, _ = ProductPrice.objects.update_or_create(
            product=found,
            starts_on=starts_on,
            defaults={"price_minor": price_minor, "organisation_id": found.organisation_id},
        )
        mark_for_all(found.organisation_id, "product", found.pk)
    return price


def with_prices() -> Prefetch[str]:
    """A product's dated prices, the earliest first, for a list of products."""
    return Prefetch("prices", ProductPrice.objects.order_by("starts_on"))


def price_on(product: Product, day: date) -> int:
    """What a product costs on a local day, in minor units. One query, none with `with_prices`."""
    dated = [price for price in product.prices.all() if price.starts_on <= day]
    latest = max(dated, key=lambda price: price.starts_on, default=None)
    return latest.price_minor if latest else product.price_minor
