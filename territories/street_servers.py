"""The street servers that the settings name, with failures that have a code."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from territories.errors import StreetServerRefused, StreetServerUnavailable
from territories.streets.osrm import OsrmTimes
from territories.streets.travel_times import (
    Places,
    TravelMode,
    TravelTimes,
    TravelTimesRefused,
    TravelTimesUnavailable,
    Ways,
)
from territories.streets.valhalla import ValhallaTimes


@dataclass(frozen=True)
class StreetServer:
    """A `TravelTimes` over HTTP."""

    times: TravelTimes

    @property
    def source(self) -> str:
        """Which kind of server it is."""
        return self.times.source

    def between(
        self, origins: Places, destinations: Places, mode: TravelMode = TravelMode.WALKING
    ) -> Ways:
        """As the server says. Raises StreetServerUnavailable, StreetServerRefused."""
        try:
            return self.times.between(origins, destinations, mode)
        except TravelTimesUnavailable as error:
            raise StreetServerUnavailable(str(error), server=error.source) from error
        except TravelTimesRefused as error:
            raise StreetServerRefused(str(error), server=error.source) from error


def street_servers() -> list[StreetServer]:
    """The servers in the order in which they are asked; nothing is sent yet."""
    found: list[StreetServer] = []
    if settings.OSRM_URL:
        found.append(StreetServer(OsrmTimes(settings.OSRM_URL, settings.OSRM_MAX_TABLE)))
    if settings.VALHALLA_URL:
        times = ValhallaTimes(settings.VALHALLA_URL, settings.VALHALLA_MAX_PAIRS)
        found.append(StreetServer(times))
    return found
