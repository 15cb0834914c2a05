"""How the lists of the ledger are narrowed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django_filters import rest_framework as filters

from accounts.api.filters import IdFilter
from canvass.api.filters import InstantFilter
from canvass.models.commissions import CommissionRule
from canvass.models.sales import Sale, SaleQuerySet


class SaleFilter(filters.FilterSet):
    """Sales by campaign, door, people, time and what is still to be done."""

    campaign = IdFilter()
    door = IdFilter()
    member = IdFilter()
    deliverer = IdFilter()
    sold_after = InstantFilter("sold_at", lookup_expr="gte")
    sold_before = InstantFilter("sold_at", lookup_expr="lt")
    delivered = filters.BooleanFilter(method="that_are_delivered", help_text="False: to be brought")
    refund_overdue = filters.BooleanFilter(method="with_refund_overdue")

    class Meta:
        model = Sale
        fields = ("status", "financed", "receipt_number")

    def that_are_delivered(self, rows: SaleQuerySet, _: str, value: bool) -> SaleQuerySet:
        """Sales whose goods the buyer has, or those whose goods are to be brought."""
        return rows.exclude(delivered_at=None) if value else rows.undelivered()

    def with_refund_overdue(self, rows: SaleQuerySet, _: str, value: bool) -> SaleQuerySet:
        """Cancelled sales whose refund should have been made by now, or all others."""
        now = timezone.now()
        return rows.refund_overdue(now) if value else rows.exclude(pk__in=rows.refund_overdue(now))


class CommissionRuleFilter(filters.FilterSet):
    """Rules by campaign, product, earner and day."""

    campaign = IdFilter()
    product = IdFilter()
    member = IdFilter()
    on = filters.DateFilter(method="in_force_on", help_text="Those in force on that day")

    class Meta:
        model = CommissionRule
        fields: tuple[str, ...] = ()

    def in_force_on(self, rows: Any, _: str, value: date) -> Any:
        """Rules that hold on a local day."""
        return rows.filter(Q(ends_on=None) | Q(ends_on__gt=value), starts_on__lte=value)
