"""The sales ledger in the Django admin: shown to the operator, and changed by nobody."""

from __future__ import annotations

from django.contrib import admin

from accounts.rows_admin import ShownAdmin
from canvass.models import CommissionRule, ReceiptCounter, Sale, SaleEvent, SaleLine


@admin.register(Sale)
class SaleAdmin(ShownAdmin):
    """Sales."""

    list_display = (
        "receipt_number",
        "sold_at",
        "member__user",
        "campaign",
        "total_minor",
        "status",
    )
    list_select_related = ("member__user", "campaign")
    list_filter = ("status", "financed")
    search_fields = ("=id", "=receipt_number", "member__user__name", "campaign__name")
    date_hierarchy = "sold_at"
    show_full_result_count = False


@admin.register(SaleLine)
class SaleLineAdmin(ShownAdmin):
    """Lines of sales."""

    list_display = ("sale", "position", "product", "quantity", "total_minor")
    list_select_related = ("sale", "product")
    search_fields = ("=sale__id", "product__name")
    show_full_result_count = False


@admin.register(SaleEvent)
class SaleEventAdmin(ShownAdmin):
    """What became of sales."""

    list_display = ("id", "occurred_at", "kind", "sale", "member__user", "amount_minor")
    list_select_related = ("sale", "member__user")
    list_filter = ("kind", "goodwill")
    search_fields = ("=id", "=sale__id", "member__user__name")
    date_hierarchy = "occurred_at"
    show_full_result_count = False


@admin.register(ReceiptCounter)
class ReceiptCounterAdmin(ShownAdmin):
    """The last receipt number of every organisation."""

    list_display = ("organisation", "last_number")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)


@admin.register(CommissionRule)
class CommissionRuleAdmin(ShownAdmin):
    """What sales earn whom."""

    list_display = (
        "id",
        "campaign",
        "product",
        "member__user",
        "team",
        "unit",
        "starts_on",
        "ends_on",
    )
    list_select_related = ("campaign", "product", "member__user", "team")
    list_filter = ("unit",)
    search_fields = ("campaign__name", "member__user__name")
