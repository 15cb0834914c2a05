"""Cuts and their territories."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.runs import Run, RunQuerySet, RunState
from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models.placements import assigned_territories


class CutStatus(models.TextChoices):
    """How far a cut has got."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class CutRunQuerySet(RunQuerySet["CutRun"]):
    """Cuts; managers and admins see all of their organisation's."""


class CutRun(Run):
    """A division of doors into territories: a draft until it is published, then immutable.

    `criteria` says which doors (`bbox` [west, south, east, north], `uses`, `cities`), how many
    territories (`territories`) or how large (`target_minutes`), within which limits
    (`least_minutes`, `most_minutes`), which older cut to `keep` with which of its territories
    `locked`, which `boundaries` to respect, `door_s` at a door, and the `seed` (see
    `cut_criteria`). Publishing gives a `version`, one
    more than that of the cut it supersedes, and a `data_version`: a digest of its doors, where
    they are and in which territory.
    """

    task_name: ClassVar[str] = "territories.cut"

    name = models.CharField(max_length=120)
    criteria = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=CutStatus, default=CutStatus.PROPOSED)
    published_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(null=True, blank=True)
    data_version = models.CharField(max_length=64, blank=True)

    objects: ClassVar = CutRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status=CutStatus.PROPOSED) | Q(state=RunState.DONE),
                name="cut_published_only_when_done",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TerritoryQuerySet(ScopedQuerySet["Territory"]):
    """Territories; a rep sees the assigned ones."""

    def for_rep(self, member: Viewer) -> Self:
        """The territories assigned to the rep."""
        return self.filter(pk__in=assigned_territories(member))


class Territory(ScopedModel):
    """The doors that one rep or crew works as a unit.

    Its doors are its TerritoryDoor rows; `outline` (a GeoJSON polygon) is only for display.
    """

    cut = models.ForeignKey(CutRun, on_delete=models.PROTECT, related_name="territories")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    door_count = models.PositiveIntegerField()
    expected_minutes = models.FloatField()
    outline = models.JSONField(null=True)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "territories"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cut", "number"], name="territory_number_unique")
        ]

    def __str__(self) -> str:
        return self.name


class EditKind(models.TextChoices):
    """How a cut is changed by hand."""

    TAKE = "take"
    MOVE_STREET = "move_street"
    MOVE_DOORS = "move_doors"
    MERGE = "merge"
    SPLIT = "split"


class CutEditQuerySet(ScopedQuerySet["CutEdit"]):
    """Changes of cuts by hand; managers and admins see all of their organisation's."""


class CutEdit(ScopedModel):
    """One change of a proposed cut by hand, kept for good.

    `moves` lists [door, from, to], territories by number; `before` and `after` are reports of the
    whole cut, `warnings` what the change made worse.
    """

    cut = models.ForeignKey(CutRun, on_delete=models.PROTECT, related_name="edits")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EditKind)
    details = models.JSONField()
    moves = models.JSONField()
    minutes = models.FloatField()
    before = models.JSONField()
    after = models.JSONField()
    warnings = models.JSONField(default=list)
    made_by = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = CutEditQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cut", "number"], name="cut_edit_number_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=EditKind.values), name="cut_edit_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"edit {self.number} of cut {self.cut_id}"
