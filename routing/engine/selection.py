"""Selection: which stops, by which walker, in which order, when not all fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver.routing_enums_pb2 import FirstSolutionStrategy

from routing.engine.clock import Clock
from routing.engine.library import LibraryModel
from routing.engine.reasons import in_shift, reachable
from routing.engine.solution import Orders
from routing.engine.timetable import Tables


def candidates(tables: Tables) -> NDArray[np.int64]:
    """The stops that are not ruled out before the search: their indexes."""
    return np.flatnonzero(reachable(tables) & in_shift(tables))


def select(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """The best selection found from the plan `start`, which must be valid.

    Measured at one second on 13 instances with windows and 4 without: starting from the greedy plan
    loses less value than the library's own first solutions. Those serve when the plan is empty.
    """
    nodes = np.random.default_rng(seed).permutation(candidates(tables)).tolist()
    model = LibraryModel(tables.problem, nodes, timed=True)
    warm = start if any(start) else None
    return model.search(warm, FirstSolutionStrategy.PATH_CHEAPEST_ARC, clock)
