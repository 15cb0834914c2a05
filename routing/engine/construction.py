"""A valid plan in milliseconds: required stops first, then the most value for the delay."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from routing.engine.facts import facts_of
from routing.engine.offers import Offers, no_offers
from routing.engine.plans import OPEN, Plan, empty_plan, orders_of, put_orders
from routing.engine.random_bits import random_bits
from routing.engine.recreate import Taste, fill_up, put_in_turn
from routing.engine.solution import Orders
from routing.engine.timetable import NEVER, Ints, Tables, Timetable

AT_ONCE = 32  # stops put in between two looks at the clock


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
    travel = tables.problem.travel_by_profile[walker.profile]
    left = np.ones(len(tables.place), dtype=bool)
    order: list[int] = []
    here = walker.start
    while left.any():
        ways = np.where(left, travel[here, tables.place].astype(np.int64), NEVER)
        order.append(int(ways.argmin()))
        left[order[-1]] = False
        here = int(tables.place[order[-1]])
    return order


def fill(tables: Tables, orders: Orders, late: Callable[[], bool] = never_late) -> Orders:
    """The plan, which must be feasible, with every further stop that fits and counts.

    Stops adding when `late`.
    """
    if not tables.stops:
        return [[] for _ in orders]
    facts = facts_of(tables)
    begun = with_required(tables, orders, late) if facts.linked else orders
    plan, offers = empty_plan(facts), no_offers(facts)
    put_orders(facts, plan, begun)
    if not facts.linked:
        put_in_required(tables, plan, offers, late)
    optional = np.array([not stop.required for stop in tables.stops])
    taste = Taste((tables.pull * optional).astype(np.float64), 1.0, 0.0)
    limits = (AT_ONCE, random_bits(0))
    while not late() and fill_up(facts, plan, offers, taste, limits) == AT_ONCE:
        pass
    return orders_of(plan)


def put_in_required(tables: Tables, plan: Plan, offers: Offers, late: Callable[[], bool]) -> None:
    """Put the required stops into a plan, the most urgent one first."""
    missing = np.flatnonzero(
        [stop.required and plan.walker[at] == OPEN for at, stop in enumerate(tables.stops)]
    )
    urgent = np.array(
        sorted(missing.tolist(), key=lambda at: last_chance(tables, tables.source[at])), np.int64
    )
    for first in range(0, len(urgent), AT_ONCE):
        if not late():
            put_in_turn(facts_of(tables), plan, offers, urgent[first : first + AT_ONCE])


def with_required(tables: Tables, orders: Orders, late: Callable[[], bool]) -> Orders:
    """The plan with the required stops, the most urgent one first, and what must come before."""
    filled = [list(order) for order in orders]
    required = [at for at, stop in enumerate(tables.problem.stops) if stop.required]
    for stop in sorted(required, key=lambda at: last_chance(tables, at)):
        if stop not in served_by(tables, filled) and not late():
            insert_required(tables, filled, stop)
    return filled


def served_by(tables: Tables, orders: Orders) -> set[int]:
    """The problem's stops that a plan serves."""
    return {tables.source[stop] for order in orders for stop in order}


def last_chance(tables: Tables, stop: int) -> tuple[int, int]:
    """The more urgent a stop of the problem, the smaller."""
    return max(tables.latest_start(each, NEVER) for each in tables.variants[stop]), stop


def insert_required(tables: Tables, orders: Orders, stop: int) -> None:
    """Put a stop of the problem, and what must come before it, where they delay least.

    Only a walk that has all of the latter that any walk has already can take the stop.
    """
    chain = list(before(tables, stop, set()))
    begun = [served_by(tables, [order]) & set(chain) for order in orders]
    most = max(map(len, begun))
    if most < sum(map(len, begun)):
        return
    found = []
    for walker, order in enumerate(orders):
        if len(begun[walker]) < most:
            continue
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


def delays_of(tables: Tables, walker: int, order: list[int], stops: Ints) -> Ints:
    """For each stop its least delay in the walker's walk, and the leg where: (2, len(stops))."""
    delays = Timetable(tables, walker, order).delays(stops)
    delays[~tables.allowed[walker, stops]] = NEVER
    legs = delays.argmin(axis=1)
    return np.stack([delays[np.arange(len(stops)), legs], legs])
