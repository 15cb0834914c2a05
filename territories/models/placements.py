"""Which door lies in which territory, and what a rep sees by that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models.assignments import Assignment


class TerritoryDoor(ScopedModel):
    """That a door lies in a territory: in one only, within each cut."""

    cut = models.ForeignKey("territories.CutRun", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(
        "territories.Territory", on_delete=models.PROTECT, related_name="placements"
    )
    door = models.ForeignKey(
        "territories.Door", on_delete=models.PROTECT, related_name="placements"
    )

    objects = ScopedQuerySet["TerritoryDoor"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cut", "door"], name="territory_door_once_per_cut")
        ]

    def __str__(self) -> str:
        return f"door {self.door_id} in territory {self.territory_id}"


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
