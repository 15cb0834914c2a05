"""Pure ordering: one walker, every stop required, no windows; only the order is open."""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver.routing_enums_pb2 import FirstSolutionStrategy

from routing.engine.clock import Clock
from routing.engine.library import LibraryModel
from routing.engine.solution import Orders
from routing.engine.timetable import Tables


def shortest_order(tables: Tables, clock: Clock, seed: int) -> Orders | None:
    """A short walk over all stops, from Christofides' tour; it may be too long for the shift.

    Christofides 1976, Worst-case analysis of a new heuristic for the travelling salesman problem;
    reprinted 2022, doi:10.1007/s43069-021-00101-z. Returns None when the budget allowed no tour.
    """
    nodes = np.random.default_rng(seed).permutation(len(tables.place)).tolist()
    model = LibraryModel(tables.problem, nodes, timed=False)
    return model.search(None, FirstSolutionStrategy.CHRISTOFIDES, clock)
