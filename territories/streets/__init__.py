"""The walking network: read OpenStreetMap, snap doors, walking times and paths. Pure."""

from territories.streets.errors import (
    NotAMap,
    NotANetwork,
    NotSnapped,
    NoWalkableWay,
    StreetsError,
)
from territories.streets.matrices import UNREACHABLE
from territories.streets.network import StreetNetwork
from territories.streets.profiles import CYCLING, DRIVING, WALKING, Profile
from territories.streets.roads import Access, Mark, Road
from territories.streets.snaps import SnapQuality, Snaps

__all__ = [
    "CYCLING",
    "DRIVING",
    "UNREACHABLE",
    "WALKING",
    "Access",
    "Mark",
    "NoWalkableWay",
    "NotAMap",
    "NotANetwork",
    "NotSnapped",
    "Profile",
    "Road",
    "SnapQuality",
    "Snaps",
    "StreetNetwork",
    "StreetsError",
]
