"""Published routing instances, and our own problem files, as problems of the engine.

Three families: TSPLIB (Reinelt 1991, TSPLIB: A traveling salesman problem library,
doi:10.1287/ijoc.3.4.376), OPLib (Kobeaga, Merino and Lozano 2018, An efficient evolutionary
algorithm for the orienteering problem, doi:10.1016/j.cor.2017.09.003), and the team orienteering
instances with time windows of Vansteenwegen et al. 2009, doi:10.1016/j.cor.2009.03.008.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.families import FAMILIES, ORDERINGS
from benchmarks.tsplib import Sections, euclidean, finite, read_sections, travel_of
from routing.engine import Problem, Stop, Walker, from_json

MADE_UP = "made:"
TENTHS, HUNDREDTHS = 10, 100
AMPLE = 10**9  # the length of a shift in which any order fits
HEAD_ROW = 3  # entries that its first line has at least
WINDOW_ROW = 8  # entries that a point of a team orienteering file has at least


class InstanceError(ValueError):
    """The file is not of a family that is known here."""


@dataclass(frozen=True)
class Instance:
    """An instance as a problem; a stop's id is the position of its point in the file, from zero.

    `is_ordering` says that the value of a solution is the length of its walk, less being better.
    `start_value` is what the start itself scores, which published values count.
    """

    name: str
    problem: Problem
    is_ordering: bool = False
    start_value: int = 0


def read_instance(path: Path, walkers: int = 1) -> Instance:
    """The instance in a file, for so many walkers where the family leaves their number open.

    What family it is of is seen from the content; `made:FAMILY:SEED` is made up. Raises
    InstanceError.
    """
    if str(path).startswith(MADE_UP):
        return made_up(str(path).removeprefix(MADE_UP), walkers)
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    name = path.name.partition(".")[0]
    try:
        if text.lstrip().startswith("{"):
            return Instance(name, from_json(json.loads(text)))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if any(line.upper().startswith("DIMENSION") for line in lines):
            return from_sections(name, read_sections(lines), walkers)
        return Instance(name, windowed(lines, walkers, scale_of(name)))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise InstanceError(
            f"{path} is no TSPLIB, OPLib, TOPTW or problem file: {error}"
        ) from error


def made_up(which: str, walkers: int) -> Instance:
    """A problem of FAMILY:SEED. Raises InstanceError."""
    family, _, seed = which.partition(":")
    if family not in FAMILIES or not seed.isdecimal():
        families = ", ".join(FAMILIES)
        raise InstanceError(f"{MADE_UP}{which} is no {MADE_UP}FAMILY:SEED, FAMILY of {families}")
    problem = FAMILIES[family](np.random.default_rng(int(seed)), walkers)
    return Instance(f"{family}:{seed}", problem, is_ordering=family in ORDERINGS)


def from_sections(name: str, sections: Sections, walkers: int) -> Instance:
    """A TSPLIB or an OPLib file."""
    travel = travel_of(sections)
    if "COST_LIMIT" not in sections.facts:
        return Instance(name, ordering(travel), is_ordering=True)
    points, given = sections.table("NODE_SCORE_SECTION", 2).astype(np.int64).T
    if sorted(points.tolist()) != list(range(1, len(travel) + 1)):
        raise ValueError("NODE_SCORE_SECTION does not have each point once")
    scores = given[np.argsort(points)]
    start = int(sections.numbers.get("DEPOT_SECTION", [1])[0]) - 1
    if not 0 <= start < len(travel):
        raise ValueError(f"DEPOT_SECTION says {start + 1}, which is no point")
    limit = int(float(sections.facts["COST_LIMIT"]))
    stops = [Stop(at, at, int(score)) for at, score in enumerate(scores) if at != start]
    problem = Problem(stops, crew(walkers, start, limit), travel)
    return Instance(name, problem, start_value=int(scores[start]))


def ordering(travel: NDArray[np.int32]) -> Problem:
    """A tour over all points from the first one and back."""
    stops = [Stop(at, at, 1, required=True) for at in range(1, len(travel))]
    return Problem(stops, crew(1, 0, AMPLE), travel)


def windowed(lines: Sequence[str], walkers: int, scale: int) -> Problem:
    """A team orienteering file with time windows; distances are cut, not rounded, at the scale."""
    head = lines[0].split() if lines else []
    if len(head) < HEAD_ROW:
        raise ValueError("its first line is not k v N t")
    count = int(head[2])
    rows = [[finite("a point", number) for number in line.split()] for line in lines[1:]]
    rows = [row for row in rows if len(row) >= WINDOW_ROW]
    if len(rows) != count + 1:
        raise ValueError(f"it has {len(rows)} points instead of {count + 1}")
    places = np.array([row[1:3] for row in rows])
    travel = np.floor(euclidean(places) * scale + 1e-7).astype(np.int32)
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
    return Problem(stops, crew(walkers, 0, round(rows[0][-1] * scale)), travel)


def scale_of(name: str) -> int:
    """How many parts a unit of length has: the pr files keep two decimals, the others one."""
    return HUNDREDTHS if name.lower().startswith("pr") else TENTHS


def crew(walkers: int, start: int, limit: int) -> list[Walker]:
    """Walkers from the start and back, all within the limit."""
    return [Walker(at, start, start, (0, limit)) for at in range(walkers)]
