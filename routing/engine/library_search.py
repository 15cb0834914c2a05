"""The searches of OR-Tools' routing library, within a clock.

From a plan on by guided local search: Voudouris and Tsang 1999, Guided local search and its
application to the traveling salesman problem, doi:10.1016/S0377-2217(98)00099-X.
"""

from __future__ import annotations

from typing import Any

from ortools.constraint_solver.routing_enums_pb2 import LocalSearchMetaheuristic

from routing.engine.clock import Clock
from routing.engine.library import LIBRARY, LibraryModel
from routing.engine.solution import Orders, never_cancelled

SLICE_S = 1.0  # the library keeps Python's lock while it searches; between slices others run
SHORTEST_S = 0.005
UNLIMITED = 2**60
SANE_S = 3600  # without any time limit the library warns that it might never end


def guided_search(
    model: LibraryModel, start: Orders | None, strategy: int, clock: Clock
) -> Orders | None:
    """The best orders found within the clock, from `start` or by the first-solution strategy.

    None when nothing was found at all, which a time limit can cause.
    """
    parameters = LIBRARY.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = strategy
    parameters.local_search_metaheuristic = LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromSeconds(SANE_S)
    iterations = clock.budget.iterations
    if iterations is not None:
        limit = (UNLIMITED, iterations * 20, iterations * 20, iterations)
        model.routing.AddSearchMonitor(model.routing.solver().Limit(*limit))
    if clock.cancelled is not never_cancelled:
        limit = model.routing.solver().CustomLimit(clock.cancelled)
        model.routing.AddSearchMonitor(model.routing.solver().CustomLimit(clock.cancelled))
    model.routing.CloseModelWithParameters(parameters)
    if iterations is not None:
        return search_once(model, start, parameters)
    best = start
    while clock.left_s > SHORTEST_S:
        parameters.time_limit.FromNanoseconds(int(min(SLICE_S, clock.left_s) * 1e9))
        best = search_once(model, best, parameters) or best
        clock.tick()
    return best


def search_once(model: LibraryModel, start: Orders | None, parameters: Any) -> Orders | None:
    """One uninterrupted search."""
    if start is None:
        return model.orders(model.routing.SolveWithParameters(parameters))
    given = model.routing.ReadAssignmentFromRoutes(model.routes(start), True)
    if given is None:
        return None
    return model.orders(model.routing.SolveFromAssignmentWithParameters(given, parameters))
