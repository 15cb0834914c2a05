"""The searches of OR-Tools' routing library, within a clock.

Guided local search: Voudouris and Tsang 1999, Guided local search and its application to the
traveling salesman problem, doi:10.1016/S0377-2217(98)00099-X. Iterated local search that ruins by
slack induction: Christiaens and Vanden Berghe 2020, doi:10.1287/trsc.2019.0914.
"""

from __future__ import annotations

from typing import Any, Final

from ortools.constraint_solver.routing_enums_pb2 import (
    FirstSolutionStrategy,
    LocalSearchMetaheuristic,
)

from routing.engine.clock import Clock
from routing.engine.library import LIBRARY, LibraryModel
from routing.engine.solution import Orders, never_cancelled

SLICE_S = 1.0  # the library keeps Python's lock while it searches; between slices others run
SHORTEST_S = 0.005
UNLIMITED = 2**60
SANE_S = 3600  # without any time limit the library warns that it might never end
FIRST_SHARE: Final = 0.3  # of the time left goes to a first solution at most
LAST_S: Final = 1.5e-4  # for each stop: what an iteration takes that is not interrupted
LONGEST_RUIN, RUINED, BYPASS = 5, 10, 0.01  # of slack induction: as the paper has them


def guided_search(
    model: LibraryModel, start: Orders | None, strategy: int, clock: Clock
) -> Orders | None:
    """The best orders found within the clock, from `start` or by the first-solution strategy.

    None when nothing was found at all, which a time limit can cause.
    """
    parameters = usual_parameters(strategy)
    parameters.local_search_metaheuristic = LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    close(model, parameters, clock)
    if clock.budget.iterations is not None:
        return search_once(model, start, parameters)
    best = start
    while clock.left_s > SHORTEST_S:
        parameters.time_limit.FromNanoseconds(slice_ns(clock))
        best = search_once(model, best, parameters) or best
        clock.tick()
    return best


def iterated_search(model: LibraryModel, start: Orders, clock: Clock) -> Orders:
    """The best orders found within the clock's seconds, from `start`: a cycle in each slice.

    `SolveWithParameters` would ignore what it is told of iterated local search, and what iterates
    takes no plan to start from. So the plan is given as the one cheapest path for it to find first.
    """
    parameters = usual_parameters(FirstSolutionStrategy.EVALUATOR_STRATEGY)
    close(model, parameters, clock)
    best = descended(model, start, parameters, clock)
    iterate(parameters)
    least, last_s = None, LAST_S * len(model.nodes)
    while clock.left_s > SHORTEST_S + last_s:
        parameters.time_limit.FromNanoseconds(slice_ns(clock, last_s))
        model.begin_with(best)
        found = model.routing.SolveWithIteratedLocalSearch(parameters)
        if found is not None and (least is None or found.ObjectiveValue() < least):
            best, least = model.orders(found) or best, found.ObjectiveValue()
        clock.tick()
    return best


def descended(model: LibraryModel, start: Orders, parameters: Any, clock: Clock) -> Orders:
    """The plan made better as long as a single move can: what iterates begins so, at any cost.

    It would do so without any limit of time, for seconds where there are many walkers.
    """
    parameters.local_search_metaheuristic = LocalSearchMetaheuristic.GREEDY_DESCENT
    parameters.time_limit.FromNanoseconds(slice_ns(clock))
    return search_once(model, start, parameters) or start


def iterate(parameters: Any) -> None:
    """Ask for iterated local search, annealed at temperatures of the library's own choice."""
    parameters.use_iterated_local_search = True
    iterated = parameters.iterated_local_search_parameters
    ruin = iterated.ruin_recreate_parameters.ruin_strategies.add().sisr
    ruin.max_removed_sequence_size, ruin.avg_num_removed_visits = LONGEST_RUIN, RUINED
    ruin.bypass_factor = BYPASS
    acceptance = iterated.reference_solution_acceptance_strategy
    acceptance.simulated_annealing.automatic_temperatures = True


def first_solution(model: LibraryModel, strategy: int, clock: Clock) -> Orders | None:
    """The library's first solution by a strategy, as it is; None if it finds none in time."""
    parameters = usual_parameters(strategy)
    parameters.solution_limit = 1
    if clock.budget.iterations is None:
        parameters.time_limit.FromNanoseconds(int(FIRST_SHARE * slice_ns(clock)))
    close(model, parameters, clock)
    return search_once(model, None, parameters)


def slice_ns(clock: Clock, last_s: float = 0.0) -> int:
    """How long the library may search before others have a turn, in nanoseconds.

    After that it may take `last_s` to end.
    """
    return int(min(SLICE_S, max(clock.left_s - last_s, SHORTEST_S)) * 1e9)


def usual_parameters(strategy: int) -> Any:
    """The library's parameters, with a first-solution strategy and no end."""
    parameters = LIBRARY.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = strategy
    parameters.time_limit.FromSeconds(SANE_S)
    return parameters


def close(model: LibraryModel, parameters: Any, clock: Clock) -> None:
    """End the making of the model, unless it has ended; the clock ends its searches then."""
    if model.is_closed:
        return
    model.is_closed = True
    routing, iterations = model.routing, clock.budget.iterations
    if iterations is not None:
        limit = (UNLIMITED, iterations * 20, iterations * 20, iterations)
        routing.AddSearchMonitor(routing.solver().Limit(*limit))
    if clock.cancelled is not never_cancelled:
        routing.AddSearchMonitor(routing.solver().CustomLimit(clock.cancelled))
    routing.CloseModelWithParameters(parameters)


def search_once(model: LibraryModel, start: Orders | None, parameters: Any) -> Orders | None:
    """One uninterrupted search."""
    if start is None:
        return model.orders(model.routing.SolveWithParameters(parameters))
    given = model.routing.ReadAssignmentFromRoutes(model.routes(start), True)
    if given is None:
        return None
    return model.orders(model.routing.SolveFromAssignmentWithParameters(given, parameters))
