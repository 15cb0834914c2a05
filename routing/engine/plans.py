"""The plan that the search changes: each walker's stops in order, and their times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.compiled_pauses import leave_by, leg_over
from routing.engine.facts import Facts, Ints, earliest_start, latest_start
from routing.engine.solution import Orders
from routing.engine.timetable import NEVER

OPEN, TAKEN = -1, -2
UNKNOWN = -2  # no version


class Plan(NamedTuple):
    """m walks over n stops. Position 0 of a walk is the start, `length + 1` the end.

    `order`, `leave`, `latest`, `arrive` (m, n + 2): the node at a position, when it is left, the
    latest arrival with which all that follows is still in time, and the arrival. `walk` (m,)
    seconds. `version` (m,): another number for every content of a walk; `version[m]` counts.
    `walker` (n,): who serves a stop, OPEN for nobody, or TAKEN for nobody since another variant of
    it is served. `place` (n + 2 m,): at which position of its walk a node stands, if it is in one.
    `looked` (m, 2): the version of a walk whose offers were last looked at, and how many legs it
    has got since; `fresh` (m, n + 2) the nodes where those begin.
    Where a walker has b breaks, `ready`, `left` and `ready_by` (m, n + 2, b + 1) are the times for
    each number of breaks taken: when a leg to a position is over, when the position is left, and by
    when the leg must be over. `arrive`, `leave` and `latest` are then those with the fewest and the
    last of them.
    """

    order: NDArray[np.int32]
    arrive: Ints
    leave: Ints
    latest: Ints
    length: Ints
    walk: Ints
    version: Ints
    walker: Ints
    place: Ints
    looked: Ints
    fresh: NDArray[np.int32]
    ready: Ints
    left: Ints
    ready_by: Ints


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
def retime(facts: Facts, plan: Plan, walker: int) -> None:
    """Compute the times of a walk anew and give it a new version. O(length)."""
    if facts.breaks[walker]:
        retime_with_breaks(facts, plan, walker)
    else:
        length = plan.length[walker]
        plan.place[plan.order[walker, 0]] = 0
        plan.arrive[walker, 0] = plan.leave[walker, 0] = facts.shift[walker, 0]
        plan.latest[walker, length + 1] = facts.shift[walker, 1]
        walk = retime_between(facts, plan, walker, 0, length)
        plan.walk[walker] = walk if length else 0
    renew(plan, walker)


@lean
def renew(plan: Plan, walker: int) -> None:
    """Give a walk a new version."""
    plan.version[-1] += 1
    plan.version[walker] = plan.version[-1]


@lean
def retime_between(facts: Facts, plan: Plan, walker: int, first: int, last: int) -> int:
    """Compute when all positions behind `first` are reached, and by when all up to `last` must be.

    Returns the ways behind `first`, added up. All before it, and `latest` behind `last`, must hold.
    """
    opens, closes, service = facts.opens, facts.closes, facts.service
    order = plan.order[walker]
    arrive, leave, latest = plan.arrive[walker], plan.leave[walker], plan.latest[walker]
    travel = facts.travel[facts.profile[walker]]
    now, walk = leave[first], 0
    for position in range(first + 1, plan.length[walker] + 2):
        node = order[position]
        plan.place[node] = position
        way = int(travel[order[position - 1], node])
        walk += way
        arrive[position] = now + way
        now = earliest_start(opens[node], closes[node], now + way) + service[node]
        leave[position] = now
    for position in range(last, -1, -1):
        node, after = order[position], order[position + 1]
        by = latest[position + 1] - int(travel[node, after]) - service[node]
        latest[position] = latest_start(opens[node], closes[node], by)
    return walk


@lean
def retime_with_breaks(facts: Facts, plan: Plan, walker: int) -> None:
    """`retime` for a walker who has breaks. O(length · b²)."""
    order, last = plan.order[walker], plan.length[walker] + 1
    travel, count = facts.travel[facts.profile[walker]], facts.breaks[walker]
    ready, left, ready_by = plan.ready[walker], plan.left[walker], plan.ready_by[walker]
    left[0, :] = NEVER
    left[0, 0] = facts.shift[walker, 0]
    walk = 0
    for position in range(1, last + 1):
        node = order[position]
        plan.place[node] = position
        way = int(travel[order[position - 1], node])
        walk += way
        for taken in range(count + 1):
            over = NEVER
            for before in range(taken + 1):
                over = min(
                    over,
                    leg_over(facts, walker, (left[position - 1, before], way), (before, taken)),
                )
            ready[position, taken] = over
            start = earliest_start(facts.opens[node], facts.closes[node], over)
            left[position, taken] = min(NEVER, start + facts.service[node])
    ready_by[last, :] = -1
    ready_by[last, count] = facts.shift[walker, 1]
    for position in range(last - 1, -1, -1):
        node = order[position]
        way = int(travel[node, order[position + 1]])
        for taken in range(count + 1):
            by = -1
            for after in range(taken, count + 1):
                until = ready_by[position + 1, after]
                by = max(by, leave_by(facts, walker, (int(until), way), (taken, after)))
            by -= facts.service[node]
            ready_by[position, taken] = latest_start(facts.opens[node], facts.closes[node], by)
    summarise(plan, walker, int(count))
    plan.walk[walker] = walk if last > 1 else 0


@lean
def summarise(plan: Plan, walker: int, count: int) -> None:
    """Say in one row each when a walk is where, for who does not care about breaks."""
    last = plan.length[walker] + 1
    for position in range(last + 1):
        arrive, leave, latest = NEVER, NEVER, -1
        for taken in range(count + 1):
            arrive = min(arrive, int(plan.ready[walker, position, taken]))
            leave = min(leave, int(plan.left[walker, position, taken]))
            latest = max(latest, int(plan.ready_by[walker, position, taken]))
        plan.arrive[walker, position] = arrive
        plan.leave[walker, position] = leave
        plan.latest[walker, position] = latest
    plan.arrive[walker, 0] = plan.leave[walker, 0]
    plan.latest[walker, 0] = plan.ready_by[walker, 0, 0]
    plan.arrive[walker, last] = plan.ready[walker, last, count]


@lean
def is_feasible(facts: Facts, plan: Plan, walker: int) -> bool:
    """Whether a walk meets its windows, ends in time and is not too much walking."""
    if not plan.length[walker]:
        return True
    in_time = plan.arrive[walker, 0] <= plan.latest[walker, 0]
    return bool(in_time and plan.walk[walker] <= facts.most_walk[walker])


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
