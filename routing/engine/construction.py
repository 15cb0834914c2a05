"""A valid plan in milliseconds: required stops first, then the most value for the delay."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from routing.engine.solution import Orders
from routing.engine.timetable import NEVER, Tables, Timetable


def never_late() -> bool:
    """For who has all the time."""
    return False


def construct(tables: Tables, late: Callable[[], bool] = never_late) -> Orders:
    """A greedy plan: the baseline that no other method may fall behind."""
    if tables.problem.is_ordering:
        order = nearest_neighbour(tables)
        if Timetable(tables, 0, order).feasible:
            return [order]
    return fill(tables, [[] for _ in tables.problem.walkers], late)


def nearest_neighbour(tables: Tables) -> list[int]:
    """Every stop, always the nearest one next. O(n²)."""
    walker = tables.problem.walkers[0]
    left = np.ones(len(tables.place), dtype=bool)
    order: list[int] = []
    here = walker.start
    while left.any():
        ways = np.where(left, tables.travel[here, tables.place], NEVER)
        order.append(int(ways.argmin()))
        left[order[-1]] = False
        here = int(tables.place[order[-1]])
    return order


def fill(tables: Tables, orders: Orders, late: Callable[[], bool] = never_late) -> Orders:
    """The plan with every further stop that fits and counts. Stops adding when `late`."""
    filled = [list(order) for order in orders]
    served = {stop for order in filled for stop in order}
    stops = tables.problem.stops
    required = [at for at, stop in enumerate(stops) if stop.required and at not in served]
    for stop in sorted(required, key=lambda at: last_chance(tables, at)):
        if not late():
            insert_required(tables, filled, stop)
    optional = [at for at, stop in enumerate(stops) if stop.value and not stop.required]
    insert_optional(tables, filled, [at for at in optional if at not in served], late)
    return filled


def last_chance(tables: Tables, stop: int) -> tuple[int, int]:
    """The more urgent a stop, the smaller."""
    return tables.latest_start(stop, NEVER), stop


def insert_required(tables: Tables, orders: Orders, stop: int) -> None:
    """Put a stop where it delays least, if it fits anywhere."""
    found = []
    for walker, order in enumerate(orders):
        delays = Timetable(tables, walker, order).delays(np.array([stop]))[0]
        leg = int(delays.argmin())
        found.append((int(delays[leg]), walker, leg))
    delay, walker, leg = min(found)
    if delay < NEVER:
        orders[walker].insert(leg, stop)


def insert_optional(
    tables: Tables, orders: Orders, candidates: list[int], late: Callable[[], bool]
) -> None:
    """Put in one stop after another, the one with the most value for its delay first.

    O(k · n · l) for k stops put in among n candidates and l legs of the walk that changed.
    """
    left = np.array(candidates, dtype=np.int64)
    table = np.array([delays_of(tables, walker, orders, left) for walker in range(len(orders))])
    while left.size and not late():
        delays = table[:, 0]
        worth = np.where(delays < NEVER, tables.value[left] / np.maximum(delays, 1), 0)
        walker, at = np.unravel_index(int(worth.argmax()), worth.shape)
        if not worth[walker, at]:
            return
        orders[walker].insert(int(table[walker, 1, at]), int(left[at]))
        left = np.delete(left, at)
        table = np.delete(table, at, axis=2)
        table[walker] = delays_of(tables, int(walker), orders, left)


def delays_of(
    tables: Tables, walker: int, orders: Orders, stops: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """For each stop its least delay in the walker's walk, and the leg where: (2, len(stops))."""
    delays = Timetable(tables, walker, orders[walker]).delays(stops)
    legs = delays.argmin(axis=1)
    return np.stack([delays[np.arange(len(stops)), legs], legs])
