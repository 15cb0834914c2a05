"""Recursive inertial bisection: halve the work across the longer axis until every part is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.sphere import FlatMap
from territories.cutting.units import Units

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class CannotDivide(ValueError):
    """The units cannot be dealt into that many territories."""


class NothingToDivide(CannotDivide):
    """There is not a single unit."""


class TooManyTerritories(CannotDivide):
    """More territories were asked for than there are units."""

    def __init__(self, territories: int, units: int) -> None:
        self.territories = territories
        self.units = units
        super().__init__(f"{units} units cannot make {territories} territories")


@dataclass(frozen=True)
class Cut:
    """Units dealt into territories 0 to `territories` - 1; `of_unit` (m,) names each unit's."""

    units: Units
    of_unit: Ints
    territories: int

    @property
    def labels(self) -> Ints:
        """The territory of each door (n,)."""
        return self.of_unit[self.units.of_door]


def divide(
    units: Units, *, territories: int | None = None, minutes: float | None = None, seed: int = 0
) -> Cut:
    """Deal units into so many territories, or into territories of about so many minutes.

    Every territory gets at least one unit, and its minutes differ from the mean by at most the
    minutes of the largest unit. Neighbours in a line are split across the axis of their greatest
    spread (Simon, 1991, Partitioning of unstructured problems for parallel processing, Computing
    Systems in Engineering 2(2-3), 135-148, doi:10.1016/0956-0521(91)90014-V). `seed` settles ties
    between units in one place and which part of an odd number is the larger; the same input and
    seed give the same cut. O(m log m log k).

    Raises NothingToDivide and TooManyTerritories.
    """
    count = how_many(units, territories, minutes)
    draw = np.random.default_rng(seed)
    positions = FlatMap.around(units.lon, units.lat).metres(units.lon, units.lat)
    of_unit = np.zeros(len(units), dtype=np.int64)
    waiting = [(draw.permutation(len(units)), 0, count)]
    while waiting:
        part, first, parts = waiting.pop()
        of_unit[part] = first
        if parts > 1:
            lower = (parts + int(draw.integers(2))) // 2
            ranked = part[np.argsort(along_axis(positions[part]), kind="stable")]
            split = split_at(units.minutes[ranked], lower, parts)
            waiting.append((ranked[:split], first, lower))
            waiting.append((ranked[split:], first + lower, parts - lower))
    return Cut(units, of_unit, count)


def how_many(units: Units, territories: int | None, minutes: float | None) -> int:
    """The number of territories that either wish means; exactly one may be given."""
    if not len(units):
        raise NothingToDivide("There is no unit to divide.")
    if minutes is not None and territories is None:
        territories = max(1, round(float(units.minutes.sum()) / minutes))
    elif territories is None or minutes is not None:
        raise TypeError("Give either the number of territories or their minutes.")
    if territories > len(units):
        raise TooManyTerritories(territories, len(units))
    return territories


def along_axis(positions: Floats) -> Floats:
    """How far along the axis of greatest spread each position (m, 2) lies, west to east."""
    spread = positions - positions.mean(axis=0)
    axis = np.linalg.eigh(spread.T @ spread)[1][:, -1]
    easting = axis[np.abs(axis) > 1e-9][0]  # an eigenvector's sign is arbitrary
    along: Floats = spread @ (axis if easting > 0 else -axis)
    return along


def split_at(minutes: Floats, lower: int, parts: int) -> int:
    """How many of the ranked units go to the lower side so that it gets its share of the minutes.

    Leaves each side at least as many units as it has territories to make.
    """
    sums = np.cumsum(minutes)
    share = sums[-1] * lower / parts
    nearest = int(np.argmin(np.abs(sums - share))) + 1
    return min(max(nearest, lower), len(minutes) - (parts - lower))
