"""Find where a stop that is bound to some times fits best: at every leg of a walk."""

from __future__ import annotations

from routing.engine.compiled import lean
from routing.engine.compiled_pauses import leg_over, rests_of
from routing.engine.facts import Facts, Ints, earliest_start
from routing.engine.offers import UNKNOWN, Offers
from routing.engine.plans import Plan
from routing.engine.timetable import NEVER


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
        if versions[stop] == version or (facts.timeless[stop] and not facts.few):
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
    """`look_at_all_legs` for a walker who has breaks. O(b³) per leg."""
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    length, version = plan.length[walker], plan.version[walker]
    latest, left, count = plan.ready_by[walker], plan.left[walker], facts.breaks[walker]
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    for stop in waiting:
        is_free = facts.timeless[stop] and not facts.few and length
        if offers.version[walker, stop] == version or is_free:
            continue
        best, best_leg = NEVER, 0
        soonest = facts.opens[stop, 0] + facts.service[stop]
        until = facts.closes[stop, facts.closes.shape[1] - 1]
        first = first_leg(facts, plan, walker, stop) if facts.linked else 0
        for leg in range(first, length + 1 if facts.allowed[walker, stop] else 0):
            if latest[leg + 1, count] < soonest:
                continue
            if left[leg, 0] > until:
                break
            way, way_on = int(travel[order[leg], stop]), int(travel[stop, order[leg + 1]])
            usual_way = int(travel[order[leg], order[leg + 1]]) if length else 0
            if way + way_on - usual_way > spare_walk:
                continue
            delay = delay_with_breaks(facts, plan, walker, leg, stop)
            if delay < best:
                best, best_leg = delay, leg
        offers.delay[walker, stop], offers.leg[walker, stop] = best, best_leg
        offers.version[walker, stop], offers.behind[walker, stop] = version, UNKNOWN


@lean
def delay_with_breaks(facts: Facts, plan: Plan, walker: int, leg: int, stop: int) -> int:
    """How much later a leg is over with a stop put into it, at best; NEVER where it cannot be."""
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    rests, count = rests_of(facts, walker), int(facts.breaks[walker])
    left, ready = plan.left[walker, leg], plan.ready[walker, leg + 1]
    ready_by, service = plan.ready_by[walker, leg + 1], facts.service[stop]
    opens, closes = facts.opens[stop], facts.closes[stop]
    way, way_on = int(travel[order[leg], stop]), int(travel[stop, order[leg + 1]])
    best = NEVER
    for taken in range(count + 1):
        if left[taken] + way + way_on > ready_by[count]:
            continue
        for on_arrival in range(taken, count + 1):
            now = leg_over(rests, (int(left[taken]), way), (taken, on_arrival))
            now = min(NEVER, earliest_start(opens, closes, now) + service)
            for after in range(on_arrival, count + 1):
                over = leg_over(rests, (now, way_on), (on_arrival, after))
                if over <= ready_by[after]:
                    is_empty = not plan.length[walker]
                    usual = facts.shift[walker, 0] if is_empty else ready[after]
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
