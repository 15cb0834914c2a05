"""Where the walking times of a plan come from: a server, a street map, or the estimate.

In this order: a server that the settings name, which is sent the points where the map has the
doors; the street map in use that holds most of the plan's doors, the newest among equals; the
estimate, which needs neither. A source that fails is passed over, and the plan says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from canvass.models import Shift
from routing.candidates import CandidateStop, candidates
from routing.street_travel import ServerTravel, StreetTravel
from territories.coverage import covering_maps, known_snaps
from territories.models import StreetMap
from territories.street_files import network_of
from territories.street_servers import StreetServer, street_servers
from territories.streets.travel_times import Estimate, TravelTimes


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
    maps, servers = covering_maps(shift.organisation_id, lon, lat), street_servers()
    for server, street_map in product(servers, maps[:1]):
        opened = partial(by_server, shift, street_map, server)
        yield Source(f"{server.source}, doors on {street_map}", opened, street_map)
    for street_map in maps:
        yield Source(str(street_map), partial(on_streets, shift, street_map), street_map)
    for server in servers:  # without a map, or if none of them can be read
        yield Source(server.source, partial(StreetServer, server.times))
    yield Source(Estimate.source, Estimate)


def by_server(shift: Shift, street_map: StreetMap, server: StreetServer) -> ServerTravel:
    """A server's walking times between the doors as a map has them. Raises StreetMapLost."""
    return ServerTravel(server, on_streets(shift, street_map))


def on_streets(shift: Shift, street_map: StreetMap) -> StreetTravel:
    """Walking times on a map, with the snaps that are kept there. Raises StreetMapLost."""
    return StreetTravel(
        network=network_of(street_map),
        source=f"streets: {street_map}",
        ends=frozenset({(shift.start_lon, shift.start_lat), (shift.end_lon, shift.end_lat)}),
        known=known_snaps(street_map, candidates(shift).values("door")),
    )
