"""Find where a stop that may be visited at any time fits best: at the legs that are new."""

from __future__ import annotations

from routing.engine.all_legs import delay_with_breaks
from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints
from routing.engine.offers import Offers
from routing.engine.plans import Plan
from routing.engine.timetable import NEVER


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
    spare, has_breaks = most_spare(facts, plan, walker), facts.breaks[walker] > 0
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
        if has_breaks or usual + best > latest[best_leg + 1]:
            best, best_leg = in_time(facts, plan, walker, stop, (best, best_leg))
        offers.delay[walker, stop], offers.leg[walker, stop] = best, best_leg


@lean
def most_spare(facts: Facts, plan: Plan, walker: int) -> int:
    """The longest delay that a walk bears at any of its positions."""
    length = plan.length[walker]
    if not length:
        return int(plan.latest[walker, 1] - plan.leave[walker, 0])
    spare = 0
    for position in range(1, length + 2):
        if facts.breaks[walker]:
            spare = max(spare, plan.spare[walker, position - 1])
        else:
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
def in_time(
    facts: Facts, plan: Plan, walker: int, stop: int, known: tuple[int, int]
) -> tuple[int, int]:
    """The least delay of a timeless stop among the legs that bear it, and that leg.

    The least of all legs, whether or not that one bears it, is `known`, with the leg.
    """
    least, leg = known
    delay = delay_if_borne(facts, plan, walker, leg, (stop, least))
    if delay < NEVER:
        return delay, leg
    return leg_in_time(facts, plan, walker, stop, least)


@lean
def delay_if_borne(facts: Facts, plan: Plan, walker: int, leg: int, known: tuple[int, int]) -> int:
    """The delay of a timeless stop on a leg, or NEVER; `known`: the stop, and what it adds there.

    A leg with a break on it, or beside which one might give way, is counted exactly.
    """
    stop, added = known
    arrive = plan.arrive[walker, leg + 1] if plan.length[walker] else plan.leave[walker, leg]
    is_borne = arrive + added <= plan.latest[walker, leg + 1]
    if not facts.breaks[walker]:
        return added if is_borne else NEVER
    if is_borne and plan.taken[walker, leg] == plan.taken[walker, leg + 1]:
        return added
    return delay_with_breaks(facts, plan, walker, leg, stop)


@lean
def leg_in_time(facts: Facts, plan: Plan, walker: int, stop: int, least: int) -> tuple[int, int]:
    """The least delay of a timeless stop among the legs that bear it, and that leg.

    It is known to be `least` or more, so that most legs need not be counted.
    """
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    arrive, latest, has_breaks = plan.arrive[walker], plan.latest[walker], facts.breaks[walker] > 0
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    service, length = facts.service[stop], plan.length[walker]
    best, best_leg = NEVER, 0
    for leg in range(length + 1 if length else 0):
        spare = plan.spare[walker, leg] if has_breaks else latest[leg + 1] - arrive[leg + 1]
        if spare < least:
            continue
        origin, target = order[leg], order[leg + 1]
        more = int(travel[origin, stop]) + int(travel[stop, target]) - int(travel[origin, target])
        delay = more + service
        if delay >= best or delay > spare or more > spare_walk:
            continue
        if has_breaks:
            delay = delay_if_borne(facts, plan, walker, leg, (stop, delay))
        if delay < best:
            best, best_leg = delay, leg
    return best, best_leg
