"""What the peers have in common: finding them, and refusing what they cannot be asked."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from routing.engine.problem import Problem, ProblemError
from routing.engine.timetable import Tables

PYVRP, VROOM = "pyvrp", "vroom"
PACKAGES: Final = {PYVRP: "pyvrp", VROOM: "pyvroom"}
"""Each peer's module and the package that has it."""


class PeerMissing(ImportError):
    """The package of a peer is not installed."""


class NotExpressible(ProblemError):
    """A peer has no words for something in the problem."""


def is_installed(peer: str) -> bool:
    """Whether the peer's module can be imported."""
    return find_spec(peer) is not None


def module_of(peer: str) -> Any:
    """The peer's module, imported now. Raises PeerMissing."""
    if not is_installed(peer):
        raise PeerMissing(
            f"The engine {peer!r} needs the package {PACKAGES[peer]}: pip install '.[peers]'"
        )
    return import_module(peer)


def expressible(peer: str, tables: Tables) -> Tables:
    """The tables, if the peer is told all that is in the problem. Raises NotExpressible."""
    if not (tables.is_plain or Tables(for_anybody(tables.problem)).is_plain):
        raise NotExpressible(
            "problem",
            None,
            f"{peer} is asked for values, windows, shifts and skills only: no buckets, breaks,"
            " precedence, free ends or limits of walking.",
        )
    return tables


def for_anybody(problem: Problem) -> Problem:
    """The problem, if everybody might serve every stop."""
    stops = [replace(stop, skills=frozenset(), walkers=None) for stop in problem.stops]
    return replace(problem, stops=stops)
