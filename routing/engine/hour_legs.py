"""Find where a stop fits best whose value depends on the hour: each variant within its hours.

What a leg costs such a stop depends on nothing but its ends, so that the best leg of each variant
is known until it is gone, or its time is another hour's.
"""

from __future__ import annotations

from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints
from routing.engine.fresh_legs import delay_if_borne
from routing.engine.offers import NOWHERE, UNKNOWN, Offers
from routing.engine.plans import Plan
from routing.engine.timetable import NEVER

EARLIER_LEGS = 2  # which begin before an hour and may still lead into it


@lean
def look_at_legs_by_hour(
    facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints
) -> None:
    """`look` for timeless stops where there are variants: as `look_at_fresh_legs`.

    A leg that has got into another hour since is another variant's only once that is looked for
    anew.
    """
    patience = note_edges(facts, plan, offers, walker)
    recall_legs(facts, plan, offers, walker, waiting)
    find_lost_legs(facts, plan, offers, walker, waiting)
    find_fresh_legs(facts, plan, offers, walker, waiting)
    offer_legs(facts, plan, offers, walker, waiting)
    if patience >= 0:
        offer_to_wait(facts, plan, offers, walker, waiting)
    for stop in waiting:
        if facts.timeless[stop]:
            offers.version[walker, stop] = plan.version[walker]


@lean
def note_edges(facts: Facts, plan: Plan, offers: Offers, walker: int) -> int:
    """Note on which leg a walk is when each of the hours begins, and how much delay is borne.

    Returns the most that is borne by waiting for any of them; -1 where that is never.
    """
    leave, arrive, latest = plan.leave[walker], plan.arrive[walker], plan.latest[walker]
    length, has_breaks, leg, most = plan.length[walker], facts.breaks[walker] > 0, 0, -1
    edges = facts.edges
    for edge in range(edges.size):
        while leg < length and leave[leg + 1] < edges[edge]:
            leg += 1
        offers.edge_leg[edge] = leg
        offers.patience[edge] = latest[leg + 1] - (arrive[leg + 1] if length else leave[leg])
        if leave[leg] >= edges[edge] or edges[edge] > latest[leg + 1]:
            offers.patience[edge] = -1
        if has_breaks and plan.taken[walker, leg] != plan.taken[walker, leg + 1]:
            offers.patience[edge] = -1
        most = max(most, int(offers.patience[edge]))
    for hour in range(edges.size + 1):
        first, last = legs_of(facts, offers, (hour, hour), length)
        spare = -1
        for leg in range(first, last + 1):
            if has_breaks:
                spare = max(spare, plan.spare[walker, leg])
            else:
                before = arrive[leg + 1] if length else leave[leg]
                spare = max(spare, latest[leg + 1] - before)
        offers.spare[hour] = spare
    return most


@lean
def legs_of(facts: Facts, offers: Offers, hours: tuple[int, int], length: int) -> tuple[int, int]:
    """The first and the last leg that may lead to a stop within those hours, as far as is noted."""
    first, last = 0, int(length)
    if hours[0]:
        first = max(0, int(offers.edge_leg[hours[0] - 1]) - EARLIER_LEGS)
    if hours[1] < facts.edges.size:
        last = int(offers.edge_leg[hours[1]])
    return first, last


