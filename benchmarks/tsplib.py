"""The file format of TSPLIB, which OPLib shares, and its distances.

Reinelt 1995, TSPLIB 95, Universität Heidelberg: sections of numbers below their titles, and facts
`KEY : value`. Distances are whole numbers, rounded as each type of coordinates says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engine import UNREACHABLE

Floats = NDArray[np.float64]

PI: Final = 3.141592  # as TSPLIB has it
EARTH_KM: Final = 6378.388


@dataclass(frozen=True)
class Sections:
    """A file's facts, and the numbers of each section in one row."""

    facts: dict[str, str]
    numbers: dict[str, list[float]]

    def fact(self, key: str) -> str:
        """What the file says of itself. Raises ValueError if it does not."""
        if key not in self.facts:
            raise ValueError(f"{key} is missing")
        return self.facts[key]

    @property
    def size(self) -> int:
        """The number of points."""
        size = int(self.fact("DIMENSION"))
        if size < 1:
            raise ValueError(f"DIMENSION is {size}")
        return size

    def section(self, title: str, count: int) -> Floats:
        """A section's numbers. Raises ValueError unless they are as many as they should be."""
        if title not in self.numbers:
            raise ValueError(f"{title} is missing")
        given = self.numbers[title]
        if len(given) != count:
            raise ValueError(f"{title} has {len(given)} numbers, DIMENSION asks for {count}")
        return np.array(given)

    def table(self, title: str, width: int) -> Floats:
        """A section's numbers, `width` in a row for each point; as `section`."""
        return self.section(title, self.size * width).reshape(self.size, width)


def read_sections(lines: Sequence[str]) -> Sections:
    """The facts and sections in a file's lines; it need not say EOF.

    Raises ValueError for what is no number where one should be.
    """
    facts: dict[str, str] = {}
    numbers: dict[str, list[float]] = {"": []}
    title = ""
    for line in lines:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if line[0].isalpha():
            title = "" if colon and value else key.upper()
            if colon and value:
                facts[key.upper()] = value
            numbers.setdefault(title, [])
        else:
            numbers[title] += [finite(title, number) for number in line.split()]
    return Sections(facts, numbers)


def finite(title: str, given: str) -> float:
    """A section's entry as a number. Raises ValueError for any other, NaN and infinity too."""
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{title or 'the beginning'} holds {given!r}, which is no number")
    return number


def travel_of(sections: Sections) -> NDArray[np.int32]:
    """The distances between the points: (n, n). Raises ValueError for a type not known here."""
    kind = sections.fact("EDGE_WEIGHT_TYPE").upper()
    if kind == "EXPLICIT":
        travel = explicit(sections)
    elif kind in DISTANCES:
        travel = DISTANCES[kind](sections.table("NODE_COORD_SECTION", 3)[:, 1:])
    else:
        raise ValueError(f"edge weights {kind} are not read here")
    np.fill_diagonal(travel, 0)
    if travel.min() < 0 or travel.max() >= UNREACHABLE:
        raise ValueError("distances must be from 0 to below 2^31")
    return travel.astype(np.int32)


def euclidean(points: Floats) -> Floats:
    """The distances between points (n, 2): (n, n)."""
    both = apart(points)
    return np.hypot(both[..., 0], both[..., 1])


def apart(points: Floats) -> Floats:
    """How far points (n, 2) are from each other along each axis: (n, n, 2)."""
    distances: Floats = np.abs(points[:, None, :] - points[None, :, :])
    return distances


def rounded(distances: Floats) -> Floats:
    """To the nearest whole number, half upward."""
    nearest: Floats = np.floor(distances + 0.5)
    return nearest


def pseudo_euclidean(points: Floats) -> Floats:
    """ATT: a tenth of the square under the root, rounded up."""
    up: Floats = np.ceil(euclidean(points) / np.sqrt(10.0) - 1e-9)
    return up


def geographical(points: Floats) -> Floats:
    """GEO: kilometres on a sphere between points in degrees and minutes, DDD.MM."""
    degrees = np.trunc(points)
    radians = PI * (degrees + 5.0 * (points - degrees) / 3.0) / 180.0
    lat, lon = radians[:, 0], radians[:, 1]
    q1 = np.cos(lon[:, None] - lon)
    q2, q3 = np.cos(lat[:, None] - lat), np.cos(lat[:, None] + lat)
    angle = np.arccos(np.clip(0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3), -1.0, 1.0))
    kilometres: Floats = np.floor(EARTH_KM * angle + 1.0)
    return kilometres


DISTANCES: Final[dict[str, Callable[[Floats], Floats]]] = {
    "EUC_2D": lambda points: rounded(euclidean(points)),
    "CEIL_2D": lambda points: np.ceil(euclidean(points) - 1e-9),
    "MAN_2D": lambda points: rounded(apart(points).sum(axis=2)),
    "MAX_2D": lambda points: rounded(apart(points)).max(axis=2),
    "ATT": pseudo_euclidean,
    "GEO": geographical,
}


def explicit(sections: Sections) -> Floats:
    """The distances that the file lists, the whole matrix or a triangle of it.

    A triangle by columns is the other one by rows. A triangle stands for both.
    """
    size = sections.size
    form = sections.fact("EDGE_WEIGHT_FORMAT").upper()
    if form == "FULL_MATRIX":
        return sections.section("EDGE_WEIGHT_SECTION", size * size).reshape(size, size)
    triangles = {
        ("UPPER_ROW", "LOWER_COL"): np.triu_indices(size, 1),
        ("UPPER_DIAG_ROW", "LOWER_DIAG_COL"): np.triu_indices(size),
        ("LOWER_ROW", "UPPER_COL"): np.tril_indices(size, -1),
        ("LOWER_DIAG_ROW", "UPPER_DIAG_COL"): np.tril_indices(size),
    }
    triangle = next((cells for names, cells in triangles.items() if form in names), None)
    if triangle is None:
        raise ValueError(f"matrices as {form} are not read here")
    travel = np.zeros((size, size))
    travel[triangle] = sections.section("EDGE_WEIGHT_SECTION", len(triangle[0]))
    both: Floats = np.triu(travel, 1) + np.tril(travel, -1)
    return both + both.T
