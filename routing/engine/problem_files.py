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

from routing.engine.checks import Index, as_matrices
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
    return Problem(
        [made(Stop, "stops", at, row) for at, row in enumerate(rows(data, "stops"))],
        [made(Walker, "walkers", at, row) for at, row in enumerate(rows(data, "walkers"))],
        matrices(swapped(rows(data, "travel_s"), None, UNREACHABLE)),
        tuple(rows(data, "bucket_edges")),
    )


def rows(data: Mapping[str, Any], name: str, field: str = "", at: Index | None = None) -> list[Any]:
    """A list of the file, empty if it is not there. Raises ProblemError for anything else."""
    given = data.get(name, [])
    if not isinstance(given, list):
        raise ProblemError(field or name, at, f"must be a list, is {given!r}.")
    return given


def matrices(ways: list[Any]) -> Any:
    """One matrix, or one for each profile, as an array. Raises ProblemError."""
    several = all(isinstance(each, list) and each and isinstance(each[0], list) for each in ways)
    if not (several and ways):
        return square(ways, ())
    return as_matrices([square(each, (profile,)) for profile, each in enumerate(ways)])


def square(ways: list[Any], place: tuple[int, ...]) -> Any:
    """The rows as an array. Raises ProblemError where they are not as long as there are rows.

    `place` is where the matrix stands among several.
    """
    for index, row in enumerate(ways):
        if not isinstance(row, list) or len(row) != len(ways):
            entries = len(row) if isinstance(row, list) else "no"
            at = (*place, index) if place else index
            raise ProblemError("travel_s", at, f"has {entries} of {len(ways)} entries.")
        for column, seconds in enumerate(row):
            if not isinstance(seconds, (int, float)):
                raise ProblemError("travel_s", (*place, index, column), "must be a number or null.")
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


def made(kind: type[Row], field: str, index: Index, row: Any) -> Row:
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
        words = rows(row, "skills", f"{field}.skills", index)
        if not all(isinstance(word, str) for word in words):
            raise ProblemError(f"{field}.skills", index, "must be words.")
        given["skills"] = frozenset(words)
    if "breaks" in given:
        at = index if isinstance(index, tuple) else (index,)
        given["breaks"] = tuple(
            made(Break, "walkers.breaks", (*at, place), each)
            for place, each in enumerate(rows(row, "breaks", "walkers.breaks", index))
        )
    return kind(**given)


def hashable(value: Any) -> Any:
    """Lists, as JSON has them, as the tuples that a stop or walker has."""
    return tuple(hashable(each) for each in value) if isinstance(value, list) else value
