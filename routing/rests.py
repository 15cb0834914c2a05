"""What is left of a shift for somebody who plans anew on the way."""

from __future__ import annotations

from copy import copy
from datetime import datetime

from canvass.models import Shift
from canvass.pauses import Pause
from routing.models import PlanRun, Route, RouteStop


def rest_of(shift: Shift, run: PlanRun) -> Shift:
    """The shift as the run plans it, never to be saved: from its time on, from its place.

    A pause that the current route has begun by then is taken; another may still begin. What was
    walked by then counts towards the longest walking.
    """
    rest = copy(shift)
    if run.from_lon is not None and run.from_lat is not None:
        rest.start_lon, rest.start_lat = run.from_lon, run.from_lat
    if run.from_at is None or run.from_at <= shift.starts_at:
        return rest
    rest.starts_at = run.from_at
    taken = Route.objects.filter(shift=shift, is_current=True, pause_at__lt=run.from_at).exists()
    pause = Pause(shift.pause_s, shift.pause_from, shift.pause_to)
    left = Pause() if taken else pause.within(run.from_at, shift.ends_at)
    rest.pause_s, rest.pause_from, rest.pause_to = left.pause_s, left.starts_from, left.starts_to
    if shift.most_walk_s is not None:
        rest.most_walk_s = max(0, shift.most_walk_s - walked_s(shift, run.from_at))
    return rest


def walked_s(shift: Shift, until: datetime) -> int:
    """How long somebody has walked until then who kept to the shift's routes, in seconds.

    Each route was followed until the next one began; of a way that is not at its end nothing
    counts. Two queries.
    """
    routes = Route.objects.filter(shift=shift).order_by("-pk").values_list("pk", "starts_at")
    followed_until: dict[int, datetime] = {}
    for pk, starts_at in routes:
        followed_until[pk] = until
        until = min(until, starts_at)
    rows = RouteStop.objects.filter(route__shift=shift).values_list("route", "arrive_at", "walk_s")
    return sum(walk_s for route, arrive_at, walk_s in rows if arrive_at <= followed_until[route])
