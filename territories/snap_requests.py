"""Asking for the doors of an organisation to be snapped to its street maps."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Member
from common.runs import Run
from common.worker import enqueue
from territories.models import SnapRun


def request_snaps(organisation_id: int, *, requested_by: Member | None, now: datetime) -> SnapRun:
    """Queue a snapping of the organisation's doors, as part of whatever made it necessary.

    Each change asks for one of its own: one that is running may have passed the doors already.
    """
    run = SnapRun.objects.create(
        organisation_id=organisation_id, requested_by=requested_by, created_at=now, sent_at=now
    )
    enqueue(run)
    return run


def request_snaps_after(run: Run) -> SnapRun:
    """Queue a snapping, as part of the end of a run that brought a map or doors."""
    assert run.finished_at is not None  # noqa: S101  # `finish_run` has just set it
    return request_snaps(run.organisation_id, requested_by=run.requested_by, now=run.finished_at)
