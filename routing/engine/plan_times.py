"""The walks that the search changes, and their times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.compiled_pauses import Rests, leave_by, leg_over, rests_of
from routing.engine.facts import Facts, Ints, earliest_start, latest_start
from routing.engine.timetable import NEVER


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
    when the leg must be over. `taken` (m, n + 2) are the breaks taken when a position is reached,
    each as soon as this makes nothing later; `arrive`, `leave` and `latest` are then those with so
    many. `spare` (m, n + 2): no longer delay is borne by the leg behind a position.
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
    taken: Ints
    spare: Ints


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
    rests = rests_of(facts, walker)
    order, last = plan.order[walker], plan.length[walker] + 1
    travel, service = facts.travel[facts.profile[walker]], facts.service
    opens, closes = facts.opens, facts.closes
    ready, left, ready_by = plan.ready[walker], plan.left[walker], plan.ready_by[walker]
    most = ready.shape[1] - 1
    count = int(facts.breaks[walker])
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
                leg = (int(left[position - 1, before]), way)
                over = min(over, leg_over(rests, leg, (before, taken)))
            ready[position, taken] = over
            start = earliest_start(opens[node], closes[node], over)
            left[position, taken] = min(NEVER, start + service[node])
    plan.walk[walker] = walk if last > 1 else 0
    for taken in range(most + 1):
        ready_by[last, taken] = facts.shift[walker, 1] if taken == count else -1
    for position in range(last - 1, -1, -1):
        node = order[position]
        way = int(travel[node, order[position + 1]])
        for taken in range(count + 1):
            by = -1
            for after in range(taken, count + 1):
                leg = (int(ready_by[position + 1, after]), way)
                by = max(by, leave_by(rests, leg, (taken, after)))
            by -= service[node]
            ready_by[position, taken] = latest_start(opens[node], closes[node], by)
    choose_breaks(facts, plan, walker, rests)


@lean
def choose_breaks(facts: Facts, plan: Plan, walker: int, rests: Rests) -> None:
    """Say on which legs the breaks are, each as early as makes nothing later, and how it is then.

    Also how much each leg bears: what it would with breaks that never have to be waited for.
    """
    order, last = plan.order[walker], plan.length[walker] + 1
    travel = facts.travel[facts.profile[walker]]
    ready, left, ready_by = plan.ready[walker], plan.left[walker], plan.ready_by[walker]
    count = int(facts.breaks[walker])
    after = count
    for position in range(last, 0, -1):
        plan.taken[walker, position] = after
        plan.arrive[walker, position] = ready[position, after]
        plan.leave[walker, position] = left[position, after]
        plan.latest[walker, position] = ready_by[position, after]
        way, spare, earlier = int(travel[order[position - 1], order[position]]), -1, 0
        for before in range(count + 1):
            now = int(left[position - 1, before])
            over = leg_over(rests, (now, way), (before, after)) if before <= after else NEVER
            if over <= ready[position, after]:
                earlier = before
            for then in range(before, count + 1):
                spare = max(spare, ready_by[position, then] - now - way)
                if then < count:
                    now += rests.pause[then]
        plan.spare[walker, position - 1] = spare
        after = earlier
    plan.taken[walker, 0] = 0
    plan.arrive[walker, 0] = plan.leave[walker, 0] = left[0, 0]
    plan.latest[walker, 0] = ready_by[0, 0]


@lean
def is_feasible(facts: Facts, plan: Plan, walker: int) -> bool:
    """Whether a walk meets its windows, ends in time and is not too much walking."""
    if not plan.length[walker]:
        return True
    in_time = plan.arrive[walker, 0] <= plan.latest[walker, 0]
    return bool(in_time and plan.walk[walker] <= facts.most_walk[walker])
