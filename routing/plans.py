"""Asking for plans: of one shift, or of everybody's on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict, Unpack

from django.db import transaction

from accounts.models import Member
from canvass.models import Campaign, Shift
from common.errors import NotFound
from common.worker import enqueue
from routing.errors import NobodyToPlan, ShiftOver
from routing.models import PlanRun

MIN_SECONDS = 0.1
MAX_SECONDS = 60.0


class PlanWish(TypedDict, total=False):
    """How to plan: the search's seed, its budget in seconds, and from when and where on.

    With `from_at` only the rest of the shift is planned. Where the member is then is the shift's
    start, unless it is given.
    """

    seed: int
    seconds: float
    from_at: datetime
    from_lon: float
    from_lat: float


def request_plan(
    *, actor: Member, shift: Shift, now: datetime, **wish: Unpack[PlanWish]
) -> PlanRun:
    """Queue the planning of a shift; while one is under way, asking again answers that one.

    Raises NotFound for a shift that the actor may not see, and ShiftOver.
    """
    if not Shift.objects.for_member(actor).filter(pk=shift.pk).exists():
        raise NotFound
    if wish.get("from_at", shift.starts_at) >= shift.ends_at:
        raise ShiftOver(shift_ends_at=shift.ends_at)
    run = PlanRun(requested_by=actor, created_at=now, sent_at=now, **wish)
    return open_runs([shift], run)[0]


def request_day(*, actor: Member, campaign: Campaign, day: date, now: datetime) -> list[PlanRun]:
    """Queue a plan for each of the campaign's shifts on the day that the actor may see.

    Every shift is a run of its own, for any number of workers. Raises NobodyToPlan.
    """
    shifts = Shift.objects.for_member(actor).filter(campaign=campaign, day=day)
    planned = list(shifts.order_by("pk"))
    if not planned:
        raise NobodyToPlan
    return open_runs(planned, PlanRun(requested_by=actor, created_at=now, sent_at=now))


def open_runs(shifts: Sequence[Shift], wish: PlanRun) -> list[PlanRun]:
    """The open run of each shift, in order; where there is none, a new one like `wish`.

    That there is one at most is the database's to keep, so whoever comes second is answered with
    the run of who came first. Takes as many queries for one shift as for a thousand.
    """
    with transaction.atomic():
        rows = PlanRun.objects.open().filter(shift__in=shifts)
        known = {run.shift_id for run in rows}
        fresh = [new_run(shift, wish) for shift in shifts if shift.pk not in known]
        PlanRun.objects.bulk_create(fresh, ignore_conflicts=True)
        found = {run.shift_id: run for run in rows.all()}
        for run in found.values():
            if run.shift_id not in known:
                enqueue(run)
    missing = [shift for shift in shifts if shift.pk not in found]
    if missing:  # somebody else's run, which was in the way, has ended in between
        found |= {run.shift_id: run for run in open_runs(missing, wish)}
    return [found[shift.pk] for shift in shifts]


def new_run(shift: Shift, wish: PlanRun) -> PlanRun:
    """A queued run for the shift with the rest as in `wish`."""
    return PlanRun(
        organisation_id=shift.organisation_id,
        shift=shift,
        requested_by=wish.requested_by,
        created_at=wish.created_at,
        sent_at=wish.sent_at,
        seed=wish.seed,
        seconds=wish.seconds,
        from_at=wish.from_at,
        from_lon=wish.from_lon,
        from_lat=wish.from_lat,
    )
