"""Where doors are joined to the public streets."""

from __future__ import annotations

import numpy as np

from territories.streets.arcs import Arcs
from territories.streets.arrays import Floats
from territories.streets.journeys import Journeys, Points

BLOCK = 256  # doors on private ways at a time


def gates(ways: Journeys, doors: Points, *, is_leaving: bool) -> Arcs:
    """From each door to the nodes at which it reaches public streets, and how long that takes.

    Setback and half of the crossing are in. Arriving, the arcs still lead from the doors, with the
    times of the opposite direction.
    """
    is_private = ways.edges.is_private[doors.edge]
    public = np.flatnonzero(~is_private)
    found = [renamed(ends(ways, doors[public], is_leaving=is_leaving), public)]
    hidden = np.flatnonzero(is_private)
    for first in range(0, len(hidden), BLOCK):
        block = hidden[first : first + BLOCK]
        reached = private_times(ways, doors[block], is_leaving=is_leaving)
        found.append(renamed(ways.private.gates(reached), block))
    joined = Arcs.joined(*found)
    return joined[np.isfinite(joined.us)].shortest()


def private_times(ways: Journeys, doors: Points, *, is_leaving: bool) -> Floats:
    """(n, P) times between doors on private ways and the nodes of these."""
    private = ways.private
    graph = private.leaving if is_leaving else private.arriving
    return private.reach(ends(ways, doors, is_leaving=is_leaving), graph, len(doors))


def ends(ways: Journeys, doors: Points, *, is_leaving: bool) -> Arcs:
    """From each door to both ends of its edge."""
    to_start = doors.to_start_us if is_leaving else doors.from_start_us
    to_end = doors.to_end_us if is_leaving else doors.from_end_us
    first_us = doors.setback_us + doors.half_us
    return Arcs(
        np.tile(np.arange(len(doors)), 2),
        np.concatenate([ways.edges.start[doors.edge], ways.edges.end[doors.edge]]).astype(np.int64),
        np.concatenate([first_us + to_start, first_us + to_end]),
    )


def renamed(arcs: Arcs, door: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Arcs:
    """Arcs of doors 0, 1, … as arcs of the doors that these are."""
    return Arcs(door[arcs.tail], arcs.head, arcs.us)
