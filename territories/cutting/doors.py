"""The doors to divide, as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.errors import CutError
from territories.cutting.sphere import FlatMap

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class DoorRow(NamedTuple):
    """One door as it comes from outside.

    `building` is any number that the doors of one building share; `street` any text that the doors
    of one street share (put the city into it where streets of several cities have one name), empty
    where nobody knows it. `minutes` is the time expected at the door itself. Where there is a
    street network: the `edge` that the door lies at (-1 for none), how far along it, and on which
    `side` (0 and 1).
    """

    lon: float
    lat: float
    building: int
    street: str
    number: str
    minutes: float = 1.5
    edge: int = -1
    offset_m: float = 0.0
    side: int = 0


@dataclass(frozen=True)
class Doors:
    """n doors: positions in degrees, building and street as codes from 0, number as a rank.

    `street` is -1 where it has no name. `number` sorts house numbers as people do (2 before 10
    before 10a); equal numbers share a rank. `house` is the number that a house number begins with,
    -1 without one: its hundred is the block. `minutes` are those at the door itself. `edge`,
    `offset_m` and `side` place a door on a street network; -1 is no edge.
    """

    lon: Floats
    lat: Floats
    building: Ints
    street: Ints
    number: Ints
    house: Ints
    minutes: Floats
    edge: Ints
    offset_m: Floats
    side: Ints

    def __len__(self) -> int:
        return len(self.lon)

    def where(self, chosen: NDArray[np.bool_]) -> Doors:
        """Only the chosen doors (n,), under the codes that they had."""
        return Doors(*(getattr(self, column.name)[chosen] for column in fields(self)))

    @cached_property
    def buildings(self) -> int:
        """How many buildings there are."""
        return int(self.building.max()) + 1 if len(self) else 0

    @cached_property
    def metres(self) -> Floats:
        """Positions (n, 2) in metres on a flat map around all doors.

        West of the antimeridian counts as east of it where the doors lie on both sides.
        """
        lon = self.lon
        if len(lon) and np.ptp(lon) > 180:
            lon = np.where(lon < 0, lon + 360, lon)
        return FlatMap.around(lon, self.lat).metres(lon, self.lat) if len(lon) else np.zeros((0, 2))


def doors_from(rows: Sequence[DoorRow]) -> Doors:
    """The rows as arrays, in the same order. O(n log n).

    Raises CutError that names the column of a position off the Earth or of minutes that are no
    time.
    """
    columns = [*zip(*rows, strict=True)] if rows else [()] * len(DoorRow._fields)
    lon, lat, building, street, number, minutes, edge, offset_m, side = columns
    doors = Doors(
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        building=codes(building),
        street=street_codes(street),
        number=number_ranks(number),
        house=houses(number),
        minutes=np.asarray(minutes, dtype=np.float64),
        edge=np.asarray(edge, dtype=np.int64),
        offset_m=np.asarray(offset_m, dtype=np.float64),
        side=np.asarray(side, dtype=np.int64),
    )
    refuse_nonsense(doors)
    return doors


def refuse_nonsense(doors: Doors) -> None:
    """Raise CutError for the first column that holds what cannot be, naming its first door."""
    for field, is_right in (
        ("lon", np.abs(doors.lon) <= 180),
        ("lat", np.abs(doors.lat) <= 90),
        ("minutes", np.isfinite(doors.minutes) & (doors.minutes >= 0)),
        ("offset_m", np.isfinite(doors.offset_m)),
    ):
        if not is_right.all():  # NaN compares false
            door = int(np.argmin(is_right))
            raise CutError(field, f"Door {door} has {getattr(doors, field)[door]} for `{field}`.")


def street_codes(names: Sequence[str]) -> Ints:
    """A number from 0 for each street, -1 for those without a name."""
    coded = codes(names)
    nameless = np.fromiter((not name.strip() for name in names), np.bool_, len(names))
    return np.where(nameless, -1, coded)


def houses(numbers: Sequence[str]) -> Ints:
    """The number that each house number begins with, at most 999,999; -1 without one."""
    distinct = {number: house_of(number) for number in set(numbers)}
    return np.fromiter((distinct[number] for number in numbers), np.int64, len(numbers))


def house_of(number: str) -> int:
    """The number that a house number begins with."""
    found = re.match(r"\D{0,3}([0-9]{1,6})", number)
    return int(found[1]) if found else -1


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
