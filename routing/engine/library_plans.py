"""What OR-Tools' routing library makes of a problem: its order alone, or its selection too."""

from __future__ import annotations

from typing import Final

import numpy as np
from ortools.constraint_solver.routing_enums_pb2 import FirstSolutionStrategy

from routing.engine.clock import Clock
from routing.engine.library import LibraryModel
from routing.engine.library_search import first_solution, guided_search, iterated_search
from routing.engine.reasons import candidates
from routing.engine.solution import Orders
from routing.engine.timetable import Tables

MODEL_S: Final = 4e-7  # for each way between two stops: what making the model takes


def shortest_tour(tables: Tables, clock: Clock, seed: int) -> Orders | None:
    """A short walk over all stops, from Christofides' tour; it may be too long for the shift.

    Christofides 1976, Worst-case analysis of a new heuristic for the travelling salesman problem;
    reprinted 2022, doi:10.1007/s43069-021-00101-z. Returns None when the budget allowed no tour.
    """
    nodes = np.random.default_rng(seed).permutation(len(tables.place)).tolist()
    model = LibraryModel(tables, nodes, timed=False)
    return guided_search(model, None, FirstSolutionStrategy.CHRISTOFIDES, clock)


def select(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """The best selection found from the plan `start`, which must be valid; None if none is found.

    In seconds by iterated local search; where iterations are counted by guided local search, since
    the former's annealing goes by the clock. Where all stops are required and the plan misses some,
    or nobody leaves in it, a first solution of the library's own is begun with if it serves more.
    """
    nodes = np.random.default_rng(seed).permutation(candidates(tables)).tolist()
    if clock.left_s < MODEL_S * len(nodes) ** 2:
        return None
    model = LibraryModel(tables, nodes, timed=True)
    begun = start
    if not any(start) or (must_serve_all(tables) and served(start) < len(tables.problem.stops)):
        own = first_solution(model, first_strategy(tables), clock)
        begun = max(start, own or start, key=served)
    if clock.budget.iterations is not None:
        return guided_search(model, begun, first_strategy(tables), clock)
    return iterated_search(model, begun, clock)


def served(orders: Orders) -> int:
    """How many stops a plan serves."""
    return sum(map(len, orders))


def must_serve_all(tables: Tables) -> bool:
    """Whether no stop is optional."""
    return all(stop.required for stop in tables.stops)


def first_strategy(tables: Tables) -> int:
    """How the library begins by itself.

    Of a hundred required stops with windows, breaks or too little time, savings left the fewest out
    with several walkers, parallel insertion with one. AUTOMATIC finds no plan for some problems.
    """
    if not must_serve_all(tables):
        return int(FirstSolutionStrategy.PATH_CHEAPEST_ARC)
    if len(tables.problem.walkers) > 1:
        return int(FirstSolutionStrategy.SAVINGS)
    return int(FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION)
