"""The doors to divide, as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class DoorRow(NamedTuple):
    """One door as it comes from outside.

    `building` is any number that the doors of one building share; `street` any text that the doors
    of one street share (put the city into it where streets of several cities have one name).
    """

    lon: float
    lat: float
    building: int
    street: str
    number: str


@dataclass(frozen=True)
class Doors:
    """n doors: positions in degrees, building and street as codes from 0, number as a rank.

    `number` sorts house numbers as people do (2 before 10 before 10a); equal numbers share a rank.
    """

    lon: Floats
    lat: Floats
    building: Ints
    street: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.lon)


def doors_from(rows: Sequence[DoorRow]) -> Doors:
    """The rows as arrays, in the same order. O(n log n)."""
    lon, lat, building, street, number = zip(*rows, strict=True) if rows else ((),) * 5
    return Doors(
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        building=codes(building),
        street=codes(street),
        number=number_ranks(number),
    )


def codes(values: Sequence[int] | Sequence[str]) -> Ints:
    """A number from 0 for each distinct value, in the order of the first appearance."""
    known: dict[int | str, int] = {}
    return np.fromiter((known.setdefault(v, len(known)) for v in values), np.int64, len(values))


def number_ranks(numbers: Sequence[str]) -> Ints:
    """The place of each house number among all of them, as people sort numbers."""
    distinct = sorted(set(numbers), key=number_key)
    rank = {number: place for place, number in enumerate(distinct)}
    return np.fromiter((rank[number] for number in numbers), np.int64, len(numbers))


def number_key(number: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """A sort key that compares runs of digits as numbers and everything else as text."""
    return tuple(digits_first(re.findall(r"[0-9]+|[^0-9]+", number.casefold()))), number


def digits_first(parts: Iterable[str]) -> Iterable[tuple[int, str]]:
    """Each part as a pair that sorts numbers by value and before any text."""
    for part in parts:
        yield (int(part), "") if part[0] in "0123456789" else (2**63, part.strip())
