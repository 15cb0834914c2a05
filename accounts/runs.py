"""Cancelling background runs: on purpose, for good, by somebody who is told of ever after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit import Change, note
from accounts.errors import RunEnded
from accounts.models import Member
from common.errors import NotFound
from common.runs import Run, RunState


def cancel_run(*, actor: Member, run: Run, now: datetime) -> Run:
    """Cancel a run that is queued or running; cancelling it again changes nothing.

    Its worker, if it has one, writes nothing from now on, and stops at the first step after the
    next look at it, twice a second. Asking for the same thing anew makes another run. Raises
    RunEnded and NotFound.
    """
    if not type(run).objects.for_member(actor).filter(pk=run.pk).exists():
        raise NotFound
    return end(run, actor, {}, now)


def cancel_as_operator(*, run: Run, operator: str, now: datetime) -> Run:
    """Cancel a run for the operator of the installation, whom the trail names. Raises RunEnded."""
    return end(run, None, {"operator": operator}, now)


def end(run: Run, member: Member | None, told: dict[str, Any], now: datetime) -> Run:
    """The run, cancelled; who is about to finish or to cancel it goes first."""
    with transaction.atomic():
        held = type(run).objects.select_for_update(no_key=True).get(pk=run.pk)
        if held.state == RunState.CANCELLED:
            return held
        if held.ended:
            raise RunEnded(state=held.state)
        before = {"state": held.state}
        held.state, held.cancelled_by = RunState.CANCELLED, member
        held.finished_at, held.lease_until = now, None
        held.save(update_fields=["state", "cancelled_by", "finished_at", "lease_until"])
        after = {"state": held.state, **told}
        note(member, "run.cancelled", Change(held, before, after), now=now)
    return held
