"""The pieces that a cut deals out: never split, each with the minutes it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.doors import Doors
from territories.cutting.sphere import great_circle_m

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DETOUR = 1.3  # a walk is longer than the straight line by about this much
WALK_M_PER_S = 4.8 / 3.6
MAX_WALK_S = 180.0  # a gap in the numbers is not walked: somebody else's street lies between


@dataclass(frozen=True)
class Units:
    """m units of n doors: their middles in degrees and their expected minutes.

    `of_door` (n,) names the unit of each door.
    """

    lon: Floats
    lat: Floats
    minutes: Floats
    of_door: Ints

    def __len__(self) -> int:
        return len(self.minutes)


def units_from(doors: Doors, *, door_s: float) -> Units:
    """One unit for each building, with the expected minutes of its doors. O(n log n).

    `door_s` is the expected time at one door, in seconds; the walk to it is added.
    """
    seconds = door_s + walk_s(doors)
    count = np.bincount(doors.building)
    return Units(
        lon=np.bincount(doors.building, doors.lon) / count,
        lat=np.bincount(doors.building, doors.lat) / count,
        minutes=np.bincount(doors.building, seconds) / 60,
        of_door=doors.building,
    )


def walk_s(doors: Doors) -> Floats:
    """Seconds (n,) to each door from the one before it on its street, in the order of the numbers.

    1.3 times the great circle at 4.8 km/h, at most MAX_WALK_S; nothing for a street's first door.
    """
    order = np.lexsort((doors.building, doors.number, doors.street))
    lon, lat, street = doors.lon[order], doors.lat[order], doors.street[order]
    metres = great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    seconds = np.minimum(metres * DETOUR / WALK_M_PER_S, MAX_WALK_S)
    walks = np.zeros(len(doors))
    walks[order[1:]] = np.where(street[1:] == street[:-1], seconds, 0.0)
    return walks
