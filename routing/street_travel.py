"""Walking times and walks on a street map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from territories.coverage import Spot, rows_of, snaps_of
from territories.streets.arrays import Bools, Floats
from territories.streets.network import StreetNetwork
from territories.streets.profiles import CYCLING, DRIVING, WALKING
from territories.streets.snaps import SnapQuality, Snaps
from territories.streets.steps import WalkStep
from territories.streets.travel_times import (
    UNREACHABLE,
    Estimate,
    Places,
    SnappedPoints,
    TravelMode,
    TravelTimes,
    Ways,
)

PACE_M_S = 4.8 / 3.6
PROFILES = {
    TravelMode.WALKING: WALKING,
    TravelMode.CYCLING: CYCLING,
    TravelMode.DRIVING: DRIVING,
}
OFF_THE_MAP = (SnapQuality.OUTSIDE_MAP, SnapQuality.NO_POSITION)


@dataclass(frozen=True)
class Leg:
    """The walk from one place to the next: its metres, its line and its steps.

    Where it is only estimated there is no line, and there are no steps.
    """

    metres: int
    line: list[list[float]] | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class StreetTravel:
    """A `TravelTimes` on one network.

    Places that are off the map, and `ends` that no street is near, are estimated: somebody comes
    from there somehow. A door that is on the map and that no street is near cannot be reached.
    `known` holds the snaps of doors that are snapped already.
    """

    network: StreetNetwork
    source: str
    ends: frozenset[tuple[float, float]] = frozenset()
    known: Mapping[Spot, tuple[Any, ...]] = field(default_factory=dict)
    estimate: Estimate = field(default_factory=Estimate)

    def between(
        self, origins: Places, destinations: Places, mode: TravelMode = TravelMode.WALKING
    ) -> Ways:
        """Exact times; metres are those of that time, the true ones are told by `legs`."""
        here, there = self.snapped(origins), self.snapped(destinations)
        seconds = self.network.walk_matrix(here, there, PROFILES[mode])
        guessed = self.estimate.between(origins, destinations, mode).seconds
        is_guess = self.is_estimated(origins, here)[:, None] | self.is_estimated(
            destinations, there
        )
        is_barred = self.is_barred(origins, here)[:, None] | self.is_barred(destinations, there)
        seconds = np.where(is_guess & ~is_barred, guessed, seconds)
        metres = np.where(seconds == UNREACHABLE, UNREACHABLE, np.rint(seconds * PACE_M_S))
        return Ways(seconds, metres.astype(np.int32))

    def legs(self, places: Places, numbers: Sequence[str], metres: Sequence[int]) -> list[Leg]:
        """The n - 1 walks from each place to the next.

        `numbers` are the house numbers (n,), "" where there is none. A walk that begins or ends off
        the map has no line, and is `metres` long (n - 1,).
        """
        snaps = self.snapped(places)
        legs = [Leg(each) for each in metres]
        for first, last in stretches(snaps.is_snapped):
            legs[first:last] = [
                Leg(
                    round(walk.path.length_m),
                    line_json(walk.path.line),
                    [step_json(step) for step in walk.steps],
                )
                for walk in self.network.walk_legs(
                    snaps[first : last + 1], numbers[first : last + 1]
                )
            ]
        return legs

    def metres(self, places: Places, metres: Sequence[int]) -> list[int]:
        """How long those walks are, without their lines and steps."""
        snaps = self.snapped(places)
        found = list(metres)
        for first, last in stretches(snaps.is_snapped):
            found[first:last] = [
                round(self.network.walk_path(snaps[at], snaps[at + 1]).length_m)
                for at in range(first, last)
            ]
        return found

    def points(self, places: Places) -> SnappedPoints:
        """Where the places meet the streets; those that the map says nothing of, as they are.

        NaN for doors that nobody can reach.
        """
        snaps = self.snapped(places)
        found = self.network.points(snaps)
        off = self.is_estimated(places, snaps)
        return SnappedPoints(
            np.where(off, places.lon, found.lon),
            np.where(off, places.lat, found.lat),
            np.where(off, 0.0, found.setback_m),
        )

    def snapped(self, places: Places) -> Snaps:
        """The snaps of places, the known ones as they are known."""
        columns = places.lon.tolist(), places.lat.tolist(), places.street.tolist()
        spots: list[Spot] = list(zip(*columns, strict=True))
        missing = [at for at, spot in enumerate(spots) if spot not in self.known]
        fresh = self.network.snap(
            places.lon[missing], places.lat[missing], street=places.street[missing].tolist()
        )
        anew = dict(zip(missing, rows_of(fresh), strict=True))
        return snaps_of([anew.get(at) or self.known[spot] for at, spot in enumerate(spots)])

    def is_end(self, places: Places) -> Bools:
        """(n,) which places somebody comes from, or goes to, somehow."""
        spots = zip(places.lon.tolist(), places.lat.tolist(), strict=True)
        return np.array([spot in self.ends for spot in spots], dtype=np.bool_)

    def is_estimated(self, places: Places, snaps: Snaps) -> Bools:
        """(n,) which places the map says nothing of."""
        off = np.isin(snaps.quality, OFF_THE_MAP) | self.is_end(places)
        return ~snaps.is_snapped & off

    def is_barred(self, places: Places, snaps: Snaps) -> Bools:
        """(n,) which places nobody can reach."""
        return ~snaps.is_snapped & ~self.is_estimated(places, snaps)


@dataclass(frozen=True)
class ServerTravel:
    """The `TravelTimes` of a server between the points where a map of ours has the doors.

    A server knows no addresses and takes each door to the nearest way, often the wrong one. The
    walks are told on our map.
    """

    server: TravelTimes
    streets: StreetTravel

    @property
    def source(self) -> str:
        """The server's name, and the map's."""
        return f"{self.server.source}, doors on {self.streets.source}"

    def between(
        self, origins: Places, destinations: Places, mode: TravelMode = TravelMode.WALKING
    ) -> Ways:
        """As the server says. Raises TravelTimesUnavailable, TravelTimesRefused."""
        here = replace(origins, snaps=self.streets.points(origins))
        same = origins is destinations
        there = here if same else replace(destinations, snaps=self.streets.points(destinations))
        return self.server.between(here, there, mode)

    def legs(self, places: Places, numbers: Sequence[str], metres: Sequence[int]) -> list[Leg]:
        """As our map says; see `StreetTravel.legs`."""
        return self.streets.legs(places, numbers, metres)

    def metres(self, places: Places, metres: Sequence[int]) -> list[int]:
        """As our map says; see `StreetTravel.metres`."""
        return self.streets.metres(places, metres)


def stretches(on_map: Bools) -> list[tuple[int, int]]:
    """The first and the last place of each run of at least two places (n,) that are on the map."""
    edges = np.flatnonzero(np.diff(on_map.astype(np.int8), prepend=0, append=0))
    runs = zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True)
    return [(first, last) for first, last in runs if last > first]


def line_json(line: Floats) -> list[list[float]]:
    """A line (k, 2) of lon, lat to a decimetre."""
    return [[round(lon, 6), round(lat, 6)] for lon, lat in line.tolist()]


def step_json(step: WalkStep) -> dict[str, Any]:
    """A step for the phone."""
    return {
        "text": step.text,
        "turn": step.turn.value,
        "street": step.street,
        "way": step.way,
        "length_m": step.metres,
        "crosses": step.crosses,
        "side": step.side.value,
        "lon": round(step.lon, 6),
        "lat": round(step.lat, 6),
    }
