"""Travel times from a Valhalla server (`valhalla_service`), by its service sources_to_targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from territories.streets.http import JsonServer, Patience
from territories.streets.tables import NEAR_M, BlockRefused, numbers, points_of, table
from territories.streets.travel_times import (
    Floats,
    Places,
    SnappedPoints,
    TravelMode,
    TravelTimesRefused,
    TravelTimesUnavailable,
    Ways,
    great_circle_m,
)

MAX_PAIRS: Final = 2500  # the server's own default of service_limits.*.max_matrix_location_pairs
ORIGINS_AT_ONCE: Final = 5
LOCATED_AT_ONCE: Final = 200
COSTINGS: Final = {
    TravelMode.WALKING: "pedestrian",
    TravelMode.CYCLING: "bicycle",
    TravelMode.DRIVING: "auto",
}
# Too many locations, too far apart, in unconnected regions, far from any street, no path at all.
SMALLER_MAY_DO: Final = (150, 154, 170, 171, 442)


class ValhallaTimes:
    """A `valhalla_service` at a URL; a `TravelTimes`.

    `max_pairs` is the server's limit max_matrix_location_pairs.
    """

    source = "valhalla"

    def __init__(
        self, url: str, max_pairs: int = MAX_PAIRS, patience: Patience | None = None
    ) -> None:
        self.server = JsonServer(self.source, url, patience)
        self.max_pairs = max_pairs

    def between(
        self, origins: Places, destinations: Places, mode: TravelMode = TravelMode.WALKING
    ) -> Ways:
        """The ways as the server has them, with the setbacks; (n · m / max_pairs) questions.

        Blocks are low and wide: with few origins the server searches once from each, and with
        more by another algorithm, which took ten times as long on the streets of a town.

        Raises TravelTimesUnavailable, TravelTimesRefused.
        """
        matrices = Matrices(self.server, COSTINGS[mode])
        here = matrices.located(points_of(origins))
        same = origins is destinations
        there = here if same else matrices.located(points_of(destinations))
        at_once = ORIGINS_AT_ONCE, max(1, self.max_pairs // ORIGINS_AT_ONCE)
        return table(matrices, (origins, destinations), (here, there), at_once)


class Matrices:
    """The services of one costing."""

    def __init__(self, server: JsonServer, costing: str) -> None:
        self.server = server
        self.costing = costing

    def ask(self, origins: SnappedPoints, destinations: SnappedPoints) -> tuple[Floats, Floats]:
        """One table; see `AsksForBlocks`."""
        shape = len(origins.lon), len(destinations.lon)
        question = {
            "sources": locations(origins),
            "targets": locations(destinations),
            "verbose": False,
        }
        found = self._answer("sources_to_targets", question, SMALLER_MAY_DO)
        try:
            tables = found["sources_to_targets"]
            seconds, km = numbers(tables["durations"], shape), numbers(tables["distances"], shape)
        except (LookupError, TypeError, ValueError) as error:
            raise self._not_valhalla() from error
        return seconds, km * 1000

    def located(self, points: SnappedPoints) -> SnappedPoints:
        """The points, set back by as much as the nearest street is off; NaN where none is near.

        One such point would have the whole table refused.
        """
        known = np.flatnonzero(points.is_known)
        off_m = np.full(len(points.lon), np.nan)
        for start in range(0, len(known), LOCATED_AT_ONCE):
            part = known[start : start + LOCATED_AT_ONCE]
            off_m[part] = self._off_m(points[part])
        return replace(points, setback_m=points.setback_m + off_m)

    def _off_m(self, points: SnappedPoints) -> Floats:
        """How far the nearest streets are off (n,); NaN beyond NEAR_M."""
        found = self._answer("locate", {"locations": locations(points), "verbose": False})
        try:
            ends = np.array([nearest(place) for place in found], dtype=np.float64)
            lon, lat = ends.reshape(len(points.lon), 2).T
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise self._not_valhalla() from error
        off_m = great_circle_m(points.lon, points.lat, lon, lat)
        return np.where(off_m <= NEAR_M, off_m, np.nan)

    def _answer(
        self, service: str, question: dict[str, Any], smaller_may_do: Sequence[int] = ()
    ) -> Any:
        """What a service answers. Raises BlockRefused for one of the codes; see `AsksForBlocks`."""
        common = {"costing": self.costing, "units": "kilometers"}
        answer = self.server.post(service, {**question, **common})
        if answer.status == 200:
            return answer.content
        try:
            code, message = answer.content["error_code"], answer.content["error"]
        except (LookupError, TypeError) as error:
            raise self._not_valhalla() from error
        if code in smaller_may_do:
            raise BlockRefused(code)
        raise TravelTimesRefused(self.server.source, f"Valhalla refuses: {message}")

    def _not_valhalla(self) -> TravelTimesUnavailable:
        message = f"The street server {self.server.url} does not answer like Valhalla."
        return TravelTimesUnavailable(self.server.source, message)


def locations(points: SnappedPoints) -> list[dict[str, float]]:
    """Points as Valhalla reads them."""
    pairs = zip(points.lon.tolist(), points.lat.tolist(), strict=True)
    return [{"lon": lon, "lat": lat, "search_cutoff": NEAR_M} for lon, lat in pairs]


def nearest(place: dict[str, Any]) -> tuple[float, float]:
    """Where the service locate takes a place to; NaN where there is no street."""
    for edge in place.get("edges") or ():
        return edge["correlated_lon"], edge["correlated_lat"]
    for node in place.get("nodes") or ():
        return node["lon"], node["lat"]
    return np.nan, np.nan
