"""Named boundaries with what is known of the people in them, and the runs that keep them right."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.runs import Run, RunQuerySet, RunState
from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models.imports import FileRun
from territories.models.placements import assigned_doors


class Level(models.TextChoices):
    """How large a neighborhood is, the largest first; each may lie in one of those before it."""

    REGION = "region"
    CITY = "city"
    NEIGHBORHOOD = "neighborhood"
    BLOCK_GROUP = "block_group"

    @property
    def fineness(self) -> int:
        """0 for the largest level, and one more for each below."""
        return list(Level).index(self)


class NeighborhoodQuerySet(ScopedQuerySet["Neighborhood"]):
    """Neighborhoods; a rep sees those of the doors in assigned territories."""

    def for_rep(self, member: Viewer) -> Self:
        """The neighborhoods that some door of an assigned territory knows as its own."""
        own = Neighborhood.objects.filter(doors__in=assigned_doors(member))
        return self.filter(pk__in=own.values("pk"))

    def current(self) -> Self:
        """Those that the newest file of their dataset still has."""
        return self.filter(gone_at=None)


class Neighborhood(ScopedModel):
    """An imported, named boundary, with its demographics as far as they are known.

    `geometry` is a GeoJSON Polygon or MultiPolygon; `properties` are the file's own. `parent` is
    the next larger neighborhood around it. `gone_at` says since when newer files of the dataset
    lack it: it then holds no doors any more.
    """

    dataset = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=Level)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children_of"
    )
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    properties = models.JSONField(default=dict, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    owner_occupied_share = models.FloatField(null=True, blank=True)
    children = models.PositiveIntegerField(null=True, blank=True)
    median_income = models.PositiveBigIntegerField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = NeighborhoodQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "dataset", "key"], name="neighborhood_key_unique"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="neighborhood_level_known"
            ),
            models.CheckConstraint(
                condition=Q(owner_occupied_share=None)
                | Q(owner_occupied_share__gte=0, owner_occupied_share__lte=1),
                name="neighborhood_share_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NeighborhoodRunQuerySet(RunQuerySet["NeighborhoodRun"]):
    """Imports of neighborhoods; managers and admins see all of their organisation's."""


class NeighborhoodRun(FileRun):
    """Neighborhoods brought in from one file. `result` counts them and names every oddity."""

    task_name: ClassVar[str] = "territories.import_neighborhoods"

    objects: ClassVar = NeighborhoodRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"import {self.pk} of {self.file_name}"


class LocateRunQuerySet(RunQuerySet["LocateRun"]):
    """Locatings of doors; managers and admins see all of their organisation's."""


class LocateRun(Run):
    """Finding every door's neighborhood anew, after doors or neighborhoods have changed."""

    task_name: ClassVar[str] = "territories.locate_doors"

    objects: ClassVar = LocateRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state=RunState.QUEUED),
                name="locate_run_one_queued",
            )
        ]

    def __str__(self) -> str:
        return f"locating {self.pk}"
