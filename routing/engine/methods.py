"""The engines: each improves a plan within a budget, for the kinds of problem that it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from routing.engine.clock import Clock, Record, marks, moments
from routing.engine.library_plans import select, shortest_tour
from routing.engine.peers import PYVRP, VROOM, solve_with_pyvrp, solve_with_vroom
from routing.engine.proof import can_prove, prove
from routing.engine.searching import Searching, by_search, is_ordering
from routing.engine.solution import Orders
from routing.engine.timetable import Tables, is_feasible

Method = Callable[[Tables, Orders, Clock, int], Orders | None]

AUTO, SEARCH, LIBRARY, PROOF, GREEDY = "auto", "search", "ortools", "proof", "greedy"
FIRST_PROOF_S: Final = 0.5  # when a proof is first tried: where one can be hoped for, the search is
PROOF_GROWTH: Final = 4  # long at its end. So many times as long until it is tried again
MODEL_S: Final = 4e-6  # for each way, so that its model takes no more than half of its share
FIRST_LIBRARY_S: Final = 0.8  # when the library has its first turn; earlier its model would take
LIBRARY_GROWTH: Final = 4  # its time. So many times as long until its next one,
LIBRARY_SHARE: Final = 0.25  # which is so much of all before it


def by_library(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What OR-Tools' routing library finds; None if it finds nothing."""
    if is_ordering(tables, start):
        return shortest_tour(tables, clock, seed)
    return select(tables, start, clock, seed)


PEERS: Final[dict[str, Method]] = {PYVRP: solve_with_pyvrp, VROOM: solve_with_vroom}
OWN: Final[dict[str, Method]] = {SEARCH: by_search, LIBRARY: by_library, PROOF: prove}
METHODS: Final[dict[str, Method]] = {**OWN, **PEERS}
ENGINES: Final = (AUTO, *METHODS, GREEDY)


def leaves_nothing(tables: Tables) -> bool:
    """Whether the library never found more after the search: of an order, or of a plain problem.

    In 64 runs of plain problems with one and two walkers the search alone brought less than with
    the library in its last fifth once, and more five times.
    """
    return tables.problem.is_ordering or tables.is_plain


def after_search(method: Method) -> Method:
    """The method, going on from where the search gets to within the same clock."""

    def go_on(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
        found = by_search(tables, start, replace(clock, record=Record()), seed)
        begun = found if found is not None and is_feasible(tables, found) else start
        return method(tables, begun, clock, seed)

    return go_on


METHODS_AFTER_SEARCH: Final = {name: after_search(OWN[name]) for name in (LIBRARY, PROOF)}


@dataclass(frozen=True)
class Turn:
    """A method's turn: its name, what it does, and the clock that it has to keep."""

    name: str
    method: Method
    clock: Clock


def turns(engine: str, tables: Tables, clock: Clock) -> list[Turn]:
    """The turns of an engine's methods, one after the other.

    Raises ValueError for an engine that does not exist.
    """
    if engine not in ENGINES:
        raise ValueError(f"There is no engine {engine!r}; there are {', '.join(ENGINES)}.")
    if engine != AUTO:
        return [Turn(engine, METHODS[engine], clock)] if engine in METHODS else []
    second = second_method(tables, clock)
    if clock.budget.iterations is None:
        return timed_turns(second, tables, clock)
    if second is None:
        return [Turn(SEARCH, by_search, clock)]
    counted = [clock.counting(mark) for mark in marks(clock.budget.iterations)]
    return [
        Turn(SEARCH, by_search, clock),
        *(Turn(second, METHODS_AFTER_SEARCH[second], each) for each in counted),
    ]


def timed_turns(second: str | None, tables: Tables, clock: Clock) -> list[Turn]:
    """The search, and at fixed times a turn of the second method, after which the search goes on.

    A proof may take as long as all before it has taken, the library a quarter of that.
    """
    searching, found = Searching(), []
    for begins_s, ends_s in times_of(second, tables, clock.budget.seconds):
        found.append(Turn(SEARCH, searching.go_on, clock.until(begins_s)))
        found.append(Turn(str(second), OWN[str(second)], clock.until(ends_s)))
    return [*found, Turn(SEARCH, searching.go_on, clock)]


def times_of(second: str | None, tables: Tables, seconds: float) -> list[tuple[float, float]]:
    """When the turns of the second method begin and end."""
    if second is None:
        return []
    if second == PROOF:
        return [(at_s, 2 * at_s) for at_s in moments(FIRST_PROOF_S, PROOF_GROWTH, seconds)]
    first_s = first_of_library(tables)
    return [
        (at_s, (1 + LIBRARY_SHARE) * at_s) for at_s in moments(first_s, LIBRARY_GROWTH, seconds)
    ]


def first_of_library(tables: Tables) -> float:
    """After so many seconds the library has its first turn."""
    return max(FIRST_LIBRARY_S, MODEL_S * len(tables.place) ** 2)


def second_method(tables: Tables, clock: Clock) -> str | None:
    """What has a turn after the search, if there is time for it and something to be hoped for."""
    if clock.left_s >= FIRST_PROOF_S and can_prove(tables):
        return PROOF
    if clock.left_s < first_of_library(tables) or leaves_nothing(tables):
        return None
    return LIBRARY
