"""Reads: plan runs and routes in one explicit, unique order, and a route with all that it holds."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.utils import timezone

from accounts.models import Member
from canvass.models import Prospect
from canvass.models.prospects import is_forbidden
from routing.models import (
    PlanRun,
    PlanRunQuerySet,
    Route,
    RouteDoor,
    RouteDoorQuerySet,
    RouteQuerySet,
    RouteStop,
)
from routing.progress import with_progress


def plan_runs() -> PlanRunQuerySet:
    """Plan runs, the newest first."""
    return PlanRun.objects.order_by("-pk")


def routes() -> RouteQuerySet:
    """Routes with their shifts and members, the latest day first."""
    return Route.objects.select_related("shift__member__user", "plan_run").order_by(
        "-shift__day", "-pk"
    )


def with_stops(route: Route, member: Member) -> Route:
    """The route, with its stops in order and everything that they show already loaded.

    Each door of a stop carries `door.known`: the prospect as it is now in a list, which is empty
    where the member may not see it any more. Doors where somebody has forbidden to knock since are
    gone, and stops with them; the walk goes on past them until the shift is planned anew. Four
    queries, however many stops there are.
    """
    seen = Prospect.objects.for_member(member).filter(campaign=route.shift.campaign_id)
    allowed = RouteDoor.objects.filter(~is_forbidden(timezone.now()))
    doors = allowed.select_related("door__warning").order_by("pk")
    left = Exists(allowed.filter(stop=OuterRef("pk")))
    known = with_progress(RouteStop.objects.filter(left))
    stops = known.select_related("building").order_by("position")
    prefetch_related_objects(
        [route],
        Prefetch("stops", stops),
        Prefetch("stops__doors", doors),
        Prefetch("stops__doors__door__prospects", seen, to_attr="known"),
    )
    return route


def as_planned(found: RouteQuerySet) -> RouteQuerySet:
    """The routes with all their stops in order, what was said of these, and all their doors.

    Whatever becomes of the doors, this stays the same. Three queries, however many routes.
    """
    stops = with_progress(RouteStop.objects.select_related("building").order_by("position"))
    doors = RouteDoor.objects.select_related("door").order_by("pk")
    return found.prefetch_related(Prefetch("stops", stops), Prefetch("stops__doors", doors))


def left_out_doors(route: Route) -> RouteDoorQuerySet:
    """The candidate doors that the route leaves out, with their addresses, the likeliest first."""
    rows = RouteDoor.objects.filter(route=route, stop=None)
    return rows.select_related("door__building").order_by("pk")
