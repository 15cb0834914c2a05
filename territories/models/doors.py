"""Buildings and doors."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models.placements import assigned_doors


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
    """What a position stands for: an entrance, an address point, a building's middle.

    Or only what a geocoding service says of the address.
    """

    ENTRANCE = "entrance"
    ADDRESS_POINT = "address_point"
    BUILDING = "building"
    GEOCODED = "geocoded"
    UNKNOWN = "unknown"


class Door(ScopedModel):
    """One front door, a home or a business.

    `key` is the natural key within the organisation: a hash of the address, or of the source's own
    id where the import names one. `dataset` names the import series that the door came with;
    `neighborhood` is the smallest around it, found by a LocateRun.
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
    neighborhood = models.ForeignKey(
        "territories.Neighborhood",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="doors",
        db_index=False,  # below, for those that have one: most imports come before any boundary
    )

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
            models.Index(
                fields=["neighborhood"],
                condition=Q(neighborhood__isnull=False),
                name="door_neighborhood",
            ),
        ]

    def __str__(self) -> str:
        return f"door {self.pk}"
