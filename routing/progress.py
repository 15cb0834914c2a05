"""How far a member has come on a route: which stops are done, and which were skipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from accounts.audit import Change, note
from accounts.models import Member
from canvass.payloads import once, payload_hash
from canvass.sync.feed import Own, mark
from common.clock import clamped
from routing.errors import ProgressIdReused, ProgressStopNotFound
from routing.models import Route, RouteStop, RouteStopQuerySet, StopProgress


@dataclass(frozen=True)
class NewProgress:
    """What became of a stop, by its route and its place there; the phone made the `id`."""

    id: UUID
    route_id: int
    position: int
    progress: str
    occurred_at: datetime


@dataclass(frozen=True)
class Recorded:
    """What was stored, now or before, and the route that the member's shift has now."""

    row: StopProgress
    is_new: bool
    shift_id: int
    current_id: int


def record_progress(*, actor: Member, new: NewProgress, now: datetime) -> Recorded:
    """Record what became of a stop of one of the actor's own routes.

    The plan is the server's: where another has taken the route's place, what is said stays with the
    old one, and changes nothing of the new one. The same again returns the stored row. An
    `occurred_at` more than CLOCK_TOLERANCE ahead of `now` becomes `now`. Raises ProgressIdReused
    and ProgressStopNotFound. At most eight queries.
    """
    return once(lambda: insert_progress(actor, new, now))


def insert_progress(actor: Member, new: NewProgress, now: datetime) -> Recorded:
    """As `record_progress`, in its transaction."""
    stored = StopProgress.objects.select_related("stop__route__shift").filter(pk=new.id).first()
    if stored is not None:
        said = stored.stop.route.shift.member_id, stored.payload_hash
        if said != (actor.pk, payload_hash(new)):
            raise ProgressIdReused
        shift_id = stored.stop.route.shift_id
        return Recorded(stored, False, shift_id, current_route(shift_id))
    stops = RouteStop.objects.filter(route=new.route_id, position=new.position)
    stop = stops.filter(route__shift__member=actor).select_related("route").first()
    if stop is None:
        raise ProgressStopNotFound
    shift_id = stop.route.shift_id
    current_id = current_route(shift_id)
    row = StopProgress(
        id=new.id,
        organisation_id=actor.organisation_id,
        stop=stop,
        progress=new.progress,
        occurred_at=clamped(new.occurred_at, now),
        received_at=now,
        is_late=current_id != stop.route_id,
        payload_hash=payload_hash(new),
    )
    row.save()
    told = {"route": new.route_id, "position": new.position, "progress": new.progress}
    note(actor, "route.progressed", Change(row, None, told), now=now)
    mark(own=[Own(actor.pk, "route", str(shift_id))])
    return Recorded(row, True, shift_id, current_id)


def current_route(shift_id: int) -> int:
    """The id of the route that a shift has now."""
    return Route.objects.values_list("pk", flat=True).get(shift=shift_id, is_current=True)


def with_progress(stops: RouteStopQuerySet) -> RouteStopQuerySet:
    """The stops, each with the latest word on it and when that was, None without any."""
    latest = StopProgress.objects.filter(stop=OuterRef("pk")).order_by("-occurred_at", "-pk")
    return stops.annotate(
        latest_progress=Subquery(latest.values("progress")[:1]),
        latest_progress_at=Subquery(latest.values("occurred_at")[:1]),
    )
