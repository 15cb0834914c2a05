"""How fast a traveller is on each kind of way, and what crossing it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np
from numpy.typing import NDArray

from territories.streets.roads import Access, Road

WALKING_KMH = 4.8
STEPS_KMH = 2.4  # along the stairs' drawn length, which is shorter than the climb


@dataclass(frozen=True)
class Profile:
    """A way to travel: speeds in km/h and crossings in seconds, each by `Road` (14 values).

    `forward`, `backward` and `private` are the bits of `Access` that count for this traveller.
    A speed of 0 means that such ways are not used even where they are allowed.
    """

    name: str
    speed_kmh: tuple[float, ...]
    crossing_s: tuple[float, ...]
    forward: Access
    backward: Access
    private: Access

    def at(self, factor: float) -> Self:
        """The same traveller, `factor` times as fast; crossings take as long as ever."""
        return replace(self, speed_kmh=tuple(speed * factor for speed in self.speed_kmh))

    def metres_per_s(self) -> NDArray[np.float64]:
        """Speeds by `Road`."""
        return np.asarray(self.speed_kmh, dtype=np.float64) / 3.6


def by_road(usual: float, **others: float) -> tuple[float, ...]:
    """One value for each `Road`: the usual one, or its own, named in lower case."""
    return tuple(others.get(road.name.lower(), usual) for road in Road)


# A residential street costs what 20 m of walking do; a busy one a wait as well; a motorway has no
# other side. Where there is no traffic to speak of, there is nothing to cross.
CROSSING_S = by_road(
    0.0,
    motorway=inf,
    trunk=90.0,
    primary=60.0,
    secondary=45.0,
    tertiary=30.0,
    unclassified=18.0,
    residential=15.0,
    living_street=6.0,
    service=6.0,
    track=3.0,
)

WALKING = Profile(
    name="walking",
    speed_kmh=by_road(WALKING_KMH, steps=STEPS_KMH),
    crossing_s=CROSSING_S,
    forward=Access.WALK,
    backward=Access.WALK,
    private=Access.PRIVATE_WALK,
)
CYCLING = Profile(
    name="cycling",
    speed_kmh=by_road(15.0, motorway=0.0, pedestrian=6.0, track=12.0, path=10.0, steps=0.0),
    crossing_s=CROSSING_S,
    forward=Access.CYCLE_FORWARD,
    backward=Access.CYCLE_BACKWARD,
    private=Access.PRIVATE_CYCLE,
)
DRIVING = Profile(
    name="driving",
    speed_kmh=by_road(
        0.0,
        motorway=100.0,
        trunk=75.0,
        primary=55.0,
        secondary=45.0,
        tertiary=40.0,
        unclassified=35.0,
        residential=25.0,
        living_street=8.0,
        service=12.0,
        track=8.0,
    ),
    crossing_s=CROSSING_S,
    forward=Access.DRIVE_FORWARD,
    backward=Access.DRIVE_BACKWARD,
    private=Access.PRIVATE_DRIVE,
)
