"""The plan that the search changes: who serves which stops, in what order."""

from __future__ import annotations

import numpy as np

from routing.engine.compiled import lean
from routing.engine.facts import Facts
from routing.engine.plan_times import Plan, is_feasible, renew, retime, retime_between
from routing.engine.solution import Orders
from routing.engine.timetable import NEVER

__all__ = ["OPEN", "TAKEN", "Plan", "is_feasible", "retime"]

OPEN, TAKEN = -1, -2
UNKNOWN = -2  # no version


def empty_plan(facts: Facts) -> Plan:
    """Nobody leaves."""
    m, n = facts.allowed.shape
    shape = (m, n + 2)
    most = facts.pause.shape[1]
    by_breaks = (m, n + 2, most + 1) if most else (0, 0, 0)
    plan = Plan(
        order=np.zeros(shape, dtype=np.int32),
        arrive=np.zeros(shape, dtype=np.int64),
        leave=np.zeros(shape, dtype=np.int64),
        latest=np.zeros(shape, dtype=np.int64),
        length=np.zeros(m, dtype=np.int64),
        walk=np.zeros(m, dtype=np.int64),
        version=np.zeros(m + 1, dtype=np.int64),
        walker=np.full(n, OPEN, dtype=np.int64),
        place=np.zeros(n + 2 * m, dtype=np.int64),
        looked=np.zeros((m, 2), dtype=np.int64),
        fresh=np.zeros((m, n + 2), dtype=np.int32),
        ready=np.full(by_breaks, NEVER, dtype=np.int64),
        left=np.full(by_breaks, NEVER, dtype=np.int64),
        ready_by=np.full(by_breaks, -1, dtype=np.int64),
        taken=np.zeros(by_breaks[:2], dtype=np.int64),
        spare=np.zeros(by_breaks[:2], dtype=np.int64),
    )
    for walker in range(m):
        plan.order[walker, 0] = n + walker
        plan.order[walker, 1] = n + m + walker
        retime(facts, plan, walker)
        settle(plan, walker)
    return plan


@lean
def settle(plan: Plan, walker: int) -> None:
    """Have no fresh legs: what is known of this version of the walk is known of all its legs."""
    plan.looked[walker, 0] = plan.version[walker]
    plan.looked[walker, 1] = 0


@lean
def freshen(plan: Plan, walker: int, node: int) -> None:
    """Note that another leg begins at a node; where there are too many, look at all legs anew."""
    count = plan.looked[walker, 1]
    if count < plan.fresh.shape[1]:
        plan.fresh[walker, count] = node
        plan.looked[walker, 1] += 1
    else:
        plan.looked[walker, 0] = UNKNOWN


@lean
def insert(facts: Facts, plan: Plan, walker: int, leg: int, stop: int) -> None:
    """Put a stop between the positions `leg` and `leg + 1` of a walk."""
    order, latest, length = plan.order[walker], plan.latest[walker], plan.length[walker]
    for position in range(length + 1, leg, -1):
        order[position + 1], latest[position + 1] = order[position], latest[position]
    order[leg + 1] = stop
    plan.length[walker] += 1
    freshen(plan, walker, order[leg])
    freshen(plan, walker, stop)
    take(facts, plan, walker, stop)
    if facts.breaks[walker] or not length:
        retime(facts, plan, walker)
        return
    ways = facts.travel[facts.profile[walker]]
    before, after = order[leg], order[leg + 2]
    plan.walk[walker] += int(ways[before, stop]) + int(ways[stop, after]) - int(ways[before, after])
    retime_between(facts, plan, walker, leg, leg + 1)
    renew(plan, walker)


@lean
def take(facts: Facts, plan: Plan, walker: int, stop: int) -> None:
    """Say that the walker serves a stop, and that its other variants are done with."""
    plan.walker[stop] = walker
    if facts.linked:
        for other in facts.siblings[stop]:
            if other >= 0:
                plan.walker[other] = TAKEN


