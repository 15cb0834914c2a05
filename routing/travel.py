"""Where the walking times of a plan come from: a street map, a server, or the estimate.

In this order: the street map in use that holds most of the plan's doors, the newest among equals; a
server that the settings name; the estimate, which needs neither. A source that fails is passed
over, and the plan says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.conf import settings

from canvass.models import Shift
from routing.candidates import CandidateStop, candidates
from routing.street_travel import StreetTravel
from territories.coverage import covering_maps, known_snaps
from territories.models import StreetMap
from territories.street_files import network_of
from territories.streets.osrm import OsrmTimes
from territories.streets.travel_times import Estimate, TravelTimes
from territories.streets.valhalla import ValhallaTimes


@dataclass(frozen=True)
class Source:
    """A source of walking times, not asked yet. `street_map` is the map if it is one."""

    name: str
    open: Callable[[], TravelTimes]
    street_map: StreetMap | None = None


def sources(shift: Shift, stops: Sequence[CandidateStop]) -> Iterator[Source]:
    """The sources for a shift with these candidates, the best first; the last one never fails."""
    lon = np.array([stop.building.lon for stop in stops], dtype=np.float64)
    lat = np.array([stop.building.lat for stop in stops], dtype=np.float64)
    for street_map in covering_maps(shift.organisation_id, lon, lat):
        yield Source(str(street_map), partial(on_streets, shift, street_map), street_map)
    if settings.OSRM_URL:
        yield Source("osrm", partial(OsrmTimes, settings.OSRM_URL, settings.OSRM_MAX_TABLE))
    if settings.VALHALLA_URL:
        yield Source(
            "valhalla", partial(ValhallaTimes, settings.VALHALLA_URL, settings.VALHALLA_MAX_PAIRS)
        )
    yield Source(Estimate.source, Estimate)


def on_streets(shift: Shift, street_map: StreetMap) -> StreetTravel:
    """Walking times on a map, with the snaps that are kept there. Raises StreetMapLost."""
    return StreetTravel(
        network=network_of(street_map),
        source=f"streets: {street_map}",
        ends=frozenset({(shift.start_lon, shift.start_lat), (shift.end_lon, shift.end_lat)}),
        known=known_snaps(street_map, candidates(shift).values("door")),
    )
