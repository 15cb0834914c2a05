"""The law at the door in the Django admin: shown to the operator."""

from __future__ import annotations

from django.contrib import admin

from accounts.rows_admin import ShownAdmin
from accounts.runs_admin import RunAdmin
from canvass.models import (
    CancellationRule,
    DoNotKnockDoor,
    DoNotKnockEntry,
    DoNotKnockRun,
    Jurisdiction,
    Ordinance,
    Permit,
)


@admin.register(DoNotKnockEntry)
class DoNotKnockEntryAdmin(ShownAdmin):
    """Do-not-knock entries."""

    list_display = ("id", "reach", "source", "scope", "starts_at", "ends_at", "lifted_at")
    list_filter = ("reach", "source", "scope")
    search_fields = ("street", "dataset", "organisation__name")
    show_full_result_count = False


@admin.register(DoNotKnockDoor)
class DoNotKnockDoorAdmin(ShownAdmin):
    """Which doors do-not-knock entries cover."""

    list_display = ("entry", "door__building")
    list_select_related = ("entry", "door__building")
    search_fields = ("=entry__id", "door__building__street")
    show_full_result_count = False


@admin.register(DoNotKnockRun)
class DoNotKnockRunAdmin(RunAdmin):
    """Imports of do-not-knock registries."""

    list_display = ("id", "file_name", "dataset", "state", "created_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state",)
    search_fields = ("file_name", "dataset")


@admin.register(Jurisdiction)
class JurisdictionAdmin(ShownAdmin):
    """Jurisdictions."""

    list_display = ("name", "level", "parent", "time_zone", "organisation")
    list_select_related = ("parent", "organisation")
    list_filter = ("level",)
    search_fields = ("name",)


@admin.register(Ordinance)
class OrdinanceAdmin(ShownAdmin):
    """Ordinances."""

    list_display = ("citation", "jurisdiction", "starts_on", "ends_on", "permit_needed")
    list_select_related = ("jurisdiction",)
    search_fields = ("citation", "jurisdiction__name")


@admin.register(Permit)
class PermitAdmin(ShownAdmin):
    """Permits."""

    list_display = ("number", "member__user", "jurisdiction", "starts_on", "ends_on")
    list_select_related = ("member__user", "jurisdiction")
    search_fields = ("number", "member__user__name", "jurisdiction__name")


@admin.register(CancellationRule)
class CancellationRuleAdmin(ShownAdmin):
    """Rights to cancel."""

    list_display = ("name", "organisation", "campaign", "days", "day_kind", "starts_on", "ends_on")
    list_select_related = ("organisation", "campaign")
    search_fields = ("name", "citation", "campaign__name")
