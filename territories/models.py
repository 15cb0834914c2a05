"""Buildings, doors, imports, cuts, territories and who works them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.runs import Run, RunQuerySet, RunState
from common.scoping import ScopedModel, ScopedQuerySet, Viewer

if TYPE_CHECKING:
    from datetime import date


def assigned_territories(member: Viewer) -> models.QuerySet[Assignment, int]:
    """The ids of the territories that a member sees, as a subquery.

    An assignment shows its territory from the moment it is made, so that a rep can prepare, until
    it is ended or its last day has passed everywhere on Earth (the territory's own time zone is
    not known here); `AssignmentQuerySet.on` is exact.
    """
    shown = Assignment.objects.filter(member=member.pk).showing(timezone.now().date())
    return shown.values_list("territory", flat=True)


def assigned_doors(member: Viewer) -> models.QuerySet[TerritoryDoor, int]:
    """The ids of the doors in the territories that a member sees, as a subquery."""
    placements = TerritoryDoor.objects.filter(territory__in=assigned_territories(member))
    return placements.values_list("door", flat=True)


class BuildingQuerySet(ScopedQuerySet["Building"]):
    """Buildings; a rep sees those with a door in an assigned territory."""

    def for_rep(self, member: Viewer) -> Self:
        """Buildings in the territories assigned to the rep."""
        doors = Door.objects.filter(pk__in=assigned_doors(member))
        return self.filter(pk__in=doors.values("building"))


class Building(ScopedModel):
    """One street entrance, or several units behind one."""

    key = models.CharField(max_length=32)
    street = models.CharField(max_length=120)
    number = models.CharField(max_length=20)
    postcode = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    quadkey = models.BigIntegerField()

    objects = BuildingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="building_key_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["lat", "lon"], name="building_lat_lon")]

    def __str__(self) -> str:
        return f"{self.street} {self.number}"


class DoorQuerySet(ScopedQuerySet["Door"]):
    """Doors; a rep sees those in an assigned territory."""

    def for_rep(self, member: Viewer) -> Self:
        """Doors in the territories assigned to the rep."""
        return self.filter(pk__in=assigned_doors(member))


class DoorUse(models.TextChoices):
    """Who is behind the door."""

    HOME = "home"
    BUSINESS = "business"
    UNKNOWN = "unknown"


class PositionQuality(models.TextChoices):
    """What a position stands for: an entrance, an address point, a building's middle."""

    ENTRANCE = "entrance"
    ADDRESS_POINT = "address_point"
    BUILDING = "building"
    UNKNOWN = "unknown"


class Door(ScopedModel):
    """One front door, a home or a business.

    `key` is the natural key within the organisation: a hash of the address, or of the source's own
    id where the import names one. `dataset` names the import series that the door came with.
    """

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="doors")
    key = models.CharField(max_length=32)
    unit = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    use = models.CharField(max_length=8, choices=DoorUse, default=DoorUse.UNKNOWN)
    lon = models.FloatField()
    lat = models.FloatField()
    quadkey = models.BigIntegerField()
    position_quality = models.CharField(
        max_length=13, choices=PositionQuality, default=PositionQuality.UNKNOWN
    )
    dataset = models.CharField(max_length=40)

    objects = DoorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="door_key_unique"),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="door_on_earth",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lat", "lon"], name="door_lat_lon"),
            models.Index(fields=["organisation", "quadkey"], name="door_quadkey"),
        ]

    def __str__(self) -> str:
        return f"door {self.pk}"


class ImportFormat(models.TextChoices):
    """The kinds of file that doors come from."""

    OSM = "osm", "OpenStreetMap"
    CSV = "csv", "CSV"
    GEOJSON = "geojson", "GeoJSON"


class ImportRunQuerySet(RunQuerySet["ImportRun"]):
    """Imports; managers and admins see all of their organisation's."""


class ImportRun(Run):
    """Doors brought in from one file. `result` counts them; `rejects` names every row left out."""

    task_name: ClassVar[str] = "territories.import_doors"

    format = models.CharField(max_length=7, choices=ImportFormat)
    dataset = models.CharField(max_length=40)
    file = models.FileField(upload_to="imports/%Y/%m/")
    file_name = models.CharField(max_length=255)
    options = models.JSONField(default=dict, blank=True)
    rejects = models.FileField(upload_to="rejects/%Y/%m/", blank=True)

    objects: ClassVar = ImportRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"import {self.pk} of {self.file_name}"


class CutStatus(models.TextChoices):
    """How far a cut has got."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class CutRunQuerySet(RunQuerySet["CutRun"]):
    """Cuts; managers and admins see all of their organisation's."""


class CutRun(Run):
    """A division of doors into territories: a draft until it is published, then immutable.

    `criteria` says which doors (`bbox` [west, south, east, north], `uses`, `cities`) and how many
    territories (`territories`) or how large (`target_minutes`).
    """

    task_name: ClassVar[str] = "territories.cut"

    name = models.CharField(max_length=120)
    criteria = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=CutStatus, default=CutStatus.PROPOSED)
    published_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

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
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cut", "number"], name="territory_number_unique")
        ]

    def __str__(self) -> str:
        return self.name


class TerritoryDoor(ScopedModel):
    """That a door lies in a territory: in one only, within each cut."""

    cut = models.ForeignKey(CutRun, on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="placements")
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="placements")

    objects = ScopedQuerySet["TerritoryDoor"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cut", "door"], name="territory_door_once_per_cut")
        ]

    def __str__(self) -> str:
        return f"door {self.door_id} in territory {self.territory_id}"


class AssignmentQuerySet(ScopedQuerySet["Assignment"]):
    """Assignments; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The assignments of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own assignments."""
        return self.filter(member=member.pk)

    def on(self, day: date) -> Self:
        """The assignments that hold on a local day."""
        return self.overlapping(day, day + timedelta(days=1))

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """The assignments not ended that share a day with [starts_on, ends_on)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), ended_at=None)
        return rows if ends_on is None else rows.filter(starts_on__lt=ends_on)

    def showing(self, utc_day: date) -> Self:
        """The assignments not ended whose last day is not yet over in every time zone.

        Where clocks are twelve hours behind, the day before `ends_on` lasts until noon of it.
        """
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=utc_day), ended_at=None)


class Assignment(ScopedModel):
    """A territory given to a member, from a date to a date, half-open.

    `ended_at` is set when the assignment was taken back or replaced; such rows stay for good.
    """

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="assignments")
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="assignments"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    shared = models.BooleanField(default=False)
    assigned_by = models.ForeignKey(
        "accounts.Member", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
                name="assignment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["territory"],
                condition=Q(ends_on=None, ended_at=None, shared=False),
                name="assignment_one_open_per_territory",
            ),
        ]

    def __str__(self) -> str:
        return f"territory {self.territory_id} to member {self.member_id}"
