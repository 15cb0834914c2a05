"""What putting a stop into a walk would do: where it delays least, and by how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.compiled_pauses import leg_over
from routing.engine.facts import Facts, Ints, earliest_start
from routing.engine.plans import Plan, settle
from routing.engine.timetable import NEVER


class Offers(NamedTuple):
    """What putting a stop into a walk would do, (m, n): the least `delay`, and the `leg` where.

    Each holds for one `version` of the walk. NEVER where the stop does not fit. For timeless stops
    `free` is the least delay of all legs, whether or not the walk has the time, and that leg leads
    from the node `behind` to the node `ahead`. `waiting` (n,) is room for the stops that are being
    put in.
    """

    delay: Ints
    leg: NDArray[np.int32]
    version: Ints
    free: Ints
    behind: NDArray[np.int32]
    ahead: NDArray[np.int32]
    waiting: Ints


def no_offers(facts: Facts) -> Offers:
    """Nothing is known."""
    shape = facts.allowed.shape
    return Offers(
        delay=np.full(shape, NEVER, dtype=np.int64),
        leg=np.zeros(shape, dtype=np.int32),
        version=np.full(shape, -1, dtype=np.int64),
        free=np.full(shape, NEVER, dtype=np.int64),
        behind=np.zeros(shape, dtype=np.int32),
        ahead=np.zeros(shape, dtype=np.int32),
        waiting=np.zeros(shape[1], dtype=np.int64),
    )


@lean
def look(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Find for each stop of `waiting` the leg of a walk where it delays the next stop least.

    All stops in one call: passing the arrays costs more than many legs.
    """
    if facts.breaks[walker]:
        look_with_breaks(facts, plan, offers, walker, waiting)
    else:
        look_at_all_legs(facts, plan, offers, walker, waiting)
        if not facts.linked:
            look_at_fresh_legs(facts, plan, offers, walker, waiting)
    settle(plan, walker)


