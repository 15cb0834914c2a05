"""Problems as JSON: one file that any solver can be given, and read back as the same problem.

    {"format": 1,
     "stops": [{"id": 7, "place": 2, "value": 15, "service_s": 120, "windows": [[0, 3600]]}, …],
     "walkers": [{"id": 0, "start": 0, "end": 1, "shift": [0, 14400]}],
     "travel_s": [[0, 95, …], …]}

The names are those of Stop, Walker and Problem; what a field usually is may be left out. A way that
does not exist is `null`. There is nothing in it but numbers: no address and no name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final, TypeVar

import numpy as np

from routing.engine.problem import UNREACHABLE, Break, Problem, ProblemError, Stop, Walker

FORMAT: Final = 1
Row = TypeVar("Row")


def to_json(problem: Problem) -> dict[str, Any]:
    """The problem as what `json.dump` takes; fields that are as usual are left out."""
    made: dict[str, Any] = {
        "format": FORMAT,
        "stops": [unusual(stop) for stop in problem.stops],
        "walkers": [unusual(walker) for walker in problem.walkers],
        "travel_s": swapped(problem.travel_s.tolist(), UNREACHABLE, None),
    }
    return made | ({"bucket_edges": list(problem.bucket_edges)} if problem.bucket_edges else {})


def swapped(ways: Any, one: int | None, other: int | None) -> Any:
    """Rows, or rows of rows, with each `one` in them turned into the other."""
    if isinstance(ways, list):
        return [swapped(each, one, other) for each in ways]
    return other if ways == one else ways


def from_json(data: Any) -> Problem:
    """The problem that `to_json` wrote. Raises ProblemError, also for fields that do not exist."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise ProblemError("format", None, f"must be {FORMAT}.")
    unknown = set(data) - {"format", "stops", "walkers", "travel_s", "bucket_edges"}
    missing = {"stops", "walkers", "travel_s"} - set(data)
    for name in sorted(unknown | missing):
        raise ProblemError(name, None, "is missing." if name in missing else "is not known.")
    ways = swapped(data["travel_s"], None, UNREACHABLE)
    return Problem(
        [made(Stop, "stops", at, row) for at, row in enumerate(data["stops"])],
        [made(Walker, "walkers", at, row) for at, row in enumerate(data["walkers"])],
        matrices(ways),
        tuple(data.get("bucket_edges", ())),
    )


def matrices(ways: Any) -> Any:
    """One matrix, or one for each profile, as an array. Raises ProblemError."""
    several = bool(ways) and bool(ways[0]) and isinstance(ways[0][0], list)
    return np.array([square(each) for each in ways]) if several else square(ways)


def square(ways: list[list[Any]]) -> Any:
    """The rows as an array. Raises ProblemError where they are not as long as there are rows."""
    for index, row in enumerate(ways):
        if len(row) != len(ways):
            raise ProblemError("travel_s", index, f"has {len(row)} entries, not {len(ways)}.")
    return np.array(ways).reshape(len(ways), len(ways))


def unusual(row: Any) -> dict[str, Any]:
    """The fields of a stop, walker or break that differ from their default."""
    given = {each.name: getattr(row, each.name) for each in fields(row)}
    usual = {each.name: each.default for each in fields(row)}
    return {name: listed(value) for name, value in given.items() if value != usual[name]}


def listed(value: Any) -> Any:
    """What JSON has for a field: lists, skills in order, breaks as objects."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [listed(each) for each in value]
    return unusual(value) if isinstance(value, Break) else value


def made(kind: type[Row], field: str, index: int, row: Any) -> Row:
    """A stop or walker from its fields. Raises ProblemError."""
    if not isinstance(row, Mapping):
        raise ProblemError(field, index, "must be an object.")
    known = {each.name: each.default for each in fields(kind)}  # type: ignore[arg-type]
    for name in row:
        if name not in known:
            raise ProblemError(f"{field}.{name}", index, "is not known.")
    for name, usual in known.items():
        if usual is MISSING and name not in row:
            raise ProblemError(f"{field}.{name}", index, "is missing.")
    given = {name: hashable(value) for name, value in row.items()}
    if "skills" in given:
        given["skills"] = frozenset(given["skills"])
    if "breaks" in given:
        given["breaks"] = tuple(
            made(Break, "walkers.breaks", index, each) for each in row["breaks"]
        )
    return kind(**given)


def hashable(value: Any) -> Any:
    """Lists, as JSON has them, as the tuples that a stop or walker has."""
    return tuple(hashable(each) for each in value) if isinstance(value, list) else value
