"""OR-Tools' routing library: a problem as its model, and the search in it.

Perron and Furnon, OR-Tools, https://developers.google.com/optimization/routing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp

from routing.engine.problem import Walker
from routing.engine.solution import Orders
from routing.engine.timetable import Tables

OFF_PLAN = 2**20
LIBRARY: Any = pywrapcp  # ships types for a few of its functions only


class LibraryModel:
    """The stops `nodes` (indexes) of a problem in OR-Tools' routing library.

    The model's nodes are the walkers and then the stops. With `timed`, stops are optional at their
    weight and all that binds them is kept; without, every stop is visited and only the order is
    open.
    """

    def __init__(self, tables: Tables, nodes: list[int], *, timed: bool) -> None:
        self.tables = tables
        self.nodes = nodes
        self.is_closed = False
        self.begun: set[tuple[int, int]] = set()
        self.walkers = tables.problem.walkers
        self.origin = min(walker.shift[0] for walker in self.walkers)
        self.horizon = max(walker.shift[1] for walker in self.walkers) - self.origin
        crew, count = len(self.walkers), len(nodes)
        depots = list(range(crew))
        self.manager = LIBRARY.RoutingIndexManager(count + crew, crew, depots, depots)
        self.routing = LIBRARY.RoutingModel(self.manager)
        self.index = {stop: self.manager.NodeToIndex(crew + at) for at, stop in enumerate(nodes)}
        self.service = np.array([0] * crew + [int(tables.service[stop]) for stop in nodes])
        self.ways = [self.ways_of(profile) for profile in range(tables.profiles)]
        self.routing.SetFirstSolutionEvaluator(self.cost_to_begin_with)
        self.add_costs()
        if timed:
            self.add_time()
            self.add_walking()
            self.add_stops()
            self.add_breaks()

    def ways_of(self, profile: int) -> NDArray[np.int64]:
        """From each node to each other in seconds; no way is past the horizon.

        A walker's node is left from the walker's start and reached at the end, so that the library
        sees closed walks: CHRISTOFIDES finds only those, and only from node 0.
        """
        ends = [self.tables.ends_of(walker) for walker in range(len(self.walkers))]
        places = [int(self.tables.place[stop]) for stop in self.nodes]
        origins = [start for start, _ in ends] + places
        targets = [end for _, end in ends] + places
        ways = self.tables.ways(profile, np.array(origins), np.array(targets))
        clipped: NDArray[np.int64] = np.minimum(ways.astype(np.int64), self.horizon + 1)
        return clipped

    def evaluators(self, added: NDArray[np.int64]) -> list[int]:
        """The library's transits of the walkers: their ways, and what each node adds to those."""
        made = [
            self.routing.RegisterTransitMatrix((ways + added[:, None]).tolist())
            for ways in self.ways
        ]
        return [made[walker.profile] for walker in self.walkers]

    def add_costs(self) -> None:
        """Let time cost, and a stop's lesser variants what they lose against the best."""
        weight, best = self.tables.weight, self.tables.variants
        short = [int(weight[best[self.tables.source[at]][0]] - weight[at]) for at in self.nodes]
        lost = np.array([0] * len(self.walkers) + short, dtype=np.int64)
        for vehicle, transit in enumerate(self.evaluators(self.service + lost)):
            self.routing.SetArcCostEvaluatorOfVehicle(transit, vehicle)

    def add_time(self) -> None:
        """Keep the shifts, and let walkers wait."""
        self.routing.AddDimensionWithVehicleTransits(
            self.evaluators(self.service), self.horizon, self.horizon, False, "time"
        )
        self.time = self.routing.GetDimensionOrDie("time")
        for vehicle, walker in enumerate(self.walkers):
            opens, closes = (at - self.origin for at in walker.shift)
            self.time.CumulVar(self.routing.Start(vehicle)).SetValue(opens)
            self.time.CumulVar(self.routing.End(vehicle)).SetMax(closes)

    def add_walking(self) -> None:
        """Keep each walker's limit of walking, if there is any."""
        limits = [walker.most_walk_s for walker in self.walkers]
        if any(limit is not None for limit in limits):
            most = [self.horizon if limit is None else min(limit, self.horizon) for limit in limits]
            ways = self.evaluators(np.zeros_like(self.service))
            self.routing.AddDimensionWithVehicleTransitAndCapacity(ways, 0, most, True, "walk")

    def add_stops(self) -> None:
        """Let stops be left out at their weight; else keep windows, skills and precedence."""
        for stops in self.groups().values():
            weight = int(self.tables.weight[self.tables.variants[self.tables.source[stops[0]]][0]])
            self.routing.AddDisjunction([self.index[stop] for stop in stops], weight)
            for stop in stops:
                self.keep_windows(self.time.CumulVar(self.index[stop]), stop)
                allowed = np.flatnonzero(self.tables.allowed[:, stop]).tolist()
                if len(allowed) < len(self.walkers):
                    # SetAllowedVehiclesForIndex takes no list in OR-Tools 9.15 from Python
                    self.routing.VehicleVar(self.index[stop]).SetValues([-1, *allowed])
                self.keep_precedence(stop)

    def groups(self) -> dict[int, list[int]]:
        """Stop of the problem → those of its variants that the model has."""
        found: dict[int, list[int]] = {}
        for stop in self.nodes:
            found.setdefault(self.tables.source[stop], []).append(stop)
        return found

    def keep_windows(self, start: Any, stop: int) -> None:
        """Let service at the stop start within its windows only."""
        windows = self.tables.stops[stop].windows
        if not windows:
            return
        start.SetRange(max(0, windows[0][0] - self.origin), windows[-1][1] - self.origin)
        for (_, closes), (opens, _) in pairwise(windows):
            start.RemoveInterval(closes + 1 - self.origin, opens - 1 - self.origin)

    def keep_precedence(self, stop: int) -> None:
        """Let the stop be served only by who has left all that must come before it."""
        solver, groups = self.routing.solver(), self.groups()
        served, vehicle, start = self.variables(stop)
        for earlier in self.tables.predecessors[stop]:
            variants = groups.get(earlier, [])
            solver.Add(sum(self.variables(each)[0] for each in variants) >= served)
            for each in variants:
                before, its_vehicle, its_start = self.variables(each)
                both = before * served
                solver.Add(both * (vehicle - its_vehicle) == 0)
                leaves = its_start + int(self.tables.service[each])
                solver.Add(start + (1 - both) * (2 * self.horizon) >= leaves)

    def variables(self, stop: int) -> tuple[Any, Any, Any]:
        """Whether a stop is served, by which vehicle, and from when."""
        index = self.index[stop]
        routing = self.routing
        return routing.ActiveVar(index), routing.VehicleVar(index), self.time.CumulVar(index)

    def add_breaks(self) -> None:
        """Take every walker's breaks in their order, outside service, before the end."""
        visits = [
            int(self.service[self.manager.IndexToNode(at)]) for at in range(self.routing.Size())
        ]
        for vehicle, walker in enumerate(self.walkers):
            if walker.breaks:
                breaks = self.intervals(walker)
                self.time.SetBreakIntervalsOfVehicle(breaks, vehicle, visits)
                end = self.time.CumulVar(self.routing.End(vehicle))
                solver = self.routing.solver()
                solver.Add(end >= breaks[-1].EndExpr())
                for one, next_one in pairwise(breaks):
                    solver.Add(next_one.StartExpr() >= one.EndExpr())

    def intervals(self, walker: Walker) -> list[Any]:
        """A walker's breaks as the library's intervals."""
        solver = self.routing.solver()
        opens, closes = walker.shift
        return [
            solver.FixedDurationIntervalVar(
                max(each.window[0], opens) - self.origin,
                min(each.window[1], closes - each.pause_s) - self.origin,
                each.pause_s,
                False,
                f"break {number} of {walker.id}",
            )
            for number, each in enumerate(walker.breaks)
        ]

    def routes(self, orders: Orders) -> list[list[int]]:
        """Orders of stops as the library has them."""
        return [[self.index[stop] for stop in order] for order in orders]

    def begin_with(self, orders: Orders) -> None:
        """Let EVALUATOR_STRATEGY find these orders first: only their ways cost nothing."""
        ends = zip(self.routes(orders), range(len(self.walkers)), strict=True)
        self.begun = {
            leg
            for route, vehicle in ends
            for leg in pairwise([self.routing.Start(vehicle), *route, self.routing.End(vehicle)])
        }

    def cost_to_begin_with(self, origin: int, target: int) -> int:
        """What a way costs while the library makes its first plan."""
        return 0 if (origin, target) in self.begun else OFF_PLAN

    def orders(self, assignment: Any) -> Orders | None:
        """What an assignment says, as orders of stops."""
        if assignment is None:
            return None
        found: Orders = []
        crew = len(self.walkers)
        for vehicle in range(crew):
            order, index = [], assignment.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            while not self.routing.IsEnd(index):
                order.append(self.nodes[self.manager.IndexToNode(index) - crew])
                index = assignment.Value(self.routing.NextVar(index))
            found.append(order)
        return found
