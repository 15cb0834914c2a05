"""Lengths on the Earth, and a flat picture of it that keeps angles."""

from __future__ import annotations

import numpy as np

from territories.streets.arrays import Floats

EARTH_RADIUS_M = 6_371_008.8  # the mean radius


def steps_m(lon: Floats, lat: Floats) -> Floats:
    """(n - 1,) great-circle metres from each point to the next (haversine)."""
    phi, lam = np.radians(lat), np.radians(lon)
    half = np.sin(np.diff(phi) / 2) ** 2
    half += np.cos(phi[:-1]) * np.cos(phi[1:]) * np.sin(np.diff(lam) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)), dtype=np.float64)


def mercator_m(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """X and y in the Mercator projection: angles are true, lengths 1 / cos(lat) times too long."""
    x = np.radians(lon) * EARTH_RADIUS_M
    y = np.arcsinh(np.tan(np.radians(lat))) * EARTH_RADIUS_M
    return x, y
