"""Sections: what a cut never divides. Short streets whole, long segments in parts, for a size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territories.cutting.links import Links, parts_of
from territories.cutting.units import Units

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

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


def sections_of(units: Units, cap: float, lines: Lines) -> Sections:
    """The sections of at most `cap` minutes, unless one building has more. O(n log n).

    A segment is one section, but not across a barrier or a boundary; one with more than the cap is
    divided, between buildings, into equal parts along the street. A street that has at most the
    cap in all is one section.
    """
    of_door = connected(units, units.of_door, lines)
    of_door = connected(units, divided(units, of_door, cap), lines)
    return with_graph(units, whole_streets(units, of_door, cap, lines), lines)


def buildings_as_sections(units: Units, lines: Lines) -> Sections:
    """Each building a section of its own, for cuts so fine that they need it."""
    return with_graph(units, units.doors.building, lines)


def as_divided(units: Units, sections: Sections, old: Ints, lines: Lines) -> Sections:
    """The sections, divided where an old cut (n,) divided them: what it settled is not upset."""
    keys = sections.of_door * (int(old.max()) + 2) + old + 1
    of_door: Ints = np.unique(keys, return_inverse=True)[1].ravel().astype(np.int64)
    if int(of_door.max()) + 1 == len(sections):
        return sections
    return with_graph(units, connected(units, of_door, lines), lines)


def connected(units: Units, of_door: Ints, lines: Lines) -> Ints:
    """The sections in connected parts, none across a line, with each building in one of them."""
    links = units.links
    inside = (of_door[links.tail] == of_door[links.head]) & ~lines.any
    of_door = parts_of(len(of_door), links.tail[inside], links.head[inside])
    first = np.unique(units.doors.building, return_index=True)[1]
    of_building = of_door[first]
    codes: Ints = np.unique(of_building[units.doors.building], return_inverse=True)[1].ravel()
    return codes.astype(np.int64)


def divided(units: Units, of_door: Ints, cap: float) -> Ints:
    """Sections above the cap in equal parts, in the order of their buildings along the street."""
    doors = units.doors
    along = np.where(doors.edge >= 0, doors.offset_m, doors.number)
    first = np.unique(doors.building, return_index=True)[1]
    of_building, minutes = of_door[first], np.bincount(doors.building, units.minutes)
    order = np.lexsort((first, along[first], of_building))
    ranked, work = of_building[order], minutes[order]
    total = np.bincount(of_building, minutes)
    parts = np.ceil(total / cap)
    begins = np.searchsorted(ranked, np.arange(len(total)))
    middles = np.cumsum(work) - work / 2
    middles -= (np.cumsum(work) - work)[begins][ranked]
    part = np.minimum(np.floor(middles / total[ranked] * parts[ranked]), parts[ranked] - 1)
    part_of_building = np.zeros(doors.buildings, dtype=np.int64)
    part_of_building[order] = part
    keys = of_door * (int(parts.max()) + 1) + part_of_building[doors.building]
    codes: Ints = np.unique(keys, return_inverse=True)[1].ravel()
    return codes.astype(np.int64)


def whole_streets(units: Units, of_door: Ints, cap: float, lines: Lines) -> Ints:
    """Sections of one street put together, where the whole street stays below the cap."""
    links, street = units.links, units.doors.street
    named = (street[links.tail] == street[links.head]) & (street[links.tail] >= 0)
    named &= ~lines.any & ~links.bridge
    count = int(of_door.max()) + 1
    part = parts_of(count, of_door[links.tail[named]], of_door[links.head[named]])
    small = np.bincount(part[of_door], units.minutes) <= cap
    keys = np.where(small[part[of_door]], part[of_door], count + of_door)
    codes: Ints = np.unique(keys, return_inverse=True)[1].ravel()
    return codes.astype(np.int64)


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
    """Which links cross a barrier: one of the lines given, or a motorway. O(l log w)."""
    walls = [*barriers, *map(shapely.LineString, units.motorways)]
    crossed = np.zeros(len(links), dtype=np.bool_)
    if walls:
        position = np.column_stack((units.doors.lon, units.doors.lat))
        ways = shapely.linestrings(np.stack((position[links.tail], position[links.head]), axis=1))
        crossed[shapely.STRtree(walls).query(ways, predicate="intersects")[0]] = True
    return crossed
