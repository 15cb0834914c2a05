"""PyVRP on our problems.

Wouda, Lan and Kool 2024, PyVRP: a high-performance VRP solver package,
doi:10.1287/ijoc.2023.0055.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.engine.clock import Clock
from routing.engine.peers.asking import PYVRP, expressible, module_of
from routing.engine.reasons import candidates
from routing.engine.solution import Orders
from routing.engine.timetable import Tables

LARGEST_PRIZES: Final = 2**40  # all together: PyVRP multiplies with penalties
FINISHING_S: Final = 0.02  # what its last iteration and the answer take


def solve_with_pyvrp(tables: Tables, _start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What PyVRP finds by itself; None when it found nothing that keeps all windows and shifts.

    A stop with several windows becomes a group of clients of which one is visited. Where iterations
    are counted they are PyVRP's own. Raises PeerMissing and NotExpressible.
    """
    asked = Asked(module_of(PYVRP), expressible(PYVRP, tables))
    result = asked.library.solve(asked.data(), stop_of(clock), seed, collect_stats=False)
    return asked.orders(result.best) if result.best.is_feasible() else None


def stop_of(clock: Clock) -> Any:
    """When PyVRP shall stop: asked before every iteration with the cost of its best plan."""
    left = [clock.budget.iterations]

    def is_over(_: float) -> bool:
        clock.tick()
        if left[0] is None:
            return clock.left_s < FINISHING_S
        left[0] -= 1
        return left[0] < 0

    return is_over


@dataclass
class Asked:
    """A problem in PyVRP's words: `library` is its module; `meant[i]` the stop of client i."""

    library: Any
    tables: Tables

    def __post_init__(self) -> None:
        self.meant: list[int] = []
        self.crews = crews_of(self.tables)
        self.for_some = np.flatnonzero(~self.tables.allowed.all(axis=0)).tolist()

    def data(self) -> Any:
        """The problem. A way that does not exist is longer than any shift."""
        library = self.library
        clients, groups = self.clients()
        depots = [library.Depot(place) for place in self.depots()]
        ways = [self.ways(crew[0]) for crew in self.crews]
        return library.ProblemData(
            [library.Location(0, 0) for _ in ways[0]],
            clients,
            depots,
            [self.vehicle_type(profile) for profile in range(len(self.crews))],
            ways,
            ways,
            groups,
        )

    def ways(self, walker: int) -> NDArray[np.int64]:
        """A walker's ways between the places, and behind them the stops that not everybody serves.

        To those of them that the walker may not serve there is no way.
        """
        problem = self.tables.problem
        places = [*range(problem.travel_s.shape[0])]
        places += [problem.stops[at].place for at in self.for_some]
        latest = max(each.shift[1] for each in problem.walkers)
        ways: NDArray[np.int64] = problem.travel_s[np.ix_(places, places)].astype(np.int64)
        shut = np.flatnonzero(~self.tables.allowed[walker, self.for_some])
        ways[:, len(problem.travel_s) + shut] = latest + 1
        np.fill_diagonal(ways, 0)
        return np.minimum(ways, latest + 1)

    def location(self, stop: int) -> int:
        """Where a stop is among the places of `ways`."""
        problem = self.tables.problem
        if stop in self.for_some:
            return len(problem.travel_s) + self.for_some.index(stop)
        return problem.stops[stop].place

    def depots(self) -> list[int]:
        """The places that walkers start or end at."""
        crew = range(len(self.tables.problem.walkers))
        return sorted({place for walker in crew for place in self.tables.ends_of(walker)})

    def vehicle_type(self, profile: int) -> Any:
        """The walkers who are all alike, with ways of their own.

        Where nothing may be left out, it is their time that counts, waiting included; else a
        dearer one would cost PyVRP value, and the ways stand for it.
        """
        crew = self.crews[profile]
        walker, depots = self.tables.problem.walkers[crew[0]], self.depots()
        start, end = self.tables.ends_of(crew[0])
        must_all = all(stop.required for stop in self.tables.stops)
        return self.library.VehicleType(
            num_available=len(crew),
            start_depot=depots.index(start),
            end_depot=depots.index(end),
            tw_early=walker.shift[0],
            tw_late=walker.shift[1],
            profile=profile,
            unit_distance_cost=int(not must_all),
            unit_duration_cost=int(must_all),
        )

    def clients(self) -> tuple[list[Any], list[Any]]:
        """A client for each window of each stop that somebody can get to, and their groups."""
        problem = self.tables.problem
        worth = problem.most_value
        scale = min(problem.value_weight, LARGEST_PRIZES // max(worth, 1))
        clients: list[Any] = []
        groups: list[Any] = []
        for at in candidates(self.tables).tolist():
            stop = problem.stops[at]
            group = None
            if len(stop.windows) > 1:
                group = len(groups)
                members = [len(clients) + each for each in range(len(stop.windows))]
                groups.append(self.library.ClientGroup(members, required=stop.required))
            for window in stop.windows or ((),):
                early_late = dict(zip(("tw_early", "tw_late"), window, strict=False))
                self.meant.append(at)
                clients.append(
                    self.library.Client(
                        location=self.location(at),
                        service_duration=stop.service_s,
                        prize=max(stop.values) * scale,
                        required=stop.required and group is None,
                        group=group,
                        **early_late,
                    )
                )
        return clients, groups

    def orders(self, found: Any) -> Orders:
        """Each walker's stops, from PyVRP's routes, which know only the kind of walker."""
        orders: Orders = [[] for _ in self.tables.problem.walkers]
        free = [list(crew) for crew in self.crews]
        for route in found.routes():
            walker = free[route.vehicle_type()].pop()
            orders[walker] = [self.meant[visit.idx] for visit in route if visit.is_client()]
        return orders


def crews_of(tables: Tables) -> list[list[int]]:
    """The walkers (indexes), those together who differ in nothing but their id."""
    alike: defaultdict[Any, list[int]] = defaultdict(list)
    for index, walker in enumerate(tables.problem.walkers):
        traits = walker.start, walker.end, walker.shift, tables.allowed[index].tobytes()
        alike[traits].append(index)
    return list(alike.values())
