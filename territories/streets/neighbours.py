"""From door to door in one street, without leaving it."""

from __future__ import annotations

import numpy as np

from territories.streets.arcs import Arcs, Indices
from territories.streets.arrays import Bools, Floats
from territories.streets.journeys import Journeys, Points


def along_streets(ways: Journeys, here: Points, there: Points) -> Arcs:
    """The way from door to door along their street, for all pairs that share one.

    On the same pavement nothing is crossed; to the other the whole street is, unless nobody can.
    O(n + m log m + pairs).
    """
    row, column = pairs(ways, here, there)
    one, other = here[row], there[column]
    same = one.pavement == other.pavement
    can_cross = ~(ways.is_divided[one.edge] | ways.is_divided[other.edge])
    us = along_us(ways, one, other) + one.setback_us + other.setback_us
    us += np.where(same, 0.0, one.half_us + other.half_us)
    us[~same & ~can_cross] = np.inf
    us[same_place(one, other)] = 0.0
    return Arcs(row, column, us)


def pairs(ways: Journeys, here: Points, there: Points) -> tuple[Indices, Indices]:
    """The pairs of doors on one street, by their numbers."""
    street = ways.pavements.street
    wanted, offered = street[here.edge], street[there.edge]
    order = np.argsort(offered, kind="stable")
    ranked = offered[order]
    first = np.searchsorted(ranked, wanted, "left")
    count = np.where(wanted >= 0, np.searchsorted(ranked, wanted, "right") - first, 0)
    row = np.repeat(np.arange(len(here)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, order[first[row] + place]


def along_us(ways: Journeys, one: Points, other: Points) -> Floats:
    """The shorter way along the street from one door to the other."""
    return np.minimum(*directions_us(ways, one, other))


def is_ahead(ways: Journeys, one: Points, other: Points) -> bool:
    """Whether the shorter way from one door to the other runs with their street."""
    ahead, back = directions_us(ways, one, other)
    return bool(ahead[0] <= back[0])


def directions_us(ways: Journeys, one: Points, other: Points) -> tuple[Floats, Floats]:
    """The way from one door to the other with their street, and against it; inf for none."""
    street = ways.pavements.street[one.edge]
    ahead = positions(ways, other, is_forward=True) - positions(ways, one, is_forward=True)
    back = positions(ways, one, is_forward=False) - positions(ways, other, is_forward=False)
    return (
        around(ahead, ways.pavements.street_forward_us[street], ways.pavements.is_ring[street]),
        around(back, ways.pavements.street_backward_us[street], ways.pavements.is_ring[street]),
    )


def positions(ways: Journeys, doors: Points, *, is_forward: bool) -> Floats:
    """How long it takes from the street's start to each door, or from the door to that start."""
    streets, edge = ways.pavements, doors.edge
    if is_forward:
        first_us = streets.forward_us[edge]
        part_us = np.where(streets.along[edge] > 0, doors.from_start_us, doors.from_end_us)
    else:
        first_us = streets.backward_us[edge]
        part_us = np.where(streets.along[edge] > 0, doors.to_start_us, doors.to_end_us)
    return first_us + np.where(np.isfinite(part_us), part_us, 0.0)


def around(us: Floats, whole_us: Floats, is_ring: Bools) -> Floats:
    """Times in one direction; what lies behind is reached around a ring, or not at all."""
    behind = us < 0
    found = np.where(behind & is_ring, us + np.where(is_ring, whole_us, 0.0), us)
    found[behind & ~is_ring] = np.inf
    found[~np.isfinite(whole_us)] = np.inf
    return found


def same_place(one: Points, other: Points) -> Bools:
    """Whether doors are at one place."""
    return np.asarray((one.edge == other.edge) & (one.place == other.place).all(axis=1))
