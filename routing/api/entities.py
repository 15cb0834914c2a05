"""The routes that phones show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from accounts.models import Member
from canvass.sync.pull import Entity, Shown
from routing.api.serializers import PlannedRouteOut
from routing.models import RouteQuerySet
from routing.selectors import as_planned, routes

SHOWN_FOR = timedelta(days=2)  # after its day, as long as that may last anywhere


def shown_routes(member: Member, now: datetime) -> RouteQuerySet:
    """The current routes of a member's own shifts, but for those of long ago."""
    since = (now - SHOWN_FOR).date()
    own = routes().filter(organisation=member.organisation_id).for_rep(member)
    return own.filter(is_current=True, shift__day__gte=since)


def fill(member: Member, now: datetime) -> Iterable[object]:
    """The shifts that have a route to show."""
    return shown_routes(member, now).values_list("shift", flat=True)


def show(member: Member, wanted: Sequence[str], now: datetime) -> dict[str, list[Shown]]:
    """The routes of some shifts, each under its shift's id: a new plan takes its place.

    What changes at its doors is told of these, not of the route: there it would grow old.
    """
    found = shown_routes(member, now).filter(shift__in=map(int, wanted))
    told = {str(route.shift_id): PlannedRouteOut(route).data for route in as_planned(found)}
    return {row: [Shown("route", row, told.get(row))] for row in wanted}


ROUTE = Entity(fill, show)
