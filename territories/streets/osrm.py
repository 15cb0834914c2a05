"""Travel times from an OSRM server (`osrm-routed`), by its table service.

Luxen and Vetter 2011, Real-time routing with OpenStreetMap data, doi:10.1145/2093973.2094062.
A server knows the one profile that its data was built for; the name in the URL is for a proxy that
stands before several.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from territories.streets.http import Answer, JsonServer, Patience
from territories.streets.tables import (
    NEAR_M,
    BlockRefused,
    numbers,
    points_of,
    set_back,
    table,
)
from territories.streets.travel_times import (
    Floats,
    Places,
    SnappedPoints,
    TravelMode,
    TravelTimesRefused,
    TravelTimesUnavailable,
    Ways,
)

MAX_TABLE: Final = 100  # osrm-routed's own default of --max-table-size
NAMES: Final = {TravelMode.WALKING: "foot", TravelMode.CYCLING: "bike", TravelMode.DRIVING: "car"}
SMALLER_MAY_DO: Final = ("TooBig", "NoTable", "NoSegment")


class OsrmTimes:
    """An `osrm-routed` server at a URL; a `TravelTimes`. `max_table` is its --max-table-size."""

    source = "osrm"

    def __init__(
        self, url: str, max_table: int = MAX_TABLE, patience: Patience | None = None
    ) -> None:
        self.server = JsonServer(self.source, url, patience)
        self.max_table = max_table

    def between(
        self, origins: Places, destinations: Places, mode: TravelMode = TravelMode.WALKING
    ) -> Ways:
        """The ways as the server has them, with the setbacks; (n · m / max_table²) questions.

        Raises TravelTimesUnavailable, TravelTimesRefused.
        """
        points = points_of(origins), points_of(destinations)
        tables = Tables(self.server, NAMES[mode])
        return table(tables, (origins, destinations), points, (self.max_table, self.max_table))


class Tables:
    """The table service of one profile."""

    def __init__(self, server: JsonServer, profile: str) -> None:
        self.server = server
        self.profile = profile

    def ask(self, origins: SnappedPoints, destinations: SnappedPoints) -> tuple[Floats, Floats]:
        """One table; see `AsksForBlocks`.

        OSRM takes any point to the nearest street, however far; what lies more than NEAR_M off has
        no way, and the rest walks there.
        """
        n, m = len(origins.lon), len(destinations.lon)
        answer = self.server.get(
            f"table/v1/{self.profile}/{coordinates(origins)};{coordinates(destinations)}",
            sources=";".join(map(str, range(n))),
            destinations=";".join(map(str, range(n, n + m))),
            annotations="duration,distance",
            generate_hints="false",
        )
        try:
            self.refuse(answer)
            content = answer.content
            seconds = numbers(content["durations"], (n, m))
            metres = numbers(content["distances"], (n, m))
            off = off_m(content["sources"], n), off_m(content["destinations"], m)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            message = f"The street server {self.server.url} does not answer like OSRM."
            raise TravelTimesUnavailable(self.server.source, message) from error
        return set_back(seconds, metres, *off)

    def refuse(self, answer: Answer) -> None:
        """Raise unless the answer is a table."""
        code = answer.content["code"]
        if code in SMALLER_MAY_DO:
            raise BlockRefused(code)
        if code != "Ok":
            message = f"OSRM refuses: {answer.content.get('message', code)}"
            raise TravelTimesRefused(self.server.source, message)


def coordinates(points: SnappedPoints) -> str:
    """Points as OSRM reads them, to a tenth of a metre."""
    pairs = zip(points.lon.tolist(), points.lat.tolist(), strict=True)
    return ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in pairs)


def off_m(waypoints: Any, count: int) -> Floats:
    """How far the points (n,) were taken to their streets; NaN where that is too far."""
    found = np.array([waypoint["distance"] for waypoint in waypoints], dtype=np.float64)
    if found.shape != (count,):
        raise ValueError(found.shape)
    return np.where(found <= NEAR_M, found, np.nan)
