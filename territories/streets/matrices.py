"""How long it takes from door to door: exact, for all pairs at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from territories.streets.arcs import Indices
from territories.streets.arrays import Floats, StreetArrays
from territories.streets.gates import gates, private_times
from territories.streets.journeys import US, Journeys, Points, journeys, points
from territories.streets.neighbours import along_streets
from territories.streets.profiles import WALKING, Profile
from territories.streets.regions import Regions
from territories.streets.snaps import Snaps
from territories.streets.travel_times import UNREACHABLE

BLOCK = 256


def walk_matrix(
    network: StreetArrays, origins: Snaps, destinations: Snaps, profile: Profile = WALKING
) -> NDArray[np.int32]:
    """Travel time between every origin and every destination.

    Returns (n, m) int32 seconds, rounded up; UNREACHABLE where there is no path, or no edge for one
    of the doors; 0 from a place to itself. Exact shortest paths (Dijkstra 1959, A note on two
    problems in connexion with graphs, doi:10.1007/BF01386390) on a contraction of the streets
    around the doors; what might be shorter by way of others is worked out again on more of them,
    at last on all. Needs O(256 · (m + V)) memory besides the result.
    """
    ways = journeys(network, profile)
    rows, columns = ways.standing(origins), ways.standing(destinations)
    here, there = points(network, ways, origins[rows]), points(network, ways, destinations[columns])
    seconds = np.full((len(origins), len(destinations)), UNREACHABLE, dtype=np.int32)
    if not len(rows) or not len(columns):
        return seconds
    for block, us in blocks_of_us(ways, here, there):
        whole = np.minimum(np.ceil(us / US), UNREACHABLE)  # which inf becomes
        seconds[np.ix_(rows[block], columns)] = whole
    return seconds


def blocks_of_us(ways: Journeys, here: Points, there: Points) -> Iterator[tuple[Indices, Floats]]:
    """The microseconds from some of the doors here to all the doors there, block by block."""
    leaving = gates(ways, here, is_leaving=True)
    arriving = gates(ways, there, is_leaving=False)
    regions = Regions(ways, leaving, arriving, (len(here), len(there)))
    for first in range(0, len(here), BLOCK):
        block = np.arange(first, min(first + BLOCK, len(here)))
        us = regions.times(block)
        by_private(ways, here[block], there, us)
        by_street = along_streets(ways, here[block], there)
        np.minimum.at(us, (by_street.tail, by_street.head), by_street.us)
        yield block, us


def by_private(ways: Journeys, here: Points, there: Points, us: Floats) -> None:
    """Shorten times between doors that private ways join."""
    rows = np.flatnonzero(ways.edges.is_private[here.edge])
    columns = np.flatnonzero(ways.edges.is_private[there.edge])
    if not len(rows) or not len(columns):
        return
    reached = private_times(ways, here[rows], is_leaving=True)
    last = there[columns]
    number = ways.private.number
    ends = zip(
        (ways.edges.start, ways.edges.end), (last.from_start_us, last.from_end_us), strict=True
    )
    for node, rest_us in ends:
        arrival = reached[:, number[node[last.edge]]] + rest_us + last.setback_us + last.half_us
        us[np.ix_(rows, columns)] = np.minimum(us[np.ix_(rows, columns)], arrival)
