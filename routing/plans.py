"""Asking for plans: of one shift, or of everybody's on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import Member
from canvass.models import Campaign, Shift
from common.errors import NotFound
from common.worker import enqueue
from routing.errors import NobodyToPlan
from routing.models import PlanRun

MIN_SECONDS = 0.1
MAX_SECONDS = 60.0


def request_plan(
    *, actor: Member, shift: Shift, now: datetime, seed: int = 0, seconds: float = 1.0
) -> PlanRun:
    """Queue the planning of a shift; while one is under way, asking again answers that one.

    `seconds` is the solver's budget. Raises NotFound for a shift that the actor may not see.
    """
    if not Shift.objects.for_member(actor).filter(pk=shift.pk).exists():
        raise NotFound
    wish = PlanRun(requested_by=actor, created_at=now, sent_at=now, seed=seed, seconds=seconds)
    return open_runs([shift], wish)[0]


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
    )
