"""The territories models in the Django admin, for the operator of the installation.

Doors come from imports and territories from cuts, so nearly everything is only looked at here; a
territory's name may be mended. The files of an import hold addresses and stay out of the admin.
"""

from __future__ import annotations

from django.contrib import admin

from accounts.rows_admin import MendedAdmin, ShownAdmin
from accounts.runs_admin import RunAdmin
from territories.models import (
    Assignment,
    AssignmentEvent,
    Building,
    CutEdit,
    CutRun,
    DealRun,
    Door,
    DoorSnap,
    ImportRun,
    LocateRun,
    Neighborhood,
    NeighborhoodRun,
    SnapRun,
    StreetMap,
    Territory,
    TerritoryDoor,
)


@admin.register(Building)
class BuildingAdmin(ShownAdmin):
    """Buildings."""

    list_display = ("__str__", "postcode", "city", "lon", "lat", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("street", "number", "postcode", "city")
    show_full_result_count = False


@admin.register(Door)
class DoorAdmin(ShownAdmin):
    """Doors."""

    list_display = ("id", "building", "unit", "use", "position_quality", "dataset", "organisation")
    list_select_related = ("building", "organisation")
    list_filter = ("use", "position_quality")
    search_fields = ("building__street", "building__postcode")
    show_full_result_count = False


@admin.register(ImportRun)
class ImportRunAdmin(RunAdmin):
    """Imports."""

    list_display = ("id", "file_name", "format", "dataset", "state", "created_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state", "format")
    search_fields = ("file_name", "dataset")
    date_hierarchy = "created_at"
    exclude = ("file", "rejects")


@admin.register(NeighborhoodRun)
class NeighborhoodRunAdmin(RunAdmin):
    """Imports of neighborhoods."""

    list_display = ("id", "file_name", "dataset", "state", "created_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state",)
    search_fields = ("file_name", "dataset")
    date_hierarchy = "created_at"
    exclude = ("file",)


@admin.register(LocateRun)
class LocateRunAdmin(RunAdmin):
    """Locatings of all doors."""

    list_display = ("id", "state", "created_at", "finished_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state",)
    date_hierarchy = "created_at"


@admin.register(Neighborhood)
class NeighborhoodAdmin(MendedAdmin):
    """Neighborhoods."""

    list_display = ("name", "level", "parent", "dataset", "key", "gone_at", "organisation")
    list_select_related = ("parent", "organisation")
    list_filter = ("level",)
    search_fields = ("name", "key", "dataset")
    fields = ("name", "level", "parent", "dataset", "key", "gone_at", "organisation")
    readonly_fields = ("level", "parent", "dataset", "key", "gone_at", "organisation")


@admin.register(StreetMap)
class StreetMapAdmin(RunAdmin):
    """Street maps."""

    list_display = ("name", "version", "state", "file_name", "created_at", "retired_at",
                    "organisation")  # fmt: skip
    list_select_related = ("organisation",)
    list_filter = ("state",)
    search_fields = ("name", "file_name")
    date_hierarchy = "created_at"
    exclude = ("file", "artefact")


@admin.register(SnapRun)
class SnapRunAdmin(RunAdmin):
    """Snappings of doors."""

    list_display = ("id", "state", "attempt", "error_code", "created_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state",)
    search_fields = ("=id",)
    date_hierarchy = "created_at"


@admin.register(DoorSnap)
class DoorSnapAdmin(ShownAdmin):
    """Where doors meet the streets."""

    list_display = ("door__building", "street", "quality", "side", "setback_m", "street_map")
    list_select_related = ("door__building", "street_map")
    list_filter = ("quality",)
    search_fields = ("street",)
    show_full_result_count = False


@admin.register(CutRun)
class CutRunAdmin(RunAdmin):
    """Cuts."""

    list_display = ("name", "state", "status", "created_at", "published_at", "organisation")
    list_select_related = ("organisation",)
    list_filter = ("state", "status")
    search_fields = ("name",)
    date_hierarchy = "created_at"


@admin.register(CutEdit)
class CutEditAdmin(ShownAdmin):
    """Changes of cuts by hand."""

    list_display = ("cut", "number", "kind", "minutes", "made_by__user", "made_at", "organisation")
    list_select_related = ("cut", "made_by__user", "organisation")
    list_filter = ("kind",)
    search_fields = ("cut__name",)
    date_hierarchy = "made_at"
    exclude = ("moves",)


@admin.register(DealRun)
class DealRunAdmin(RunAdmin):
    """Proposals for who gets which territory."""

    list_display = ("id", "cut", "starts_on", "state", "applied_at", "organisation")
    list_select_related = ("cut", "organisation")
    list_filter = ("state",)
    search_fields = ("cut__name",)
    date_hierarchy = "created_at"


@admin.register(Territory)
class TerritoryAdmin(MendedAdmin):
    """Territories."""

    list_display = ("name", "number", "cut", "door_count", "expected_minutes", "organisation")
    list_select_related = ("cut", "organisation")
    search_fields = ("name", "cut__name")
    fields = ("name", "number", "cut", "door_count", "expected_minutes", "organisation")
    readonly_fields = ("number", "cut", "door_count", "expected_minutes", "organisation")


@admin.register(TerritoryDoor)
class TerritoryDoorAdmin(ShownAdmin):
    """Which door lies in which territory."""

    list_display = ("id", "territory", "door__building", "cut")
    list_select_related = ("territory", "door__building", "cut")
    search_fields = ("territory__name", "cut__name")
    show_full_result_count = False


@admin.register(Assignment)
class AssignmentAdmin(ShownAdmin):
    """Who has which territory, and when."""

    list_display = ("territory", "cut", "member__user", "starts_on", "ends_on", "state", "ended_at")
    list_select_related = ("territory__cut", "member__user")
    list_filter = ("state", "shared")
    search_fields = ("territory__name", "member__user__name")
    date_hierarchy = "starts_on"

    @admin.display(ordering="territory__cut")
    def cut(self, assignment: Assignment) -> str:
        """The cut that the territory belongs to."""
        return assignment.territory.cut.name


@admin.register(AssignmentEvent)
class AssignmentEventAdmin(ShownAdmin):
    """What happened to assignments."""

    list_display = ("assignment", "change", "at", "member__user", "handed_to__user", "organisation")
    list_select_related = ("assignment", "member__user", "handed_to__user", "organisation")
    list_filter = ("change",)
    search_fields = ("assignment__territory__name", "assignment__member__user__name")
    date_hierarchy = "at"
