"""Put stops into a plan: always the one with the most worth for its delay.

The order of insertion is that of orienteering heuristics: Vansteenwegen et al. 2009, Iterated local
search for the team orienteering problem with time windows, doi:10.1016/j.cor.2009.03.008. The
blinks are those of Christiaens and Vanden Berghe 2020, Slack induction by string removals for
vehicle routing problems, doi:10.1287/trsc.2019.0914. Measured: to look at all left-out stops beats
looking at a random part of them, and the delay of the next stop is the best price among five (the
way alone, the sum of both, and two in which the next stop's waiting is free).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.compiled_pauses import leg_over
from routing.engine.facts import Facts, Ints, Reals, earliest_start
from routing.engine.plans import OPEN, Plan, insert, position_of
from routing.engine.random_bits import Bits, below, uniform
from routing.engine.timetable import NEVER

BLINK = 0.02
LEAST_DELAY = 0.02  # of the pace: what a stop costs that costs nothing


class Offers(NamedTuple):
    """What putting a stop into a walk would do, (m, n): the least `delay`, and the `leg` where.

    Each holds for one `version` of the walk. NEVER where the stop does not fit. `waiting` (n,) is
    room for the stops that are being put in.
    """

    delay: Ints
    leg: NDArray[np.int32]
    version: Ints
    waiting: Ints


def no_offers(facts: Facts) -> Offers:
    """Nothing is known."""
    shape = facts.allowed.shape
    return Offers(
        delay=np.full(shape, NEVER, dtype=np.int64),
        leg=np.zeros(shape, dtype=np.int32),
        version=np.full(shape, -1, dtype=np.int64),
        waiting=np.zeros(shape[1], dtype=np.int64),
    )


@lean
def recreate(facts: Facts, plan: Plan, offers: Offers, gain: Reals, bits: Bits) -> None:
    """Put left-out stops into the plan until none fits.

    Always the most `gain` per delay, but with the chance BLINK an offer is overlooked.
    O(k · u · l) for k stops put in, u that might fit and l legs of the walk that changed.
    """
    waiting = offers.waiting
    for stop in range(waiting.size):
        waiting[stop] = stop
    count = keep_open(plan, waiting, waiting.size)
    for walker in range(plan.length.size):
        look(facts, plan, offers, walker, waiting[:count])
    least = LEAST_DELAY * facts.pace
    while True:
        if not facts.linked:  # else a stop may fit once what must come before it is in
            count = keep_fitting(offers, waiting, count)
        first = below(bits, plan.length.size) if facts.linked else 0
        walker, at = best_offer((gain, least), offers.delay, waiting[:count], first, bits)
        if at < 0:
            return
        stop = waiting[at]
        insert(facts, plan, walker, int(offers.leg[walker, stop]), stop)
        count -= 1
        waiting[at] = waiting[count]
        if facts.linked:
            count = keep_open(plan, waiting, count)
        look(facts, plan, offers, walker, waiting[:count])


@lean
def look(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Find for each stop of `waiting` the leg of a walk where it delays the next stop least.

    O(1) per leg by forward slack: Savelsbergh 1992, The vehicle routing problem with time windows:
    minimizing route duration, doi:10.1287/ijoc.4.2.146. Here it is the latest arrival with which
    the rest is in time: exact with waiting and any number of windows, since who arrives later never
    starts earlier. All stops in one call: passing the arrays costs more than many legs.
    """
    if facts.breaks[walker]:
        look_with_breaks(facts, plan, offers, walker, waiting)
        return
    travel = facts.travel[facts.profile[walker]]
    all_opens, all_closes, services = facts.opens, facts.closes, facts.service
    order, leave = plan.order[walker], plan.leave[walker]
    arrive, latest = plan.arrive[walker], plan.latest[walker]
    delays, legs, versions = offers.delay[walker], offers.leg[walker], offers.version[walker]
    allowed, version = facts.allowed[walker], plan.version[walker]
    length = plan.length[walker]
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    for stop in waiting:
        if versions[stop] == version:
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
        first = max(first, position_of(plan, walker, found))
    return first


@lean
def keep_open(plan: Plan, waiting: Ints, count: int) -> int:
    """Move those of the first `count` stops that are still open to the front; their number."""
    kept = 0
    for at in range(count):
        if plan.walker[waiting[at]] == OPEN:
            waiting[kept] = waiting[at]
            kept += 1
    return kept


@lean
def keep_fitting(offers: Offers, waiting: Ints, count: int) -> int:
    """Move those of the first `count` stops that fit somewhere to the front; their number."""
    delay = offers.delay
    kept = 0
    for at in range(count):
        stop = waiting[at]
        for walker in range(delay.shape[0]):
            if delay[walker, stop] < NEVER:
                waiting[kept] = stop
                kept += 1
                break
    return kept


@lean
def best_offer(
    prices: tuple[Reals, float], delay: Ints, waiting: Ints, first: int, bits: Bits
) -> tuple[int, int]:
    """The walker and the place in `waiting` with the most gain per delay; (-1, -1) without any.

    `prices` are the gain of each stop and the least delay that counts. Among equal offers walker
    `first` wins, or who comes next: drawn anew, what must come together meets somewhere.
    """
    gain, least = prices
    best, best_walker, best_at = 0.0, -1, -1
    for turn in range(delay.shape[0]):
        walker = (first + turn) % delay.shape[0]
        delays = delay[walker]
        for at in range(waiting.size):
            stop = waiting[at]
            if delays[stop] >= NEVER:
                continue
            offer = gain[stop] / (max(delays[stop], 0) + least)
            if offer > best and uniform(bits) >= BLINK:
                best, best_walker, best_at = offer, walker, at
    return best_walker, best_at
