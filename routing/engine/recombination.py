"""Walks that the search has had, put together anew: CP-SAT chooses among them (set packing).

Each stop is on one walk at most, and no more walkers of a kind leave than there are; what is left
out for that is put back by value. Such a choice among good walks is a move that no ruin makes.
Rochat and Taillard 1995, Probabilistic diversification and intensification in local search for
vehicle routing, doi:10.1007/BF02430370; Subramanian, Uchoa and Ochi 2013, A hybrid algorithm for a
class of vehicle routing problems, doi:10.1016/j.cor.2013.01.013.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from ortools.sat.python import cp_model

from routing.engine.clock import Clock
from routing.engine.pool import EMPTY, Pool
from routing.engine.proving import solved
from routing.engine.solution import Orders

MOST_WALKS: Final = 800  # of the best plans; more cost more and gave nothing more
STEADY_S: Final = 0.08  # CP-SAT's deterministic seconds; most choices are proved in less
SHARE: Final = 0.9  # of the time left, at most


@dataclass(frozen=True)
class Column:
    """A walk to choose: the first walker of its kind, and its stops."""

    kind: int
    order: tuple[int, ...]


def columns_of(pool: Pool, orders: Orders) -> list[Column]:
    """The walks of the best plans, those of the best plan itself in any case."""
    live = np.flatnonzero(pool.kind != EMPTY)
    live = live[np.argsort(pool.energy[live], kind="stable")][:MOST_WALKS]
    mine = [
        Column(int(pool.kinds[walker]), tuple(order))
        for walker, order in enumerate(orders)
        if order
    ]
    pooled = [
        Column(int(pool.kind[slot]), tuple(pool.order[slot, : pool.length[slot]].tolist()))
        for slot in live
    ]
    return list(dict.fromkeys([*mine, *pooled]))


def recombined(pool: Pool, orders: Orders, weight: Any, clock: Clock) -> Orders | None:
    """Walks with more `weight` (n,) together than the plan `orders` has; None if none are found."""
    columns = columns_of(pool, orders)
    gains = [int(weight[list(column.order)].sum()) for column in columns]
    model, chosen = packing(columns, gains, Counter(pool.kinds.tolist()))
    held = sum(gains[: sum(map(bool, orders))])
    for at, literal in enumerate(chosen):
        model.add_hint(literal, at < sum(map(bool, orders)))
    solver = solver_for(clock)
    if solved(solver, model, clock) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    if round(solver.objective_value) <= held:
        return None
    taken = [
        column
        for column, literal in zip(columns, chosen, strict=True)
        if solver.boolean_value(literal)
    ]
    return handed_out(pool, taken)


def packing(columns: list[Column], gains: list[int], crews: Counter[int]) -> tuple[Any, list[Any]]:
    """The choice of columns as a model: its literals, in the order of the columns."""
    model = cp_model.CpModel()
    chosen = [model.new_bool_var(str(at)) for at in range(len(columns))]
    with_stop: defaultdict[int, list[Any]] = defaultdict(list)
    of_kind: defaultdict[int, list[Any]] = defaultdict(list)
    for column, literal in zip(columns, chosen, strict=True):
        of_kind[column.kind].append(literal)
        for stop in column.order:
            with_stop[stop].append(literal)
    for literals in with_stop.values():
        model.add_at_most_one(literals)
    for kind, literals in of_kind.items():
        model.add(sum(literals) <= crews[kind])
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, gains))
    return model, chosen


def solver_for(clock: Clock) -> Any:
    """One thread, no presolve: the linear relaxation is nearly whole by itself."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = STEADY_S
    if clock.budget.iterations is None:
        solver.parameters.max_time_in_seconds = max(0.0, SHARE * clock.left_s)
    return solver


def handed_out(pool: Pool, columns: list[Column]) -> Orders:
    """The walks, each to a walker of its kind."""
    free: defaultdict[int, list[int]] = defaultdict(list)
    for walker, kind in enumerate(pool.kinds.tolist()):
        free[kind].append(walker)
    orders: Orders = [[] for _ in pool.kinds]
    for column in columns:
        orders[free[column.kind].pop(0)] = list(column.order)
    return orders
