"""Hooks in the Django admin, to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.rows_admin import ShownAdmin
from canvass.models.hooks import Hook, HookDelivery, HookEvent


@admin.register(Hook)
class HookAdmin(ShownAdmin):
    """Who is told of what happens."""

    list_display = ("url", "organisation", "kinds", "enabled", "failing_since")
    list_select_related = ("organisation",)
    list_filter = ("enabled",)
    search_fields = ("url", "organisation__name")
    exclude = ("nonce", "old_nonce")


@admin.register(HookEvent)
class HookEventAdmin(ShownAdmin):
    """What no hook has been told of yet."""

    list_display = ("id", "type", "row", "organisation", "created_at")
    list_select_related = ("organisation",)
    search_fields = ("=row",)
    show_full_result_count = False


@admin.register(HookDelivery)
class HookDeliveryAdmin(ShownAdmin):
    """What hooks were told, and are to be told."""

    list_display = ("event", "type", "hook", "state", "attempts", "due_at", "status", "error")
    list_select_related = ("hook",)
    list_filter = ("state",)
    search_fields = ("=event",)
    show_full_result_count = False
