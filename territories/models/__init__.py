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
from territories.models.street_maps import (
    DoorSnap,
    DoorSnapQuerySet,
    SnapQuality,
    SnapRun,
    SnapRunQuerySet,
    StreetMap,
    StreetMapQuerySet,
    covering,
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
    "DoorSnap",
    "DoorSnapQuerySet",
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
    "SnapQuality",
    "SnapRun",
    "SnapRunQuerySet",
    "StreetMap",
    "StreetMapQuerySet",
    "Territory",
    "TerritoryDoor",
    "TerritoryQuerySet",
    "UploadRun",
    "assigned_doors",
    "assigned_territories",
    "covering",
]
