"""A valid plan in milliseconds: required stops first, then the most value for the delay."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from routing.engine.solution import Orders
from routing.engine.timetable import NEVER, Ints, Tables, Timetable


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
    travel = tables.travel[walker.profile]
    left = np.ones(len(tables.place), dtype=bool)
    order: list[int] = []
    here = walker.start
    while left.any():
        ways = np.where(left, travel[here, tables.place], NEVER)
        order.append(int(ways.argmin()))
        left[order[-1]] = False
        here = int(tables.place[order[-1]])
    return order


def fill(tables: Tables, orders: Orders, late: Callable[[], bool] = never_late) -> Orders:
    """The plan with every further stop that fits and counts. Stops adding when `late`."""
    filled = [list(order) for order in orders]
    required = [at for at, stop in enumerate(tables.problem.stops) if stop.required]
    for stop in sorted(required, key=lambda at: last_chance(tables, at)):
        if stop not in served_by(tables, filled) and not late():
            insert_required(tables, filled, stop)
    served = served_by(tables, filled)
    open_to = [
        at for at, pull in enumerate(tables.pull) if pull and tables.source[at] not in served
    ]
    insert_optional(tables, filled, [at for at in open_to if not tables.stops[at].required], late)
    return filled


def served_by(tables: Tables, orders: Orders) -> set[int]:
    """The problem's stops that a plan serves."""
    return {tables.source[stop] for order in orders for stop in order}


def last_chance(tables: Tables, stop: int) -> tuple[int, int]:
    """The more urgent a stop of the problem, the smaller."""
    return max(tables.latest_start(each, NEVER) for each in tables.variants[stop]), stop


def insert_required(tables: Tables, orders: Orders, stop: int) -> None:
    """Put a stop of the problem, and what must come before it, where they delay least."""
    chain = list(before(tables, stop, set()))
    found = []
    for walker, order in enumerate(orders):
        longer = with_chain(tables, walker, order, chain)
        if longer is not None:
            delay = Timetable(tables, walker, longer).out_s - Timetable(tables, walker, order).out_s
            found.append((delay, walker, longer))
    if found:
        _, walker, longer = min(found)
        orders[walker] = longer


def before(tables: Tables, stop: int, seen: set[int]) -> Iterator[int]:
    """A stop of the problem behind all stops that must come before it."""
    if stop in seen:
        return
    seen.add(stop)
    for earlier in tables.predecessors[tables.variants[stop][0]]:
        yield from before(tables, earlier, seen)
    yield stop


def with_chain(tables: Tables, walker: int, order: list[int], chain: list[int]) -> list[int] | None:
    """A walker's order with those stops of the problem in it; None if one does not fit."""
    longer = list(order)
    for stop in chain:
        if stop in {tables.source[each] for each in longer}:
            continue
        for variant in tables.variants[stop]:
            delay, leg = delays_of(tables, walker, longer, np.array([variant]))[:, 0]
            if delay < NEVER:
                longer.insert(int(leg), variant)
                break
        else:
            return None
    return longer


def insert_optional(
    tables: Tables, orders: Orders, candidates: list[int], late: Callable[[], bool]
) -> None:
    """Put in one stop after another, the one with the most value for its delay first.

    O(k · n · l) for k stops put in among n candidates and l legs of the walk that changed.
    """
    left = np.array(candidates, dtype=np.int64)
    source = np.array(tables.source, dtype=np.int64)
    table = np.array(
        [delays_of(tables, walker, order, left) for walker, order in enumerate(orders)]
    )
    while left.size and not late():
        delays = table[:, 0]
        worth = np.where(delays < NEVER, tables.pull[left] / np.maximum(delays, 1), 0)
        walker, at = np.unravel_index(int(worth.argmax()), worth.shape)
        if not worth[walker, at]:
            return
        orders[walker].insert(int(table[walker, 1, at]), int(left[at]))
        others = source[left] != source[left[at]]
        left, table = left[others], table[:, :, others]
        table[walker] = delays_of(tables, int(walker), orders[walker], left)


def delays_of(tables: Tables, walker: int, order: list[int], stops: Ints) -> Ints:
    """For each stop its least delay in the walker's walk, and the leg where: (2, len(stops))."""
    delays = Timetable(tables, walker, order).delays(stops)
    delays[~tables.allowed[walker, stops]] = NEVER
    legs = delays.argmin(axis=1)
    return np.stack([delays[np.arange(len(stops)), legs], legs])
