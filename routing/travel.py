"""How far it is from place to place on foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territories.cutting import great_circle_m


@dataclass(frozen=True)
class Places:
    """Positions (n,) in degrees, with the street that each is on; "" where that is not known."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    street: NDArray[np.str_]

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, str]]) -> Places:
        """Places from (lon, lat, street) rows."""
        return cls(
            lon=np.array([lon for lon, _, _ in rows], dtype=np.float64),
            lat=np.array([lat for _, lat, _ in rows], dtype=np.float64),
            street=np.array([street for _, _, street in rows], dtype=np.str_),
        )


@dataclass(frozen=True)
class Ways:
    """The ways from n places to m places: (n, m) int32 seconds and metres."""

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]


class TravelTimes(Protocol):
    """Something that knows how long the ways are. `source` is kept with every route it made."""

    @property
    def source(self) -> str:
        """Where the times come from."""

    def between(self, origins: Places, destinations: Places) -> Ways:
        """The ways from every origin to every destination; zero from a place to itself."""


@dataclass(frozen=True)
class StraightTravel:
    """The way of the crow, made longer by a detour; a while to find the way into another street.

    The default pace and detour are those that the trade plans with: 4.8 km/h on ways 1.3 times as
    long as the great circle, and 45 seconds when the street's name changes.
    """

    source: str = "great-circle"
    detour: float = 1.3
    pace_m_s: float = 4.8 / 3.6
    street_change_s: float = 45.0

    def between(self, origins: Places, destinations: Places) -> Ways:
        """Great circle times detour, at a pace, plus the change of street. O(n · m)."""
        metres = self.detour * great_circle_m(
            origins.lon[:, None], origins.lat[:, None], destinations.lon, destinations.lat
        )
        here, there = origins.street[:, None], destinations.street[None, :]
        changes = (here != there) & (here != "") & (there != "")
        seconds = metres / self.pace_m_s + self.street_change_s * changes
        return Ways(np.rint(seconds).astype(np.int32), np.rint(metres).astype(np.int32))
