"""Routes made row by row, for tests that need no planning."""

from __future__ import annotations

from typing import Any

from canvass.models import Shift
from common.runs import RunState
from routing.models import PlanRun, Route, RouteStop
from territories.models import Door
from tests.canvass.world import NOW


def plain_route(shift: Shift, *doors: Door, **more: Any) -> Route:
    """A route of a shift with a stop at each of these doors; the current one unless said so."""
    ours = {"organisation_id": shift.organisation_id}
    run = PlanRun.objects.create(
        **ours, shift=shift, state=RunState.DONE, created_at=NOW, sent_at=NOW
    )
    route = Route.objects.create(
        **ours, shift=shift, plan_run=run, starts_at=shift.starts_at, ends_at=shift.ends_at,
        walk_s=60, walk_m=70, address_order_walk_m=90, value=1, travel_source="test",
        engine="test", planned_at=NOW, **more,
    )  # fmt: skip
    for position, door in enumerate(doors, start=1):
        stop = RouteStop.objects.create(
            **ours, route=route, position=position, building=door.building,
            arrive_at=shift.starts_at, leave_at=shift.starts_at, walk_s=60, walk_m=70,
            reason="fresh",
        )  # fmt: skip
        stop.doors.create(**ours, route=route, door=door, appeal="fresh")
    return route
