"""The walking network: read OpenStreetMap, snap doors, walking times and paths. Pure."""

from territories.streets.errors import (
    NoPath,
    NotAMap,
    NotANetwork,
    NotSnapped,
    NoWalkableWay,
    StreetsError,
)
from territories.streets.network import StreetNetwork
from territories.streets.paths import WalkPath
from territories.streets.profiles import CYCLING, DRIVING, WALKING, Profile
from territories.streets.roads import Access, Mark, Road
from territories.streets.snaps import SnapQuality, Snaps
from territories.streets.steps import WalkLeg, WalkStep
from territories.streets.travel_times import UNREACHABLE, SnappedPoints
from territories.streets.wording import Side, Turn

__all__ = [
    "CYCLING",
    "DRIVING",
    "UNREACHABLE",
    "WALKING",
    "Access",
    "Mark",
    "NoPath",
    "NoWalkableWay",
    "NotAMap",
    "NotANetwork",
    "NotSnapped",
    "Profile",
    "Road",
    "Side",
    "SnapQuality",
    "SnappedPoints",
    "Snaps",
    "StreetNetwork",
    "StreetsError",
    "Turn",
    "WalkLeg",
    "WalkPath",
    "WalkStep",
]
