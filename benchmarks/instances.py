"""Published routing instances as problems of the engine.

Three families: TSPLIB (Reinelt 1991, TSPLIB: A traveling salesman problem library,
doi:10.1287/ijoc.3.4.376), OPLib (Kobeaga, Merino and Lozano 2018, An efficient evolutionary
algorithm for the orienteering problem, doi:10.1016/j.cor.2017.09.003), and the team orienteering
instances with time windows of Vansteenwegen et al. 2009, doi:10.1016/j.cor.2009.03.008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from routing.engine import Problem, Stop, Walker

Floats = NDArray[np.float64]
Seconds = NDArray[np.int32]

TOPTW_SUFFIX = ".txt"
TENTHS, HUNDREDTHS = 10, 100
AMPLE = 10**8  # the length of a shift in which any order fits


class InstanceError(ValueError):
    """The file is not of a family that is known here."""


@dataclass(frozen=True)
class Instance:
    """A published instance as a problem: stop i is the point at position i + 1 of the file.

    `is_ordering` says that the value of a solution is the length of its walk, less being better.
    `start_value` is what the start itself scores, which published values count.
    """

    name: str
    problem: Problem
    is_ordering: bool = False
    start_value: int = 0


def read_instance(path: Path, walkers: int = 1) -> Instance:
    """The instance in a file, for so many walkers where the family leaves their number open.

    Raises InstanceError.
    """
    lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
    lines = [line for line in lines if line and line != "EOF"]
    name = path.name.partition(".")[0]
    try:
        if path.suffix == TOPTW_SUFFIX:
            return Instance(name, windowed(lines, walkers, scale_of(name)))
        return from_sections(name, lines, walkers)
    except (IndexError, KeyError, ValueError) as error:
        raise InstanceError(f"{path} is no TSPLIB, OPLib or TOPTW file: {error}") from error


def from_sections(name: str, lines: Sequence[str], walkers: int) -> Instance:
    """A TSPLIB or an OPLib file."""
    pairs = (line.partition(":") for line in lines)
    facts = {key.strip(): value.strip() for key, _, value in pairs}
    if facts["EDGE_WEIGHT_TYPE"] != "EUC_2D":
        raise ValueError(f"edge weights {facts['EDGE_WEIGHT_TYPE']} are not read here")
    size = int(facts["DIMENSION"])
    points = section(lines, "NODE_COORD_SECTION", size)
    travel = np.floor(distances(points[:, 1:3]) + 0.5).astype(np.int32)
    if facts["TYPE"] == "TSP":
        return Instance(name, ordering(travel), is_ordering=True)
    scores = section(lines, "NODE_SCORE_SECTION", size)[:, 1]
    limit = int(facts["COST_LIMIT"])
    stops = [Stop(at, at, int(score)) for at, score in enumerate(scores) if at]
    problem = Problem(stops, crew(walkers, limit), travel)
    return Instance(name, problem, start_value=int(scores[0]))


def ordering(travel: Seconds) -> Problem:
    """A tour over all points from the first one and back."""
    stops = [Stop(at, at, 1, required=True) for at in range(1, len(travel))]
    return Problem(stops, crew(1, AMPLE), travel)


def windowed(lines: Sequence[str], walkers: int, scale: int) -> Problem:
    """A team orienteering file with time windows; distances are cut, not rounded, at the scale."""
    count = int(lines[0].split()[2])
    rows = [[float(number) for number in line.split()] for line in lines[2 : count + 3]]
    places = np.array([row[1:3] for row in rows])
    travel = np.floor(distances(places) * scale + 1e-7).astype(np.int32)
    stops = [
        Stop(
            id=at,
            place=at,
            value=int(row[4]),
            service_s=round(row[3] * scale),
            windows=((round(row[-2] * scale), round(row[-1] * scale)),),
        )
        for at, row in enumerate(rows)
        if at
    ]
    return Problem(stops, crew(walkers, round(rows[0][-1] * scale)), travel)


def scale_of(name: str) -> int:
    """How many parts a unit of length has: the pr files keep two decimals, the others one."""
    return HUNDREDTHS if name.startswith("pr") else TENTHS


def crew(walkers: int, limit: int) -> list[Walker]:
    """Walkers from the first point and back, all within the limit."""
    return [Walker(at, 0, 0, (0, limit)) for at in range(walkers)]


def section(lines: Sequence[str], title: str, size: int) -> Floats:
    """The rows of numbers below a section's title."""
    start = next(at for at, line in enumerate(lines) if line.startswith(title)) + 1
    return np.array([line.split() for line in lines[start : start + size]], dtype=np.float64)


def distances(points: Floats) -> Floats:
    """Euclidean distances between points (n, 2): (n, n)."""
    apart: Floats = points[:, None, :] - points[None, :, :]
    return np.hypot(apart[..., 0], apart[..., 1])
