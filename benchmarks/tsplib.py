"""The file format of TSPLIB, which OPLib shares, and its distances.

Reinelt 1995, TSPLIB 95, Universität Heidelberg: sections of numbers below their titles, and facts
`KEY : value`. Distances are whole numbers, rounded as each type of coordinates says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PI: Final = 3.141592  # as TSPLIB has it
EARTH_KM: Final = 6378.388


@dataclass(frozen=True)
class Sections:
    """A file's facts, and the numbers of each section in one row."""

    facts: dict[str, str]
    numbers: dict[str, list[float]]

    def table(self, title: str, width: int) -> Floats:
        """A section's numbers, `width` in a row. Raises KeyError, or ValueError if some lack."""
        rows = int(self.facts["DIMENSION"])
        if len(self.numbers[title]) < rows * width:
            raise ValueError(f"{title} is shorter than DIMENSION says")
        return np.array(self.numbers[title][: rows * width]).reshape(rows, width)


def read_sections(lines: Sequence[str]) -> Sections:
    """The facts and sections in a file's lines; it need not say EOF."""
    facts: dict[str, str] = {}
    numbers: dict[str, list[float]] = {}
    title = ""
    for line in lines:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if line[0].isalpha():
            title = "" if colon and value else key.upper()
            if colon and value:
                facts[key.upper()] = value
            numbers.setdefault(title, [])
        else:
            numbers[title] += [float(number) for number in line.split()]
    return Sections(facts, numbers)


def travel_of(sections: Sections) -> NDArray[np.int32]:
    """The distances between the points: (n, n). Raises ValueError for a type not known here."""
    kind = sections.facts["EDGE_WEIGHT_TYPE"].upper()
    if kind == "EXPLICIT":
        travel = explicit(sections)
    elif kind in DISTANCES:
        travel = DISTANCES[kind](sections.table("NODE_COORD_SECTION", 3)[:, 1:])
    else:
        raise ValueError(f"edge weights {kind} are not read here")
    np.fill_diagonal(travel, 0)
    return travel.astype(np.int32)


def euclidean(points: Floats) -> Floats:
    """The distances between points (n, 2): (n, n)."""
    apart: Floats = points[:, None, :] - points[None, :, :]
    return np.hypot(apart[..., 0], apart[..., 1])


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
    "ATT": pseudo_euclidean,
    "GEO": geographical,
}


def explicit(sections: Sections) -> Floats:
    """The distances that the file lists, the whole matrix or a triangle of it."""
    size = int(sections.facts["DIMENSION"])
    form = sections.facts["EDGE_WEIGHT_FORMAT"].upper()
    given = np.array(sections.numbers["EDGE_WEIGHT_SECTION"])
    if form == "FULL_MATRIX":
        return given[: size * size].reshape(size, size)
    triangles = {
        "UPPER_ROW": np.triu_indices(size, 1),
        "UPPER_DIAG_ROW": np.triu_indices(size),
        "LOWER_ROW": np.tril_indices(size, -1),
        "LOWER_DIAG_ROW": np.tril_indices(size),
    }
    if form not in triangles:
        raise ValueError(f"matrices as {form} are not read here")
    travel = np.zeros((size, size))
    travel[triangles[form]] = given[: len(triangles[form][0])]
    return np.maximum(travel, travel.T)
