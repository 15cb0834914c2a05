"""Buildings, doors, neighborhoods, imports, cuts, territories and who works them."""

from territories.models.assignments import (
    Assignment,
    AssignmentQuerySet,
)
from territories.models.cuts import (
    CutRun,
    CutRunQuerySet,
    CutStatus,
    Territory,
    TerritoryQuerySet,
)
from territories.models.doors import (
    Building,
    BuildingQuerySet,
    Door,
    DoorQuerySet,
    DoorUse,
    PositionQuality,
)
from territories.models.imports import (
    FileRun,
    ImportFormat,
    ImportRun,
    ImportRunQuerySet,
    UploadRun,
)
from territories.models.neighborhoods import (
    Level,
    LocateRun,
    LocateRunQuerySet,
    Neighborhood,
    NeighborhoodQuerySet,
    NeighborhoodRun,
    NeighborhoodRunQuerySet,
)
from territories.models.placements import (
    TerritoryDoor,
    assigned_doors,
    assigned_territories,
)

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Building",
    "BuildingQuerySet",
    "CutRun",
    "CutRunQuerySet",
    "CutStatus",
    "Door",
    "DoorQuerySet",
    "DoorUse",
    "FileRun",
    "ImportFormat",
    "ImportRun",
    "ImportRunQuerySet",
    "Level",
    "LocateRun",
    "LocateRunQuerySet",
    "Neighborhood",
    "NeighborhoodQuerySet",
    "NeighborhoodRun",
    "NeighborhoodRunQuerySet",
    "PositionQuality",
    "Territory",
    "TerritoryDoor",
    "TerritoryQuerySet",
    "UploadRun",
    "assigned_doors",
    "assigned_territories",
]