@lean
def look_at_all_legs(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """`look` for stops that are bound to some times of the day or to others.

    O(1) per leg by forward slack: Savelsbergh 1992, The vehicle routing problem with time windows:
    minimizing route duration, doi:10.1287/ijoc.4.2.146. Here it is the latest arrival with which
    the rest is in time: exact with waiting and any number of windows, since who arrives later never
    starts earlier.
    """
    travel = facts.travel[facts.profile[walker]]
    all_opens, all_closes, services = facts.opens, facts.closes, facts.service
    order, leave = plan.order[walker], plan.leave[walker]
    arrive, latest = plan.arrive[walker], plan.latest[walker]
    delays, legs, versions = offers.delay[walker], offers.leg[walker], offers.version[walker]
    allowed, version = facts.allowed[walker], plan.version[walker]
    length = plan.length[walker]
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    for stop in waiting:
        if versions[stop] == version or (facts.timeless[stop] and not facts.linked):
            continue
        opens, closes, service = all_opens[stop], all_closes[stop], services[stop]
        soonest, last = opens[0] + service, closes[closes.size - 1]
        best, best_leg = NEVER, 0
        first = first_leg(facts, plan, walker, stop) if facts.linked else 0
        for leg in range(first, length + 1 if allowed[stop] else 0):
            if latest[leg + 1] < soonest:
                continue
            now = leave[leg]
            if now > last:
                break
            origin, target = order[leg], order[leg + 1]
            way, way_on = int(travel[origin, stop]), int(travel[stop, target])
            end = earliest_start(opens, closes, now + way) + service + way_on
            if end > latest[leg + 1]:
                continue
            usual_way = int(travel[origin, target]) if length else 0
            delay = end - (arrive[leg + 1] if length else now)
            if delay < best and way + way_on - usual_way <= spare_walk:
                best, best_leg = delay, leg
        delays[stop], legs[stop], versions[stop] = best, best_leg, version


@lean
def look_at_fresh_legs(
    facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints
) -> None:
    """`look` for timeless stops: what a leg costs them depends on nothing but its ends.

    So only the legs that are new since the last look are looked at, if the best one is still there.
    Whether the walk has the time is asked of the best leg; of others, where it does not have it
    there but somewhere else.
    """
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    leave, latest = plan.leave[walker], plan.latest[walker]
    length, version = plan.length[walker], plan.version[walker]
    looked, news = plan.looked[walker, 0], plan.looked[walker, 1]
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    spare = most_spare(plan, walker)
    for stop in waiting:
        if offers.version[walker, stop] == version or not facts.timeless[stop]:
            continue
        service = facts.service[stop]
        best, best_leg = NEVER, known_leg(plan, offers, walker, stop)
        is_known = best_leg >= 0 and offers.version[walker, stop] == looked
        if is_known:
            best = offers.free[walker, stop]
        for rank in range(news if is_known else length + 1):
            leg = plan.place[plan.fresh[walker, rank]] if is_known else rank
            if leg > length or (is_known and order[leg] != plan.fresh[walker, rank]):
                continue
            origin, target = order[leg], order[leg + 1]
            delay = int(travel[origin, stop]) + int(travel[stop, target]) + service
            if length:
                delay -= int(travel[origin, target])
            if delay < best or (delay == best and leg < best_leg):
                best, best_leg = delay, leg
        offers.free[walker, stop] = best
        offers.behind[walker, stop], offers.ahead[walker, stop] = (
            order[best_leg],
            order[best_leg + 1],
        )
        offers.version[walker, stop] = version
        if not facts.allowed[walker, stop] or best - service > spare_walk or best > spare:
            offers.delay[walker, stop] = NEVER
            continue
        usual = plan.arrive[walker, best_leg + 1] if length else leave[best_leg]
        if usual + best > latest[best_leg + 1]:
            best, best_leg = leg_in_time(facts, plan, walker, stop, best)
        offers.delay[walker, stop], offers.leg[walker, stop] = best, best_leg


@lean
def most_spare(plan: Plan, walker: int) -> int:
    """The longest delay that a walk bears at any of its positions."""
    length = plan.length[walker]
    if not length:
        return int(plan.latest[walker, 1] - plan.leave[walker, 0])
    spare = 0
    for position in range(1, length + 2):
        spare = max(spare, plan.latest[walker, position] - plan.arrive[walker, position])
    return int(spare)


@lean
def known_leg(plan: Plan, offers: Offers, walker: int, stop: int) -> int:
    """The leg that was the best one for a stop, if the walk still has it; else -1."""
    behind = offers.behind[walker, stop]
    leg, order = plan.place[behind], plan.order[walker]
    if leg > plan.length[walker] or order[leg] != behind:
        return -1
    return int(leg) if order[leg + 1] == offers.ahead[walker, stop] else -1


@lean
def leg_in_time(facts: Facts, plan: Plan, walker: int, stop: int, least: int) -> tuple[int, int]:
    """The least delay of a timeless stop among the legs that bear it, and that leg.

    It is known to be `least` or more, so that most legs need not be counted.
    """
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    arrive, latest = plan.arrive[walker], plan.latest[walker]
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    service, length = facts.service[stop], plan.length[walker]
    best, best_leg = NEVER, 0
    for leg in range(length + 1 if length else 0):
        spare = latest[leg + 1] - arrive[leg + 1]
        if spare < least:
            continue
        origin, target = order[leg], order[leg + 1]
        more = int(travel[origin, stop]) + int(travel[stop, target]) - int(travel[origin, target])
        if more + service < best and more + service <= spare and more <= spare_walk:
            best, best_leg = more + service, leg
    return best, best_leg


@lean
def copy_offers(plans: tuple[Plan, Plan], source: Offers, target: Offers) -> None:
    """Copy the offers of the walks that differ between the source's and the target's plan."""
    for walker in range(plans[0].length.size):
        if plans[0].version[walker] == plans[1].version[walker]:
            continue
        for stop in range(source.delay.shape[1]):
            if source.version[walker, stop] != target.version[walker, stop]:
                target.delay[walker, stop] = source.delay[walker, stop]
                target.leg[walker, stop] = source.leg[walker, stop]
                target.version[walker, stop] = source.version[walker, stop]
                target.free[walker, stop] = source.free[walker, stop]
                target.behind[walker, stop] = source.behind[walker, stop]
                target.ahead[walker, stop] = source.ahead[walker, stop]


@lean
def look_with_breaks(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """`look` for a walker who has breaks. O(b³) per leg."""
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    length, version = plan.length[walker], plan.version[walker]
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    for stop in waiting:
        if offers.version[walker, stop] == version:
            continue
        best, best_leg = NEVER, 0
        first = first_leg(facts, plan, walker, stop)
        for leg in range(first, length + 1 if facts.allowed[walker, stop] else 0):
            way, way_on = int(travel[order[leg], stop]), int(travel[stop, order[leg + 1]])
            usual_way = int(travel[order[leg], order[leg + 1]]) if length else 0
            if way + way_on - usual_way > spare_walk:
                continue
            delay = delay_with_breaks(facts, plan, walker, leg, stop)
            if delay < best:
                best, best_leg = delay, leg
        offers.delay[walker, stop], offers.leg[walker, stop] = best, best_leg
        offers.version[walker, stop] = version


@lean
def delay_with_breaks(facts: Facts, plan: Plan, walker: int, leg: int, stop: int) -> int:
    """How much later a leg is over with a stop put into it, at best; NEVER where it cannot be."""
    travel, order, count = (
        facts.travel[facts.profile[walker]],
        plan.order[walker],
        facts.breaks[walker],
    )
    way, way_on = int(travel[order[leg], stop]), int(travel[stop, order[leg + 1]])
    best = NEVER
    for taken in range(count + 1):
        for on_arrival in range(taken, count + 1):
            now = leg_over(
                facts, walker, (int(plan.left[walker, leg, taken]), way), (taken, on_arrival)
            )
            start = earliest_start(facts.opens[stop], facts.closes[stop], now)
            now = min(NEVER, start + facts.service[stop])
            for after in range(on_arrival, count + 1):
                over = leg_over(facts, walker, (now, way_on), (on_arrival, after))
                if over <= plan.ready_by[walker, leg + 1, after]:
                    usual = plan.ready[walker, leg + 1, after]
                    if not plan.length[walker]:
                        usual = facts.shift[walker, 0]
                    best = min(best, over - usual)
    return best


@lean
def first_leg(facts: Facts, plan: Plan, walker: int, stop: int) -> int:
    """The first leg of a walk behind all stops that must come before one; none if it lacks any."""
    first = 0
    for rank in range(facts.earlier.shape[1]):
        variants = facts.earlier[stop, rank]
        if variants[0] < 0:
            return first
        found = -1
        for other in variants:
            if other >= 0 and plan.walker[other] == walker:
                found = other
        if found < 0:
            return int(plan.length[walker]) + 1
        first = max(first, plan.place[found])
    return first
