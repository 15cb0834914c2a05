"""VROOM on our problems.

Coupey, Nicod and Varnier, VROOM: Vehicle Routing Open-source Optimization Machine,
https://github.com/VROOM-Project/vroom, through pyvroom.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import numpy as np

from routing.engine.clock import Clock
from routing.engine.peers.asking import VROOM, expressible, module_of
from routing.engine.problem import Problem
from routing.engine.reasons import candidates
from routing.engine.solution import Orders
from routing.engine.timetable import Tables

MOST: Final = 100  # priorities are from 0 to 100
THOROUGH: Final = 5  # the most that VROOM explores
SHORTEST_S: Final = 0.001


def solve_with_vroom(tables: Tables, _start: Orders, clock: Clock, _seed: int) -> Orders | None:
    """What VROOM finds by itself, which often takes less than the budget.

    Values become priorities of 0 to 100; what is required has the highest. VROOM has no seed, and
    no iterations to count: where they are counted, it ends by itself. Raises PeerMissing and
    NotExpressible.
    """
    vroom = module_of(VROOM)
    limit = None
    if clock.budget.iterations is None:
        limit = timedelta(seconds=max(clock.left_s, SHORTEST_S))
    found = asked(vroom, expressible(VROOM, tables)).solve(
        exploration_level=THOROUGH, nb_threads=1, timeout=limit
    )
    clock.tick()
    return orders_of(tables.problem, found)


def asked(vroom: Any, tables: Tables) -> Any:
    """The problem in VROOM's words. A way that does not exist is longer than any shift."""
    problem, groups = tables.problem, groups_of(tables)
    made = vroom.Input()
    latest = max(walker.shift[1] for walker in problem.walkers)
    made.set_durations_matrix("walk", np.minimum(problem.travel_s.astype(np.int64), latest + 1))
    for index, walker in enumerate(problem.walkers):
        made.add_vehicle(
            vroom.Vehicle(
                index,
                start=walker.start,
                end=walker.end,
                profile="walk",
                time_window=walker.shift,
                skills={number for allowed, number in groups.items() if allowed[index]},
            )
        )
    priority = priorities(problem)
    for at in candidates(tables).tolist():
        stop = problem.stops[at]
        made.add_job(
            vroom.Job(
                at,
                location=stop.place,
                default_service=stop.service_s,
                priority=priority[at],
                time_windows=[vroom.TimeWindow(*window) for window in stop.windows],
                skills={groups[tuple(tables.allowed[:, at].tolist())]},
            )
        )
    return made


def groups_of(tables: Tables) -> dict[tuple[bool, ...], int]:
    """A skill for each group of walkers who may serve some stop, by who is in it."""
    columns = map(tuple, tables.allowed.T.tolist())
    return {allowed: number for number, allowed in enumerate(dict.fromkeys(columns))}


def priorities(problem: Problem) -> list[int]:
    """Each stop's value on a scale to MOST; less where something is required, which has MOST."""
    top = MOST - 1 if any(stop.required for stop in problem.stops) else MOST
    highest = max((max(stop.values) for stop in problem.stops if not stop.required), default=0)
    scale = top / max(highest, top)  # values up to the top are priorities as they are
    return [MOST if stop.required else round(max(stop.values) * scale) for stop in problem.stops]


def orders_of(problem: Problem, found: Any) -> Orders:
    """Each walker's stops, from the table of VROOM's answer."""
    orders: Orders = [[] for _ in problem.walkers]
    steps = found.routes
    if len(steps):
        jobs = steps[steps["type"] == "job"]
        for walker, stop in zip(jobs["vehicle_id"], jobs["id"], strict=True):
            orders[int(walker)].append(int(stop))
    return orders
