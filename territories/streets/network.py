"""The walking network of a region, with everything that can be asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from territories.streets.arrays import StreetArrays
from territories.streets.building import arrays_from
from territories.streets.openstreetmap import read_ways


class StreetNetwork(StreetArrays):
    """Every way of a region, contracted between its junctions."""

    @classmethod
    def from_osm(cls, path: Path | str) -> Self:
        """The network of an OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2.

        The order in the file does not matter; ways that leave the extract end at its edge. Raises
        NotAMap for any other file and for a truncated one, NoWalkableWay where nobody can walk.
        O(file); a town of 1 MB takes a third of a second.
        """
        return cls(**arrays_from(read_ways(Path(path))))
