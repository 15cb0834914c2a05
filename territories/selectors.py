"""Reads: every list in one explicit, unique order, with what its output needs already joined."""

from __future__ import annotations

import math
from typing import TypeVar

from territories.models import (
    Assignment,
    AssignmentEvent,
    AssignmentEventQuerySet,
    AssignmentQuerySet,
    Building,
    BuildingQuerySet,
    CutEdit,
    CutEditQuerySet,
    CutRun,
    CutRunQuerySet,
    DealRun,
    DealRunQuerySet,
    Door,
    DoorQuerySet,
    ImportRun,
    ImportRunQuerySet,
    LocateRun,
    LocateRunQuerySet,
    Neighborhood,
    NeighborhoodQuerySet,
    NeighborhoodRun,
    NeighborhoodRunQuerySet,
    SnapRun,
    SnapRunQuerySet,
    StreetMap,
    StreetMapQuerySet,
    Territory,
    TerritoryQuerySet,
)

Placed = TypeVar("Placed", DoorQuerySet, BuildingQuerySet)

Box = tuple[float, float, float, float]


def doors() -> DoorQuerySet:
    """Doors with their buildings and snaps."""
    return Door.objects.select_related("building", "snap").order_by("pk")


def doors_of(territory: Territory) -> DoorQuerySet:
    """The doors of a territory."""
    return doors().filter(pk__in=territory.placements.values("door"))


def buildings() -> BuildingQuerySet:
    """Buildings."""
    return Building.objects.order_by("pk")


def imports() -> ImportRunQuerySet:
    """Imports, the newest first."""
    return ImportRun.objects.order_by("-pk")


def neighborhoods() -> NeighborhoodQuerySet:
    """Neighborhoods; shapes and properties come with a single one only."""
    return Neighborhood.objects.defer("geometry", "properties").order_by("pk")


def neighborhood_imports() -> NeighborhoodRunQuerySet:
    """Imports of boundaries, the newest first."""
    return NeighborhoodRun.objects.order_by("-pk")


def locatings() -> LocateRunQuerySet:
    """Locatings of doors, the newest first."""
    return LocateRun.objects.order_by("-pk")


def street_maps() -> StreetMapQuerySet:
    """Street maps, the newest first."""
    return StreetMap.objects.order_by("-pk")


def snap_runs() -> SnapRunQuerySet:
    """Snappings, the newest first."""
    return SnapRun.objects.order_by("-pk")


def cuts() -> CutRunQuerySet:
    """Cuts, the newest first."""
    return CutRun.objects.order_by("-pk")


def edits_of(cut: CutRun) -> CutEditQuerySet:
    """The changes of a cut by hand, the first one first."""
    return CutEdit.objects.filter(cut=cut).defer("moves").order_by("number")


def deals() -> DealRunQuerySet:
    """Proposals for who gets which territory, the newest first."""
    return DealRun.objects.order_by("-pk")


def territories() -> TerritoryQuerySet:
    """Territories, cut by cut."""
    return Territory.objects.order_by("cut_id", "number")


def assignments() -> AssignmentQuerySet:
    """Assignments with their territories and members, the newest first."""
    return Assignment.objects.select_related("territory", "member__user").order_by("-pk")


def history_of(assignment: Assignment) -> AssignmentEventQuerySet:
    """Everything that happened to an assignment, the first thing first."""
    return AssignmentEvent.objects.filter(assignment=assignment).order_by("pk")


def is_box(box: Box) -> bool:
    """Whether (west, south, east, north) are degrees and span something."""
    west, south, east, north = box
    return (
        all(map(math.isfinite, box)) and -180 <= west < east <= 180 and -90 <= south < north <= 90
    )


def within(rows: Placed, box: Box) -> Placed:
    """The doors or buildings inside a box (west, south, east, north), its edges included."""
    west, south, east, north = box
    return rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
