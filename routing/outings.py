"""What a shift's plan starts from: its candidates, and the ways between them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from canvass.models import Shift
from routing.candidates import CandidateStop, Gathered, gathered, shortlist
from routing.hours import Hours, shift_hours
from routing.travel import sources
from territories.errors import StreetMapLost, StreetServerRefused, StreetServerUnavailable
from territories.models import StreetMap
from territories.streets.travel_times import Places, TravelTimes, Ways

log = logging.getLogger(__name__)

START, END, FIRST_STOP = 0, 1, 2


@dataclass(frozen=True)
class Outing:
    """A shift, the stops that its plan considers and does not consider, and the ways between.

    `gathered` are all of these stops, and the doors that no plan of the shift may have. `places`
    are the shift's start and end, then the stops. `passed_over` names the sources of walking times
    that failed, with what they said. `hours` are in seconds from the shift's start.
    """

    shift: Shift
    stops: Sequence[CandidateStop]
    not_considered: Sequence[CandidateStop]
    places: Places
    ways: Ways
    travel: TravelTimes
    gathered: Gathered
    hours: Hours = field(default_factory=Hours)
    street_map: StreetMap | None = None
    passed_over: Mapping[str, str] = field(default_factory=dict)

    @property
    def length_s(self) -> int:
        """The shift's seconds, cut to whole ones."""
        return int((self.shift.ends_at - self.shift.starts_at).total_seconds())


def prepared(shift: Shift) -> Outing:
    """Gather the stops and the ways between them from the best source that does not fail."""
    found = gathered(shift)
    passed_over: dict[str, str] = {}
    for source in sources(shift, found.stops):
        try:
            outing = prepare(shift, source.open(), found)
        except (StreetMapLost, StreetServerUnavailable, StreetServerRefused) as error:
            log.warning("%s is passed over for the plan of %s: %s", source.name, shift, error)
            passed_over[source.name] = str(error)
        else:
            return replace(outing, street_map=source.street_map, passed_over=passed_over)
    raise AssertionError("the estimate does not fail")


def prepare(shift: Shift, travel: TravelTimes, found: Gathered | None = None) -> Outing:
    """Gather the stops that the shift could make, and the ways between them by one source.

    `found` are the candidates, if they are known. Raises what `travel` raises.
    """
    ends = [(shift.start_lon, shift.start_lat, ""), (shift.end_lon, shift.end_lat, "")]
    found = gathered(shift) if found is None else found
    places = Places.of([position(stop) for stop in found.stops])
    there = travel.between(Places.of(ends[:1]), places).seconds[0].astype(np.int64)
    home = travel.between(places, Places.of(ends[1:])).seconds[:, 0]
    busy_s = [service_s(shift, stop) for stop in found.stops]
    stops, others = shortlist(found.stops, there + home + busy_s)
    chosen = Places.of([*ends, *(position(stop) for stop in stops)])
    ways = travel.between(chosen, chosen)
    np.fill_diagonal(ways.seconds, 0)  # nobody has to reach the unreachable place where they are
    hours = shift_hours(shift, shift.starts_at)
    return Outing(shift, stops, others, chosen, ways, travel, found, hours)


def position(stop: CandidateStop) -> tuple[float, float, str]:
    """Where the stop is, and on which street."""
    return stop.building.lon, stop.building.lat, stop.building.street


def service_s(shift: Shift, stop: CandidateStop) -> int:
    """How long the stop is expected to last."""
    return len(stop.doors) * shift.campaign.door_s
