"""OR-Tools' routing library: a problem as its model, and the search in it.

Perron and Furnon, OR-Tools, https://developers.google.com/optimization/routing. It improves plans
by guided local search: Voudouris and Tsang 1999, Guided local search and its application to the
traveling salesman problem, doi:10.1016/S0377-2217(98)00099-X.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver.routing_enums_pb2 import LocalSearchMetaheuristic

from routing.engine.clock import Clock
from routing.engine.objective import weight_of
from routing.engine.problem import Problem
from routing.engine.solution import Orders

LIBRARY: Any = pywrapcp  # ships types for a few of its functions only
SLICE_S = 1.0  # the library keeps Python's lock while it searches; between slices others run
SHORTEST_S = 0.005
UNLIMITED = 2**60
SANE_S = 3600  # without any time limit the library warns that it might never end


class LibraryModel:
    """The stops `nodes` (indexes) of a problem in OR-Tools' routing library.

    The model's nodes are the walkers and then the stops. With `timed`, stops are optional at their
    weight and a time dimension keeps windows and shifts; without, every stop is visited and only
    the order is open.
    """

    def __init__(self, problem: Problem, nodes: list[int], *, timed: bool) -> None:
        self.problem = problem
        self.nodes = nodes
        self.origin = min(walker.shift[0] for walker in problem.walkers)
        self.horizon = max(walker.shift[1] for walker in problem.walkers) - self.origin
        crew, count = len(problem.walkers), len(nodes)
        depots = list(range(crew))
        self.manager = LIBRARY.RoutingIndexManager(count + crew, crew, depots, depots)
        self.routing = LIBRARY.RoutingModel(self.manager)
        transit = self.routing.RegisterTransitMatrix(self.transit_matrix())
        self.routing.SetArcCostEvaluatorOfAllVehicles(transit)
        if timed:
            self.add_time(transit)

    def transit_matrix(self) -> list[list[int]]:
        """From each node to each other: service there, then the way; no way is past the horizon.

        A walker's node is left from the walker's start and reached at the end, so that the library
        sees closed walks: CHRISTOFIDES finds only those, and only from node 0.
        """
        problem = self.problem
        stops = [problem.stops[stop] for stop in self.nodes]
        places = [stop.place for stop in stops]
        origins = [walker.start for walker in problem.walkers] + places
        targets = [walker.end for walker in problem.walkers] + places
        service = [0] * len(problem.walkers) + [stop.service_s for stop in stops]
        ways = problem.travel_s.astype(np.int64)[np.ix_(origins, targets)]
        transit = np.minimum(ways + np.array(service)[:, None], self.horizon + 1)
        matrix: list[list[int]] = transit.tolist()
        return matrix

    def indexes(self) -> dict[int, int]:
        """Stop → its index in the library."""
        crew = len(self.problem.walkers)
        return {stop: self.manager.NodeToIndex(crew + at) for at, stop in enumerate(self.nodes)}

    def add_time(self, transit: int) -> None:
        """Keep shifts and windows, let walkers wait, and let stops be left out at their weight."""
        self.routing.AddDimension(transit, self.horizon, self.horizon, False, "time")
        time = self.routing.GetDimensionOrDie("time")
        for vehicle, walker in enumerate(self.problem.walkers):
            opens, closes = (at - self.origin for at in walker.shift)
            time.CumulVar(self.routing.Start(vehicle)).SetValue(opens)
            time.CumulVar(self.routing.End(vehicle)).SetMax(closes)
        for stop, index in self.indexes().items():
            self.routing.AddDisjunction([index], weight_of(self.problem, stop))
            self.keep_windows(time.CumulVar(index), stop)

    def keep_windows(self, start: Any, stop: int) -> None:
        """Let service at the stop start within its windows only."""
        windows = self.problem.stops[stop].windows
        if not windows:
            return
        start.SetRange(max(0, windows[0][0] - self.origin), windows[-1][1] - self.origin)
        for (_, closes), (opens, _) in pairwise(windows):
            start.RemoveInterval(closes + 1 - self.origin, opens - 1 - self.origin)

    def search(self, start: Orders | None, strategy: int, clock: Clock) -> Orders | None:
        """The best orders found within the clock, from `start` or by the first-solution strategy.

        None when nothing was found at all, which a time limit can cause.
        """
        parameters = LIBRARY.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = strategy
        parameters.local_search_metaheuristic = LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromSeconds(SANE_S)
        if clock.budget.iterations is not None:
            limit = (UNLIMITED, clock.budget.iterations, UNLIMITED, UNLIMITED)
            self.routing.AddSearchMonitor(self.routing.solver().Limit(*limit))
        self.routing.CloseModelWithParameters(parameters)
        if clock.budget.iterations is not None:
            return self.search_once(start, parameters)
        best = start
        while clock.left_s > SHORTEST_S:
            parameters.time_limit.FromNanoseconds(int(min(SLICE_S, clock.left_s) * 1e9))
            best = self.search_once(best, parameters) or best
            clock.tick()
        return best

    def search_once(self, start: Orders | None, parameters: Any) -> Orders | None:
        """One uninterrupted search."""
        if start is None:
            return self.orders(self.routing.SolveWithParameters(parameters))
        known = self.indexes()
        routes = [[known[stop] for stop in order] for order in start]
        given = self.routing.ReadAssignmentFromRoutes(routes, True)
        if given is None:
            return None
        return self.orders(self.routing.SolveFromAssignmentWithParameters(given, parameters))

    def orders(self, assignment: Any) -> Orders | None:
        """What an assignment says, as orders of stops."""
        if assignment is None:
            return None
        found: Orders = []
        for vehicle in range(len(self.problem.walkers)):
            order, index = [], assignment.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            while not self.routing.IsEnd(index):
                order.append(
                    self.nodes[self.manager.IndexToNode(index) - len(self.problem.walkers)]
                )
                index = assignment.Value(self.routing.NextVar(index))
            found.append(order)
        return found
