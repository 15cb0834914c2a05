"""Proposals for who gets which territory."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from common.runs import Run, RunQuerySet


class DealRunQuerySet(RunQuerySet["DealRun"]):
    """Proposals; managers and admins see all of their organisation's."""


class DealRun(Run):
    """A proposal for who gets which free territory of a cut: looked at, changed, then applied.

    `wish` says who takes part and by which rules. `deal` names each territory's member by id, null
    where it is left out; `result` says why. `applied_at` is set once, when assignments came of it.
    """

    task_name: ClassVar[str] = "territories.deal"

    cut = models.ForeignKey(
        "territories.CutRun", on_delete=models.PROTECT, related_name="deal_runs"
    )
    starts_on = models.DateField()
    wish = models.JSONField()
    deal = models.JSONField(default=dict, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = DealRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"deal {self.pk} of cut {self.cut_id}"
