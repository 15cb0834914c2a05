"""What the servers of tables have in common: points to send, blocks to ask for, bad ones to find.

A server refuses a whole table for one bad point, and tables that are too large. So the table is
asked for in blocks, and a block that is refused in halves, until the bad pair stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from territories.streets.travel_times import UNREACHABLE, Floats, Places, SnappedPoints, Ways

Indexes = NDArray[np.intp]

NEAR_M: Final = 120.0  # a point farther from every street is not on the server's map
SETBACK_M_S: Final = 4.8 / 3.6  # between street and door everybody walks


class BlockRefused(Exception):
    """The server refuses this block; a smaller one may do."""


def points_of(places: Places) -> SnappedPoints:
    """The points on the streets where somebody has snapped the places, else the positions."""
    if places.snaps is not None:
        return places.snaps
    return SnappedPoints(places.lon, places.lat, np.zeros(len(places)))


@dataclass(frozen=True)
class Block:
    """A part of a table: some rows and some columns."""

    rows: Indexes
    columns: Indexes

    def halves(self) -> tuple[Block, Block] | None:
        """Its halves, columns apart and then rows, so that a bad column is found soon.

        None for a single pair.
        """
        if len(self.columns) > 1:
            middle = len(self.columns) // 2
            left, right = self.columns[:middle], self.columns[middle:]
            return Block(self.rows, left), Block(self.rows, right)
        if len(self.rows) > 1:
            middle = len(self.rows) // 2
            upper, lower = self.rows[:middle], self.rows[middle:]
            return Block(upper, self.columns), Block(lower, self.columns)
        return None


class AsksForBlocks(Protocol):
    """A server of tables."""

    def ask(self, origins: SnappedPoints, destinations: SnappedPoints) -> tuple[Floats, Floats]:
        """Seconds and metres (r, c), NaN where there is no way; without the points' setbacks.

        Raises BlockRefused, TravelTimesUnavailable, TravelTimesRefused.
        """


def table(
    server: AsksForBlocks,
    places: tuple[Places, Places],
    points: tuple[SnappedPoints, SnappedPoints],
    at_once: tuple[int, int],
) -> Ways:
    """The ways from origins to destinations, asked for in blocks of so many rows and columns.

    Zero from a place to itself; UNREACHABLE to and from points that cannot be sent.
    """
    origins, destinations = places
    ways = Ways.empty(origins, destinations)
    rows, columns = (np.flatnonzero(each.is_known) for each in points)
    for block in blocks(rows, columns, at_once):
        fill(server, ways, block, points)
    same = (origins.lon[:, None] == destinations.lon) & (origins.lat[:, None] == destinations.lat)
    same &= ways.seconds != UNREACHABLE
    ways.seconds[same] = ways.metres[same] = 0
    return ways


def fill(
    server: AsksForBlocks, ways: Ways, block: Block, points: tuple[SnappedPoints, SnappedPoints]
) -> None:
    """Ask for a block, in halves if need be, and write it into the table.

    A single pair that is refused stays unreachable.
    """
    origins, destinations = points[0][block.rows], points[1][block.columns]
    try:
        seconds, metres = server.ask(origins, destinations)
    except BlockRefused:
        for half in block.halves() or ():
            fill(server, ways, half, points)
        return
    seconds, metres = set_back(seconds, metres, origins.setback_m, destinations.setback_m)
    ways.fill(np.ix_(block.rows, block.columns), seconds, metres)


def set_back(
    seconds: Floats, metres: Floats, origins_m: Floats, destinations_m: Floats
) -> tuple[Floats, Floats]:
    """Seconds and metres (r, c) with the ways from the doors (r,) and to the doors (c,) added."""
    setback_m = origins_m[:, None] + destinations_m
    return seconds + setback_m / SETBACK_M_S, metres + setback_m


def blocks(rows: Indexes, columns: Indexes, at_once: tuple[int, int]) -> Iterator[Block]:
    """The blocks of a table, each of at most so many rows and columns."""
    down, across = at_once
    for row in range(0, len(rows), down):
        for column in range(0, len(columns), across):
            yield Block(rows[row : row + down], columns[column : column + across])


def numbers(rows: Any, shape: tuple[int, int]) -> Floats:
    """A table of JSON, whose null means no way: (r, c) floats with NaN.

    Raises ValueError unless it has the shape and holds numbers that are not negative.
    """
    found: Floats = np.array(rows, dtype=np.float64)  # null becomes NaN
    if found.shape != shape or (found < 0).any() or np.isinf(found).any():
        raise ValueError(found.shape)
    return found
