"""The audit trail of background runs: that one ended, for whom, and how."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.audit import Change, note
from accounts.models import Member
from common.runs import Run, RunState, run_models

ENDED = (RunState.DONE, RunState.FAILED)


def tell_end(task: str, args: tuple[Any, ...]) -> None:
    """Write that the run, whose task has just been carried out, ended; nothing if it goes on.

    Two queries for a run that told nothing itself. A task of another kind tells what it does.
    """
    models = {model.task_name: model for model in run_models()}
    if task not in models or not args:
        return
    rows = models[task].objects.filter(pk=args[0], state__in=ENDED)
    run: Run | None = rows.select_related("requested_by").first()
    if run is None:
        return
    member: Member | None = run.requested_by
    after = {"state": run.state, "attempt": run.attempt, "error_code": run.error_code}
    note(member, f"run.{run.state}", Change(run, None, after), now=timezone.now())