@lean
def give_up(facts: Facts, plan: Plan, stop: int) -> None:
    """Say that nobody serves a stop, in any variant, nor what may only come after it."""
    plan.walker[stop] = OPEN
    if not facts.linked:
        return
    for other in facts.siblings[stop]:
        if other >= 0:
            plan.walker[other] = OPEN
    for other in facts.later[stop]:
        if other >= 0 and plan.walker[other] >= 0:
            plan.walker[other] = OPEN
            for sibling in facts.siblings[other]:
                if sibling >= 0:
                    plan.walker[sibling] = OPEN


@lean
def drop_marked(facts: Facts, plan: Plan, walker: int) -> None:
    """Take the stops out of a walk whose `plan.walker` says that nobody serves them."""
    order, kept = plan.order[walker], 1
    last = plan.length[walker] + 1
    for position in range(1, last + 1):
        node = order[position]
        if position == last or plan.walker[node] >= 0:
            if order[position - 1] != order[kept - 1]:
                freshen(plan, walker, order[kept - 1])
            order[kept] = node
            kept += 1
    kept -= 1
    plan.length[walker] = kept - 1
    retime(facts, plan, walker)


@lean
def copy_walk(source: Plan, target: Plan, walker: int) -> None:
    """Make a walk of the target what it is in the source; `walker` of its stops aside."""
    for position in range(source.length[walker] + 2):
        node = source.order[walker, position]
        target.order[walker, position] = node
        target.place[node] = position
        target.arrive[walker, position] = source.arrive[walker, position]
        target.leave[walker, position] = source.leave[walker, position]
        target.latest[walker, position] = source.latest[walker, position]
        for taken in range(source.ready.shape[2]):
            target.ready[walker, position, taken] = source.ready[walker, position, taken]
            target.left[walker, position, taken] = source.left[walker, position, taken]
            target.ready_by[walker, position, taken] = source.ready_by[walker, position, taken]
        if source.spare.size:
            target.taken[walker, position] = source.taken[walker, position]
            target.spare[walker, position] = source.spare[walker, position]
    target.length[walker] = source.length[walker]
    target.walk[walker] = source.walk[walker]
    target.version[walker] = source.version[walker]
    settle(target, walker)


@lean
def copy_changes(source: Plan, target: Plan) -> None:
    """Make the target equal to the source by copying the walks whose versions differ."""
    for walker in range(source.length.size):
        if source.version[walker] != target.version[walker]:
            copy_walk(source, target, walker)
    for stop in range(source.walker.size):
        target.walker[stop] = source.walker[stop]
    target.version[-1] = max(source.version[-1], target.version[-1])


def orders_of(plan: Plan) -> Orders:
    """The walkers' stops in order."""
    return [
        plan.order[walker, 1 : length + 1].tolist() for walker, length in enumerate(plan.length)
    ]


def put_orders(facts: Facts, plan: Plan, orders: Orders) -> None:
    """Make the plan these orders, which must be feasible."""
    m, n = facts.allowed.shape
    plan.walker[:] = OPEN
    for walker, order in enumerate(orders):
        plan.order[walker, 1 : len(order) + 1] = order
        plan.order[walker, len(order) + 1] = n + m + walker
        plan.length[walker] = len(order)
        for stop in order:
            take(facts, plan, walker, stop)
        retime(facts, plan, walker)
        settle(plan, walker)


@lean
def time_out(facts: Facts, plan: Plan) -> int:
    """How long the walkers are out, added up; who has no stops does not leave."""
    total = 0
    for walker in range(plan.length.size):
        if plan.length[walker]:
            total += plan.arrive[walker, plan.length[walker] + 1] - facts.shift[walker, 0]
    return total


@lean
def objective(facts: Facts, plan: Plan) -> int:
    """The objective in seconds: what is left out or served below its best, and the time out."""
    total = time_out(facts, plan)
    for stop in range(plan.walker.size):
        if plan.walker[stop] == OPEN:
            total += facts.weight[stop]
        elif plan.walker[stop] >= 0:
            total += facts.short[stop]
    return total


@lean
def worth_lost(facts: Facts, plan: Plan) -> float:
    """The worth of the stops left out, and what others are served below their best."""
    total = 0.0
    for stop in range(plan.walker.size):
        if plan.walker[stop] == OPEN:
            total += facts.worth[stop]
        elif plan.walker[stop] >= 0:
            total += facts.short_worth[stop]
    return total
