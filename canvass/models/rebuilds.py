"""Rebuilds of what visits add up to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from canvass.models.campaigns import Campaign
from common.runs import Run, RunQuerySet, RunState


class RebuildRunQuerySet(RunQuerySet["RebuildRun"]):
    """Rebuilds; managers and admins see all of their organisation's."""


class RebuildRun(Run):
    """Computing every prospect of a campaign anew, after a rule has changed."""

    task_name: ClassVar[str] = "canvass.rebuild_prospects"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = RebuildRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(state=RunState.QUEUED),
                name="rebuild_run_one_queued",
            )
        ]

    def __str__(self) -> str:
        return f"rebuild {self.pk}"
