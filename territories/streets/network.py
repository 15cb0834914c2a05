"""The walking network of a region, with everything that can be asked of it."""

from __future__ import annotations

from territories.streets.arrays import StreetArrays


class StreetNetwork(StreetArrays):
    """Every way of a region, contracted between its junctions."""
