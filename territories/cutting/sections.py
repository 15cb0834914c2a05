"""Sections: what a cut never divides. Short streets whole, long segments in parts, for a size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from territories.cutting.links import Links, parts_of
from territories.cutting.numbering import firsts, is_mixed, numbered
from territories.cutting.sphere import EARTH_RADIUS_M
from territories.cutting.units import Units

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHARES = (0.1, 0.05, 0.025)  # of a territory; the finer, the more even it can be
NO_TIME = 1e-9  # minutes, for doors that are said to take none
CELL_M = 300.0  # links half as long are only looked at near a barrier
EARTH_DEGREE_M = EARTH_RADIUS_M * np.pi / 180
ACROSS_BARRIER = 0.02  # how much less doors hold together across a river, railway or motorway


@dataclass(frozen=True)
class Sections:
    """m sections of n doors: minutes, middles in metres, and a graph of which lie side by side.

    `of_door` (n,) names the section of each door. Edges are sorted by `tail`, each in both
    directions; `weight` says how much they hold together. A `wide` edge crosses a barrier, a
    boundary or a bridge: territories had better end there. `starts` (m + 1,) is where each
    section's edges begin.
    """

    of_door: Ints
    minutes: Floats
    metres: Floats
    starts: Ints
    tail: Ints
    head: Ints
    weight: Floats
    wide: Bools

    def __len__(self) -> int:
        return len(self.minutes)


@dataclass(frozen=True)
class Lines:
    """What each link (l,) crosses: a barrier, or a boundary between two areas."""

    barrier: Bools
    boundary: Bools

    @property
    def any(self) -> Bools:
        """Whether a link crosses either."""
        return self.barrier | self.boundary


class Finder:
    """Finds the sections of units for a size; what does not hang on the size it does once."""

    def __init__(self, units: Units, lines: Lines) -> None:
        self.units, self.lines = units, lines

    @cached_property
    def segments(self) -> Ints:
        """The segment (n,) of each door, none across a barrier or a boundary."""
        return connected(self.units, self.units.of_door, self.lines)

    def enough(self, part: float, count: int) -> tuple[Ints, float]:
        """The section (n,) of each door for so many territories, and what share of one is the most.

        Buildings (and the share 0) where that would be fewer sections than territories.
        """
        of_door = self.of_size(part * self.units.total / count)
        if int(of_door.max()) + 1 < count:
            return self.units.doors.building, 0.0
        return of_door, part

    def of_size(self, cap: float) -> Ints:
        """The section (n,) of each door, of at most `cap` minutes, unless a building has more.

        A segment is one section, but not across a barrier or a boundary; one with more than the cap
        is divided, between buildings, into equal parts along the street. A street that has at most
        the cap in all is one section. O(n log n).
        """
        units, lines = self.units, self.lines
        of_door = connected(units, divided(units, self.segments, cap), lines)
        return whole_streets(units, of_door, cap, lines)

    def as_divided(self, of_door: Ints, old: Ints) -> Ints:
        """The sections, divided where an old cut (n,) did: what it settled is not upset."""
        mixed = is_mixed(of_door, old)
        if not mixed.any():
            return of_door
        finer, keys = of_door.copy(), of_door[mixed] * (int(old.max()) + 2) + old[mixed] + 1
        finer[mixed] = len(of_door) + np.unique(keys, return_inverse=True)[1].ravel()
        return connected(self.units, finer, self.lines)

    def sections(self, of_door: Ints) -> Sections:
        """The sections with their graph."""
        return with_graph(self.units, of_door, self.lines)


def connected(units: Units, of_door: Ints, lines: Lines) -> Ints:
    """The sections in connected parts, none across a line, with each building in one of them."""
    links = units.links
    inside = (of_door[links.tail] == of_door[links.head]) & ~lines.any
    of_door = parts_of(len(of_door), links.tail[inside], links.head[inside])
    of_building = of_door[firsts(units.doors.building)]
    return numbered(of_building[units.doors.building])


def divided(units: Units, of_door: Ints, cap: float) -> Ints:
    """Sections above the cap in equal parts, in the order of their buildings along the street."""
    doors = units.doors
    along = np.where(doors.edge >= 0, doors.offset_m, doors.number)
    first = firsts(doors.building)
    of_building, minutes = of_door[first], np.bincount(doors.building, units.minutes)
    order = np.lexsort((first, along[first], of_building))
    ranked, work = of_building[order], minutes[order]
    total = np.maximum(np.bincount(of_building, minutes), NO_TIME)
    parts = np.ceil(total / max(cap, NO_TIME)).astype(np.int64)
    begins = np.searchsorted(ranked, np.arange(len(total)))
    middles = np.cumsum(work) - work / 2
    middles -= (np.cumsum(work) - work)[begins][ranked]
    part = np.minimum(np.floor(middles / total[ranked] * parts[ranked]), parts[ranked] - 1)
    part_of_building = np.zeros(doors.buildings, dtype=np.int64)
    part_of_building[order] = part
    return numbered((np.cumsum(parts) - parts)[of_door] + part_of_building[doors.building])


def whole_streets(units: Units, of_door: Ints, cap: float, lines: Lines) -> Ints:
    """Sections of one street put together, where the whole street stays below the cap."""
    links, street = units.links, units.doors.street
    named = (street[links.tail] == street[links.head]) & (street[links.tail] >= 0)
    named &= ~lines.any & ~links.bridge
    count = int(of_door.max()) + 1
    part = parts_of(count, of_door[links.tail[named]], of_door[links.head[named]])
    small = np.bincount(part[of_door], units.minutes) <= cap
    return numbered(np.where(small[part[of_door]], part[of_door], count + of_door))


def with_graph(units: Units, of_door: Ints, lines: Lines) -> Sections:
    """The sections with their graph: an edge for all links between the doors of two."""
    links = units.links
    count = int(of_door.max()) + 1
    tail, head = of_door[links.tail], of_door[links.head]
    apart = tail != head
    wide = (lines.any | links.bridge)[apart]
    weight = np.where(lines.barrier, ACROSS_BARRIER, 1.0)[apart] * links.weight[apart]
    tail, head = tail[apart], head[apart]
    both = np.concatenate((tail * count + head, head * count + tail))
    keys, at = np.unique(both, return_inverse=True)
    edge_tail = keys // count
    size = np.bincount(of_door, minlength=count)
    metres = [np.bincount(of_door, axis) / size for axis in units.doors.metres.T]
    return Sections(
        of_door=of_door,
        minutes=np.bincount(of_door, units.minutes).astype(np.float64),
        metres=np.column_stack(metres),
        starts=np.searchsorted(edge_tail, np.arange(count + 1)).astype(np.int64),
        tail=edge_tail,
        head=keys % count,
        weight=np.bincount(at, np.tile(weight, 2), len(keys)).astype(np.float64),
        wide=np.bincount(at, np.tile(~wide, 2), len(keys)) == 0,
    )


def crossings(units: Units, links: Links, barriers: NDArray[np.object_]) -> Bools:
    """Which links cross a barrier: one of the lines given, or a motorway. O(l + w log w)."""
    walls = np.array([*barriers, *map(shapely.LineString, units.motorways)], dtype=object)
    crossed = np.zeros(len(links), dtype=np.bool_)
    if len(walls):
        position = np.column_stack((units.doors.lon, units.doors.lat))
        ends = np.stack((position[links.tail], position[links.head]), axis=1)
        near = near_to(walls, ends)
        ways = shapely.linestrings(ends[near])
        crossed[near[shapely.STRtree(walls).query(ways, predicate="intersects")[0]]] = True
    return crossed


def near_to(walls: NDArray[np.object_], ends: Floats) -> Ints:
    """Which of the straight lines (l, 2, 2) may cross a wall: those near it, and all long ones.

    By cells: a wall's are those of a point in each half of a cell along it, and those around them.
    """
    cell = CELL_M / EARTH_DEGREE_M
    marks = shapely.get_coordinates(shapely.segmentize(walls, cell / 2))
    low = np.minimum(marks.min(axis=0), ends[:, 0].min(axis=0, initial=np.inf)) - cell
    width = int((max(marks[:, 1].max(), ends[:, 0, 1].max(initial=-np.inf)) - low[1]) / cell) + 3
    x, y = ((marks - low) / cell).astype(np.int64).T
    steps = np.array([-1, 0, 1])
    around = (x[:, None] + steps)[:, :, None] * width + (y[:, None] + steps)[:, None, :]
    x, y = ((ends[:, 0] - low) / cell).astype(np.int64).T
    near = np.isin(x * width + y, np.unique(around))
    near |= np.abs(ends[:, 1] - ends[:, 0]).max(axis=1, initial=0.0) > cell / 2
    return np.flatnonzero(near)
