"""Distances on the Earth taken as a sphere, and a flat map of a small part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The mean radius (2a + b) / 3 of the WGS 84 ellipsoid (Moritz, 1980, Geodetic Reference System
# 1980, Bulletin géodésique 54(3), 395-405), the same that geopy calls EARTH_RADIUS.
EARTH_RADIUS_M = 6_371_009.0

M_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180


def great_circle_m(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Floats:
    """Metres between points a and b, given in degrees; arrays broadcast as in numpy.

    The haversine formula, which stays exact for close points (Sinnott, 1984, Virtues of the
    Haversine, Sky and Telescope 68(2), 159).
    """
    lon_a, lat_a, lon_b, lat_b = (np.radians(angle) for angle in (lon_a, lat_a, lon_b, lat_b))
    across = np.sin((lon_b - lon_a) / 2) ** 2 * np.cos(lat_a) * np.cos(lat_b)
    half_chord = np.sin((lat_b - lat_a) / 2) ** 2 + across
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0)))
    return metres


@dataclass(frozen=True)
class FlatMap:
    """A plane in metres that touches the Earth at (lon, lat): good to 1% within 100 km."""

    lon: float
    lat: float

    @classmethod
    def around(cls, lon: Floats, lat: Floats) -> FlatMap:
        """The map that touches the Earth in the middle of the points."""
        return cls(float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2)

    @property
    def lon_m(self) -> float:
        """Metres per degree of longitude; kept above zero at the poles."""
        return float(M_PER_DEGREE * max(np.cos(np.radians(self.lat)), 1e-6))

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Degrees (n,), (n,) to metres east and north of the middle (n, 2)."""
        return np.column_stack(((lon - self.lon) * self.lon_m, (lat - self.lat) * M_PER_DEGREE))

    def degrees(self, metres: Floats) -> Floats:
        """Metres (n, 2) back to lon, lat (n, 2)."""
        return metres / [self.lon_m, M_PER_DEGREE] + [self.lon, self.lat]
