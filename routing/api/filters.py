"""How the lists of the routing API are narrowed."""

from __future__ import annotations

from django_filters import rest_framework as filters

from accounts.api.filters import IdFilter
from routing.models import PlanRun, Route


class PlanRunFilter(filters.FilterSet):
    """Plan runs by shift, campaign, day, member and how far they are."""

    shift = IdFilter()
    campaign = IdFilter("shift__campaign")
    member = IdFilter("shift__member")
    day = filters.DateFilter("shift__day", help_text="The local day of the shift")

    class Meta:
        model = PlanRun
        fields = ("state",)


class RouteFilter(filters.FilterSet):
    """Routes by shift, campaign, day and member, with or without those replaced since."""

    shift = IdFilter()
    campaign = IdFilter("shift__campaign")
    member = IdFilter("shift__member")
    day = filters.DateFilter("shift__day", help_text="The local day of the shift")
    current = filters.BooleanFilter(
        "is_current", help_text="False: those that a later plan replaced"
    )

    class Meta:
        model = Route
        fields: tuple[str, ...] = ()
