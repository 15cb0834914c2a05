"""The walking network of a region, with everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territories.streets.arrays import StreetArrays
from territories.streets.building import arrays_from
from territories.streets.matrices import walk_matrix
from territories.streets.openstreetmap import read_ways
from territories.streets.paths import WalkPath, walk_path
from territories.streets.profiles import WALKING, Profile
from territories.streets.snapping import snap
from territories.streets.snaps import Snaps
from territories.streets.steps import WalkLeg, WalkStep, walk_legs
from territories.streets.storage import load, save
from territories.streets.travel_times import SnappedPoints


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

    @classmethod
    def load(cls, path: Path | str, *, verify: bool = True) -> Self:
        """A saved network, mapped into memory, so that processes share what they read of it.

        `verify` compares the checksum, which reads the whole file once (a second for a gigabyte).
        Raises NotANetwork for another file, a damaged one, and one of another version.
        """
        return cls(**load(Path(path), verify=verify))

    def save(self, path: Path | str) -> str:
        """Write the network to a file, in one step, and tell its checksum; equal ones are equal.

        Who has an older file of that name open keeps what they have. A town of 1 MB takes 1 MB.
        """
        return save(self, Path(path))

    def snap(
        self,
        lon: ArrayLike,
        lat: ArrayLike,
        street: Sequence[str] | None = None,
        profile: Profile = WALKING,
    ) -> Snaps:
        """Where each of n doors is on the network: on its own street first, else on the nearest.

        Of the edges within 120 m that the profile may use and that belong to the main component, a
        door gets the one with the least distance + 40 m where the edge has another name than the
        door's `street` (compared by `names.street_key`). It never gets a motorway, nor an edge
        beyond a motorway or railway, nor a private way that does not bear its street's name. A door
        that gets none has edge -1, offset and setback NaN, and a quality that says why; nothing is
        raised for a door. O(n log E), tens of thousands of doors a second.
        """
        x = np.atleast_1d(np.asarray(lon, dtype=np.float64))
        y = np.atleast_1d(np.asarray(lat, dtype=np.float64))
        if len(x) != len(y) or (street is not None and len(street) != len(x)):
            raise ValueError("lon, lat and street are of different lengths.")
        return snap(self, x, y, street, profile)

    def points(self, snaps: Snaps) -> SnappedPoints:
        """Where each of n doors meets its edge, and how far that is from the door; NaN for none."""
        lon, lat = self.places(snaps.edge, snaps.offset_m).T
        return SnappedPoints(lon, lat, np.where(snaps.is_snapped, snaps.setback_m, np.nan))

    def walk_matrix(
        self, origins: Snaps, destinations: Snaps, profile: Profile = WALKING
    ) -> NDArray[np.int32]:
        """Travel time between every origin and every destination, setbacks and crossings included.

        Returns (n, m) int32 seconds, rounded up; UNREACHABLE where there is no path, or no edge for
        one of the doors. See `matrices.walk_matrix`.
        """
        return walk_matrix(self, origins, destinations, profile)

    def walk_path(self, origin: Snaps, destination: Snaps, profile: Profile = WALKING) -> WalkPath:
        """The way from one door to another (one snap each): its line, metres, and street names.

        Takes as long as `walk_matrix` says. Raises NotSnapped for a door without an edge, and
        NoPath where no way leads from one to the other. See `paths.walk_path`.
        """
        return walk_path(self, origin, destination, profile)

    def walk_steps(
        self,
        stops: Sequence[Snaps] | Snaps,
        numbers: Sequence[str] = (),
        profile: Profile = WALKING,
    ) -> list[WalkStep]:
        """Instructions from the first door over all others to the last, for a phone.

        `numbers` are the doors' house numbers, where they are known: with them the steps speak of
        the odd and the even side. Raises what `walk_path` raises.
        """
        legs = self.walk_legs(stops, numbers, profile)
        return [step for leg in legs for step in leg.steps]

    def walk_legs(
        self,
        stops: Sequence[Snaps] | Snaps,
        numbers: Sequence[str] = (),
        profile: Profile = WALKING,
    ) -> list[WalkLeg]:
        """The path from each door to the next with its instructions: `walk_steps` leg by leg.

        Raises what `walk_path` raises. See `steps.walk_legs`.
        """
        return walk_legs(self, stops, numbers, profile)
