"""What is to be dealt out: doors in street segments, their work, and the walks between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territories.cutting.doors import Doors, refuse_nonsense
from territories.cutting.links import Links, bridges, joined
from territories.cutting.network import StreetKind, Streets
from territories.cutting.segments import blocks, number_chains
from territories.cutting.street_segments import street_segments
from territories.cutting.ways import NO_WAYS, Ways

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WALK_M_PER_MINUTE = 4800 / 60


@dataclass(frozen=True)
class Units:
    """n doors in m street segments, both sides together.

    `of_door` (n,) names the segment of each door; `minutes` (n,) are the expected ones: those at
    the door and its share of the walk along both sides of the street. `links` join all doors.
    `motorways` (w, 2, 2) are lines in degrees that are crossed by other streets only. `ways` are
    where the links run along streets.
    """

    doors: Doors
    of_door: Ints
    minutes: Floats
    links: Links
    motorways: Floats
    ways: Ways = NO_WAYS

    def __len__(self) -> int:
        return int(self.of_door.max()) + 1 if len(self.of_door) else 0

    def where(self, chosen: NDArray[np.bool_]) -> Units:
        """Only the chosen doors (n,), with what joins them."""
        links = self.links.where(chosen[self.links.tail] & chosen[self.links.head])
        place = np.cumsum(chosen) - 1
        return replace(
            self,
            doors=self.doors.where(chosen),
            of_door=self.of_door[chosen],
            minutes=self.minutes[chosen],
            links=replace(links, tail=place[links.tail], head=place[links.head]),
            ways=self.ways.where(chosen),
        )

    @property
    def total(self) -> float:
        """The expected minutes of all doors."""
        return float(self.minutes.sum())


def units_from(doors: Doors, streets: Streets | None = None) -> Units:
    """The street segments of the doors, with their work. O(n log n).

    On a street network a segment is the street between two junctions; without one, a hundred
    house numbers of a street, where they hang together. Segments that are too long for a cut are
    divided, and short streets kept whole, when it is known how large territories become.

    Raises CutError that names the column with an impossible value.
    """
    refuse_nonsense(doors)
    found = street_segments(doors, streets) if streets is not None else blocks(doors)
    links = joined([found.links, bridges(doors.metres, found.links)])
    minutes = doors.minutes + found.walk_m / WALK_M_PER_MINUTE
    return Units(doors, found.of_door, minutes, links, motorways_of(streets), found.ways)


def expected_minutes(doors: Doors) -> Floats:
    """The expected minutes (n,) of each door where there is no street network. O(n log n)."""
    minutes: Floats = doors.minutes + number_chains(doors)[3] / WALK_M_PER_MINUTE
    return minutes


def motorways_of(streets: Streets | None) -> Floats:
    """The lines (w, 2, 2) of the motorways, from end to end of each edge."""
    if streets is None:
        return np.zeros((0, 2, 2))
    motorway = streets.kind == StreetKind.MOTORWAY
    ends = np.stack((streets.tail[motorway], streets.head[motorway]), axis=1)
    return np.stack((streets.lon[ends], streets.lat[ends]), axis=-1)
