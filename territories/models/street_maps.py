"""The streets of regions, and where doors meet them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When

from common.runs import Run, RunQuerySet
from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models.imports import UploadRun
from territories.models.placements import assigned_doors

BOXED = Q(
    west__isnull=False,
    south__isnull=False,
    east__gte=models.F("west"),
    north__gte=models.F("south"),
) & Q(east__isnull=False, north__isnull=False)  # else nothing is compared, and all is well


class StreetMapQuerySet(RunQuerySet["StreetMap"]):
    """Street maps; managers and admins see all of their organisation's."""

    def current(self) -> Self:
        """The maps in use: done, and neither superseded nor retired; the newest first."""
        return self.filter(version__gt=0, retired_at=None).order_by("-finished_at", "-pk")


class StreetMap(UploadRun):
    """The streets of a region, built from one OpenStreetMap extract: from its upload on to its end.

    Maps of the same `name` are versions of one region: the next that is done retires the one
    before. `file` is what was uploaded and `checksum` its SHA-256, `artefact` what was built of it
    (with a checksum of its own: another one means that edges have other numbers), and west to north
    the box of its streets and of what stands beside them. A retired map keeps its row, not its
    files.
    """

    task_name: ClassVar[str] = "territories.import_streets"

    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=0, help_text="0 until the map is done")
    file = models.FileField(upload_to="street-maps/%Y/%m/", blank=True)
    checksum = models.CharField(max_length=64)
    artefact = models.FileField(upload_to="streets/", blank=True)
    artefact_checksum = models.CharField(max_length=64, blank=True)
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = StreetMapQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(version__gt=0, retired_at=None),
                name="street_map_one_current_per_name",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name", "version"],
                condition=Q(version__gt=0),
                name="street_map_version_unique",
            ),
            models.CheckConstraint(
                condition=Q(version=0) | BOXED,
                name="street_map_whole_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}" if self.version else self.name

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; None until the map is done."""
        if self.west is None or self.south is None or self.east is None or self.north is None:
            return None
        return self.west, self.south, self.east, self.north

    @property
    def is_current(self) -> bool:
        """Whether the map is in use."""
        return self.version > 0 and self.retired_at is None


def covering(maps: list[StreetMap]) -> Case:
    """The expression of the first of `maps` whose box holds a row's `lon` and `lat`; else null."""
    inside = [
        When(lon__range=(box[0], box[2]), lat__range=(box[1], box[3]), then=Value(each.pk))
        for each in maps
        if (box := each.box)
    ]
    return Case(*inside, default=Value(None), output_field=IntegerField())


class SnapRunQuerySet(RunQuerySet["SnapRun"]):
    """Snappings; managers and admins see all of their organisation's."""


class SnapRun(Run):
    """All doors of an organisation, snapped anew to its street maps where anything has changed."""

    task_name: ClassVar[str] = "territories.snap_doors"

    objects: ClassVar = SnapRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"snapping {self.pk}"


class SnapQuality(models.IntegerChoices):
    """How a door was snapped, or why not: `territories.streets.snaps.SnapQuality` for the table."""

    BY_NAME = 0
    OTHER_NAME = 1
    NEAREST = 2
    TOO_FAR = 3
    ISLAND = 4
    OUTSIDE_MAP = 5
    SWAPPED = 6
    NO_POSITION = 7


class DoorSnapQuerySet(ScopedQuerySet["DoorSnap"]):
    """Snaps; a rep sees those of the doors in the assigned territories."""

    def for_rep(self, member: Viewer) -> Self:
        """The snaps of the rep's doors."""
        return self.filter(door__in=assigned_doors(member))


class DoorSnap(ScopedModel):
    """Where a door meets the newest street map that covers it.

    Kept apart from the door, so that a million doors are snapped anew without a write to any of
    them. It holds for as long as the door is at `lon`, `lat` on `street`; whoever finds it
    elsewhere, or finds no row, snaps again.
    """

    door = models.OneToOneField(
        "territories.Door", on_delete=models.CASCADE, primary_key=True, related_name="snap"
    )
    street_map = models.ForeignKey(StreetMap, on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    street = models.CharField(max_length=120)
    edge = models.IntegerField(help_text="-1 where the door is unreachable")
    offset_m = models.FloatField(help_text="Along the edge")
    side = models.SmallIntegerField(help_text="1 left of the edge's direction, -1 right, 0 on it")
    setback_m = models.FloatField(help_text="From the street to the door")
    quality = models.PositiveSmallIntegerField(choices=SnapQuality)

    objects = DoorSnapQuerySet.as_manager()

    def __str__(self) -> str:
        return f"door {self.door_id} on {self.street_map_id}"
