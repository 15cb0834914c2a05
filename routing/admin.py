"""The routing models in the Django admin, for the operator of the installation: to be looked at."""

from __future__ import annotations

from django.contrib import admin

from accounts.rows_admin import ShownAdmin
from accounts.runs_admin import RunAdmin
from routing.models import PlanRun, Route, RouteDoor, RouteStop, StopProgress


@admin.register(PlanRun)
class PlanRunAdmin(RunAdmin):
    """Plan runs."""

    list_display = (
        "id",
        "shift__member__user",
        "shift__day",
        "state",
        "attempt",
        "error_code",
        "created_at",
        "finished_at",
    )
    list_select_related = ("shift__member__user",)
    list_filter = ("state", "error_code")
    search_fields = ("=id", "shift__member__user__name", "shift__campaign__name")
    date_hierarchy = "created_at"


@admin.register(Route)
class RouteAdmin(ShownAdmin):
    """Routes."""

    list_display = (
        "id",
        "shift__member__user",
        "shift__day",
        "is_current",
        "value",
        "walk_m",
        "engine",
        "status",
        "planned_at",
    )
    list_select_related = ("shift__member__user",)
    list_filter = ("is_current", "engine", "travel_source")
    search_fields = ("=id", "shift__member__user__name", "shift__campaign__name")
    date_hierarchy = "planned_at"


@admin.register(RouteStop)
class RouteStopAdmin(ShownAdmin):
    """Stops of routes."""

    list_display = ("id", "route", "position", "building", "arrive_at", "leave_at", "reason")
    list_select_related = ("route", "building")
    list_filter = ("reason",)
    search_fields = ("=route__id", "building__street")
    show_full_result_count = False


@admin.register(StopProgress)
class StopProgressAdmin(ShownAdmin):
    """What became of stops."""

    list_display = ("id", "stop", "progress", "occurred_at", "received_at", "is_late")
    list_select_related = ("stop",)
    list_filter = ("progress", "is_late")
    search_fields = ("=id", "=stop__route__id")
    show_full_result_count = False


@admin.register(RouteDoor)
class RouteDoorAdmin(ShownAdmin):
    """Candidate doors of routes, at a stop or left out."""

    list_display = ("id", "route", "door__building", "stop", "appeal", "reason")
    list_select_related = ("route", "door__building", "stop")
    list_filter = ("appeal", "reason")
    search_fields = ("=route__id", "door__building__street")
    show_full_result_count = False
