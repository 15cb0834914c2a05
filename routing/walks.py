"""The walk of a route, leg by leg, beside the same stops in address-list order."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from routing.outings import END, FIRST_STOP, START, Outing
from routing.street_travel import Leg, ServerTravel, StreetTravel
from territories.streets.errors import StreetsError
from territories.streets.travel_times import Places

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Walk:
    """The legs of a route from the start over its stops to the end; none without stops.

    `address_order_m` is how long the walk to the same stops in address-list order is.
    """

    order: Sequence[int]
    legs: Sequence[Leg]
    address_order_m: int

    @classmethod
    def of(cls, outing: Outing, order: Sequence[int]) -> Walk:
        """The walk over the stops in that order, with lines and steps where it is on streets."""
        listed = in_address_order(outing, order)
        metres, listed_m = leg_metres(outing, order), leg_metres(outing, listed)
        legs = [Leg(each) for each in metres]
        if legs and isinstance(outing.travel, StreetTravel | ServerTravel):
            places = picked(outing.places, stations(order))
            numbers = ["", *(outing.stops[at].building.number for at in order), ""]
            try:
                legs = outing.travel.legs(places, numbers, metres)
                listed_m = outing.travel.metres(picked(outing.places, stations(listed)), listed_m)
            except StreetsError:  # a walk that cannot be told is still a walk
                log.exception("the walk of %s cannot be told", outing.shift)
        return cls(order, legs, sum(listed_m))


def leg_metres(outing: Outing, order: Sequence[int]) -> list[int]:
    """The metres of each leg from the start over the stops in that order to the end."""
    metres = outing.ways.metres
    return [int(metres[a, b]) for a, b in pairwise(stations(order))]


def picked(places: Places, chosen: Sequence[int]) -> Places:
    """Some of the places, in that order."""
    at = np.array(chosen, dtype=np.int64)
    return Places(places.lon[at], places.lat[at], places.street[at])


def stations(order: Sequence[int]) -> list[int]:
    """The places of the stops in that order, between start and end; none without stops."""
    return [START, *(at + FIRST_STOP for at in order), END] if order else []


def in_address_order(outing: Outing, order: Sequence[int]) -> list[int]:
    """The same stops as an address list has them."""
    return sorted(order, key=lambda at: outing.stops[at].address_order)