@lean
def recall_legs(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Find the legs that were the best ones at the last look; `behind` is UNKNOWN without any."""
    order, place, length = plan.order[walker], plan.place, plan.length[walker]
    leave, looked, version = plan.leave[walker], plan.looked[walker, 0], plan.version[walker]
    behind, ahead, versions = offers.behind[walker], offers.ahead[walker], offers.version[walker]
    legs, free = offers.leg[walker], offers.free[walker]
    travel, edges, at_hour = facts.travel[facts.profile[walker]], facts.edges, facts.at_hour
    for lead in waiting:
        if not facts.free_lead[lead] or versions[lead] == version:
            continue
        for stop in range(lead, lead + facts.others[lead] + 1):
            node, leg = behind[stop], length + 1
            if node >= 0 and versions[stop] == looked:
                leg = place[node]
            if leg <= length and order[leg] == node and order[leg + 1] == ahead[stop]:
                legs[stop] = leg
                now = leave[leg] + travel[node, lead]
                if variant_at(edges, at_hour[lead], now) == stop:
                    continue
            if node != NOWHERE or versions[stop] != looked:
                behind[stop] = UNKNOWN
            free[stop], legs[stop] = NEVER, length + 1


@lean
def find_lost_legs(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Find the best legs anew where they are UNKNOWN: for each hour among those of the hour."""
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    leave, length, version = plan.leave[walker], plan.length[walker], plan.version[walker]
    free, legs, behind = offers.free[walker], offers.leg[walker], offers.behind[walker]
    edges, versions, stop = facts.edges, offers.version[walker], 0
    hours = edges.size
    for lead in waiting:
        if not facts.free_lead[lead] or versions[lead] == version:
            continue
        service = facts.service[lead]
        for hour in range(hours + 1):
            stop = facts.at_hour[lead, hour]
            if stop < 0 or behind[stop] != UNKNOWN:
                continue
            first = max(0, offers.edge_leg[hour - 1] - EARLIER_LEGS) if hour else 0
            last = offers.edge_leg[hour] if hour < hours else length
            for leg in range(first, last + 1):
                origin, target = order[leg], order[leg + 1]
                way = int(travel[origin, lead])
                delay = way + int(travel[lead, target]) + service
                if length:
                    delay -= int(travel[origin, target])
                if delay >= free[stop]:
                    continue
                if variant_at(edges, facts.at_hour[lead], leave[leg] + way) == stop:
                    free[stop], legs[stop] = delay, leg


@lean
def find_fresh_legs(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """See whether the legs new since the last look are better than those known till then."""
    travel, order, leave = (
        facts.travel[facts.profile[walker]],
        plan.order[walker],
        plan.leave[walker],
    )
    version, looked, length = plan.version[walker], plan.looked[walker, 0], plan.length[walker]
    free, legs, versions = offers.free[walker], offers.leg[walker], offers.version[walker]
    for rank in range(plan.looked[walker, 1]):
        origin = plan.fresh[walker, rank]
        leg = plan.place[origin]
        if leg > length or order[leg] != origin:
            continue
        target, now = order[leg + 1], leave[leg]
        usual_way = int(travel[origin, target]) if length else 0
        for lead in waiting:
            if not facts.free_lead[lead] or versions[lead] != looked or looked == version:
                continue
            way = int(travel[origin, lead])
            delay = way + int(travel[lead, target]) + facts.service[lead] - usual_way
            stop = variant_at(facts.edges, facts.at_hour[lead], now + way)
            if stop >= 0 and (delay < free[stop] or (delay == free[stop] and leg < legs[stop])):
                free[stop], legs[stop] = delay, leg


@lean
def offer_legs(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Offer the best legs of timeless stops where the walk has the time, or else other legs."""
    order, length, version = plan.order[walker], plan.length[walker], plan.version[walker]
    delays, legs, free = offers.delay[walker], offers.leg[walker], offers.free[walker]
    arrive, latest, allowed = plan.arrive[walker], plan.latest[walker], facts.allowed[walker]
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    has_breaks, hours, spare = facts.breaks[walker] > 0, facts.hours, 0
    for lead in waiting:
        if not facts.free_lead[lead] or offers.version[walker, lead] == version:
            continue
        for stop in range(lead, lead + facts.others[lead] + 1):
            best, leg = free[stop], int(legs[stop])
            delays[stop], offers.behind[walker, stop] = NEVER, NOWHERE
            if best < NEVER:
                offers.behind[walker, stop] = order[leg]
                offers.ahead[walker, stop] = order[leg + 1]
            spare = offers.spare[hours[stop, 0]]
            for hour in range(hours[stop, 0] + 1, hours[stop, 1] + 1):
                spare = max(spare, offers.spare[hour])
            if not allowed[stop] or best - facts.service[stop] > spare_walk or best > spare:
                continue
            is_borne = length and arrive[leg + 1] + best <= latest[leg + 1]
            if has_breaks:
                is_borne = is_borne and plan.taken[walker, leg] == plan.taken[walker, leg + 1]
            if is_borne:
                delays[stop] = best
            else:
                delays[stop], legs[stop] = in_time(facts, plan, offers, (walker, stop), (best, leg))


@lean
def offer_to_wait(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Offer to wait for the hours of a variant instead, where that delays less.

    For each of its hours only the leg is tried on which the walker is when it begins.
    """
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    leave, arrive, is_empty = plan.leave[walker], plan.arrive[walker], not plan.length[walker]
    spare_walk, version = facts.most_walk[walker] - plan.walk[walker], plan.version[walker]
    delays, allowed, patience = offers.delay[walker], facts.allowed[walker], offers.patience
    for lead in waiting:
        if not facts.free_lead[lead] or offers.version[walker, lead] == version:
            continue
        for stop in range(lead, lead + facts.others[lead] + 1):
            for edge in facts.begins[stop]:
                if edge < 0 or patience[edge] < facts.service[lead] or not allowed[stop]:
                    continue
                leg, opens = offers.edge_leg[edge], facts.edges[edge]
                origin, target = order[leg], order[leg + 1]
                way, way_on = int(travel[origin, lead]), int(travel[lead, target])
                usual_way = 0 if is_empty else int(travel[origin, target])
                usual = leave[leg] if is_empty else arrive[leg + 1]
                delay = opens + facts.service[lead] + way_on - usual
                if leave[leg] + way >= opens or way + way_on - usual_way > spare_walk:
                    continue
                if delay <= patience[edge] and delay < delays[stop]:
                    delays[stop], offers.leg[walker, stop] = delay, leg


@lean
def variant_at(edges: Ints, at_hour: Ints, at: int) -> int:
    """The variant of a stop that holds at a time; -1 for none."""
    hour = 0
    for edge in edges:
        hour += at >= edge
    return int(at_hour[hour])


@lean
def in_time(
    facts: Facts, plan: Plan, offers: Offers, which: tuple[int, int], known: tuple[int, int]
) -> tuple[int, int]:
    """The least delay of a timeless stop among the legs that bear it, and that leg.

    `which`: the walker and the stop. The least of all, borne or not, and its leg are `known`.
    """
    walker, stop = which
    least, leg = known
    delay = delay_if_borne(facts, plan, walker, leg, (stop, least))
    if delay < NEVER or not plan.length[walker]:
        return delay, leg
    return leg_in_time(facts, plan, offers, which, least)


@lean
def leg_in_time(
    facts: Facts, plan: Plan, offers: Offers, which: tuple[int, int], least: int
) -> tuple[int, int]:
    """The least delay of a timeless stop among the legs that bear it, and that leg.

    It is known to be `least` or more, so that most legs need not be counted.
    """
    walker, stop = which
    spare_walk = facts.most_walk[walker] - plan.walk[walker]
    arrive, latest, has_breaks = plan.arrive[walker], plan.latest[walker], facts.breaks[walker] > 0
    travel, order = facts.travel[facts.profile[walker]], plan.order[walker]
    service, lead = facts.service[stop], facts.lead[stop]
    best, best_leg = NEVER, 0
    hours = (int(facts.hours[stop, 0]), int(facts.hours[stop, 1]))
    first, last = legs_of(facts, offers, hours, int(plan.length[walker]))
    for leg in range(first, last + 1):
        spare = plan.spare[walker, leg] if has_breaks else latest[leg + 1] - arrive[leg + 1]
        if spare < least:
            continue
        way, target = int(travel[order[leg], lead]), order[leg + 1]
        more = way + int(travel[lead, target]) - int(travel[order[leg], target])
        if more + service >= best or more + service > spare or more > spare_walk:
            continue
        now = int(plan.leave[walker, leg]) + way
        if variant_at(facts.edges, facts.at_hour[stop], now) != stop:
            continue
        delay = more + service
        if has_breaks:
            delay = delay_if_borne(facts, plan, walker, leg, (stop, delay))
        if delay < best:
            best, best_leg = delay, leg
    return best, best_leg
