"""What campaigns sell, at which price from which day on."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from canvass.models.campaigns import Campaign
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class ProductQuerySet(ScopedQuerySet["Product"]):
    """Products; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All products of the organisation."""
        return self


class Product(ScopedModel):
    """Something a campaign sells. `price_minor` counts until the first dated price."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="products")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    price_minor = models.PositiveBigIntegerField()
    is_active = models.BooleanField(default=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "code"], name="product_code_unique")
        ]

    def __str__(self) -> str:
        return self.name


class ProductPriceQuerySet(ScopedQuerySet["ProductPrice"]):
    """Dated prices; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All prices of the organisation."""
        return self


class ProductPrice(ScopedModel):
    """What a product costs from a local day on, until its next dated price."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    starts_on = models.DateField()
    price_minor = models.PositiveBigIntegerField()

    objects = ProductPriceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product", "starts_on"], name="product_price_day_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.price_minor} from {self.starts_on}"
