"""Reads of the sales ledger."""

from __future__ import annotations

from django.db.models import Prefetch

from canvass.models.sales import Sale, SaleEvent, SaleLine, SaleQuerySet


def sales() -> SaleQuerySet:
    """Sales with lines, events and currency, the latest receipt first. Three queries."""
    return (
        Sale.objects.select_related("campaign", "organisation", "door__building")
        .prefetch_related(
            Prefetch(
                "lines", SaleLine.objects.select_related("product").order_by("sale", "position")
            ),
            Prefetch("events", SaleEvent.objects.order_by("occurred_at", "received_at", "pk")),
        )
        .order_by("-sold_at", "-pk")
    )
