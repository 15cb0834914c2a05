"""The engines: each improves a plan within a budget, for the kinds of problem that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from routing.engine.clock import Clock
from routing.engine.library_plans import select, shortest_tour
from routing.engine.ordering import shortest_order
from routing.engine.orienteering import orienteer
from routing.engine.peers import PYVRP, VROOM, solve_with_pyvrp, solve_with_vroom
from routing.engine.pool import FEWEST_WALKERS
from routing.engine.proof import can_prove, prove
from routing.engine.search import search
from routing.engine.solution import Orders
from routing.engine.timetable import Tables

Method = Callable[[Tables, Orders, Clock, int], Orders | None]

AUTO, SEARCH, LIBRARY, PROOF, GREEDY = "auto", "search", "ortools", "proof", "greedy"
SEARCH_SHARE: Final = 0.8  # of the budget, where OR-Tools goes on from what the search has found
SEARCH_SHARE_OF_FEW: Final = 0.5  # where a proof can be hoped for: the search is long at its end
LEAST_TO_PROVE_S: Final = 0.5  # in less the search needs all of it
LEAST_FOR_LIBRARY_S: Final = 0.75  # in less its model would take the time of its search


def by_search(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What the compiled search for this kind of problem finds."""
    if is_ordering(tables, start):
        return shortest_order(tables, clock, seed)
    if is_orienteering(tables):
        return orienteer(tables, clock, seed)
    return search(tables, start, clock, seed)


def by_library(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What OR-Tools' routing library finds; None if it finds nothing."""
    if is_ordering(tables, start):
        return shortest_tour(tables, clock, seed)
    return select(tables, start, clock, seed)


def is_ordering(tables: Tables, start: Orders) -> bool:
    """Whether only the order is open: the plan has all stops already."""
    return tables.problem.is_ordering and len(start[0]) == len(tables.problem.stops)


def is_orienteering(tables: Tables) -> bool:
    """Whether walkers, alike but for their shifts, choose among stops bound to nothing."""
    limited = any(each.breaks or each.most_walk_s is not None for each in tables.problem.walkers)
    alike = len({each.profile for each in tables.problem.walkers}) == 1 and tables.allowed.all()
    bound = any(stop.windows or stop.required or stop.after for stop in tables.stops)
    return bool(alike and not limited and not bound)


PEERS: Final[dict[str, Method]] = {PYVRP: solve_with_pyvrp, VROOM: solve_with_vroom}
OWN: Final[dict[str, Method]] = {SEARCH: by_search, LIBRARY: by_library, PROOF: prove}
METHODS: Final[dict[str, Method]] = {**OWN, **PEERS}
ENGINES: Final = (AUTO, *METHODS, GREEDY)


def leaves_nothing(tables: Tables) -> bool:
    """Whether the library never found more after the search: of an order, or of a team's walks.

    There OR-Tools has had its turn already, where CP-SAT has put the walks together anew.
    """
    return tables.problem.is_ordering or (
        tables.is_plain and len(tables.problem.walkers) >= FEWEST_WALKERS
    )


def turns(engine: str, tables: Tables, clock: Clock) -> Iterator[tuple[str, Clock]]:
    """The methods of an engine, one after the other, each with the clock that it has to keep.

    Raises ValueError for an engine that does not exist.
    """
    if engine not in ENGINES:
        raise ValueError(f"There is no engine {engine!r}; there are {', '.join(ENGINES)}.")
    if engine == AUTO and clock.left_s >= LEAST_TO_PROVE_S and can_prove(tables):
        yield SEARCH, clock.part(SEARCH_SHARE_OF_FEW)
        yield PROOF, clock
    elif engine == AUTO and (clock.left_s < LEAST_FOR_LIBRARY_S or leaves_nothing(tables)):
        yield SEARCH, clock
    elif engine == AUTO:
        yield SEARCH, clock.part(SEARCH_SHARE)
        yield LIBRARY, clock
    elif engine in METHODS:
        yield engine, clock
