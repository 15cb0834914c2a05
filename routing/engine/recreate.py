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

from routing.engine.compiled import lean
from routing.engine.facts import FEW, Facts, Ints, Reals, know_neighbours
from routing.engine.looking import look
from routing.engine.offers import Offers
from routing.engine.plans import OPEN, Plan, insert
from routing.engine.random_bits import Bits, below, uniform
from routing.engine.timetable import NEVER

BLINK = 0.02
NAP = 0.1  # the chance that one of few stops is left out of a recreation altogether
WIDTH = 20  # so many neighbours, in all variants, of what was taken out are near
LEAST_DELAY = 0.02  # of the pace: what a stop costs that costs nothing


class Taste(NamedTuple):
    """What is put in: the most `gain` (n,) per delay, but no delay counts as less than `least`.

    With the chance `blink` an offer is overlooked.
    """

    gain: Reals
    least: float
    blink: float


@lean
def recreate(facts: Facts, plan: Plan, offers: Offers, gain: Reals, bits: Bits) -> None:
    """Put left-out stops into the plan until none fits."""
    taste = Taste(gain, LEAST_DELAY * facts.pace, BLINK)
    fill_up(facts, plan, offers, taste, (gain.size, bits))


@lean
def recreate_near(
    facts: Facts, plans: tuple[Plan, Plan], offers: Offers, gain: Reals, bits: Bits
) -> None:
    """`recreate` with only what the second plan lacks of the first, and what is open near that.

    Of a thousand stops it takes a fifth of the time; what is far is left to a `recreate` now and
    then.
    """
    before, plan = plans
    taste = Taste(gain, LEAST_DELAY * facts.pace, BLINK)
    waiting, is_waiting, count = offers.waiting, offers.is_waiting, 0
    for stop in range(waiting.size):
        if before.walker[stop] >= 0 and plan.walker[stop] == OPEN:
            know_neighbours(facts, stop)
            count = let_wait(facts, offers, stop, count)
            for rank in range(min(WIDTH * (1 + facts.others[stop]), facts.near.shape[1])):
                near = facts.near[stop, rank]
                if plan.walker[near] == OPEN and not is_waiting[near]:
                    count = let_wait(facts, offers, near, count)
    for at in range(count):
        is_waiting[waiting[at]] = False
    put_in(facts, plan, offers, taste, (gain.size, count, bits))


@lean
def let_wait(facts: Facts, offers: Offers, stop: int, count: int) -> int:
    """Add a stop, in all its variants, to the first `count` that wait; their number then."""
    first = facts.lead[stop]
    for each in range(first, first + facts.others[first] + 1):
        if not offers.is_waiting[each]:
            offers.is_waiting[each] = True
            offers.waiting[count] = each
            count += 1
    return count


@lean
def fill_up(
    facts: Facts, plan: Plan, offers: Offers, taste: Taste, limits: tuple[int, Bits]
) -> int:
    """Put up to so many left-out stops into the plan; how many were put in.

    O(k · u · l) for k stops put in, u that might fit and l legs of the walk that changed.
    """
    most, bits = limits
    waiting = offers.waiting
    for stop in range(waiting.size):
        waiting[stop] = stop
    count = keep_open(plan, waiting, waiting.size)
    return put_in(facts, plan, offers, taste, (most, count, bits))


@lean
def put_in(
    facts: Facts, plan: Plan, offers: Offers, taste: Taste, limits: tuple[int, int, Bits]
) -> int:
    """Put up to so many of the first so many stops that wait into the plan."""
    most, count, bits = limits
    waiting = offers.waiting
    if waiting.size <= FEW and taste.blink:
        count = overlook(waiting, count, bits)
    for walker in range(plan.length.size):
        look(facts, plan, offers, walker, waiting[:count])
    for done in range(most):
        if not facts.patient:
            count = keep_fitting(facts, offers, waiting, count)
        first = below(bits, plan.length.size) if facts.linked else 0
        walker, at = best_offer(taste, offers.delay, waiting[:count], first, bits)
        if at < 0 and taste.blink:  # what was overlooked is not left out for that
            sober = Taste(taste.gain, taste.least, 0.0)
            walker, at = best_offer(sober, offers.delay, waiting[:count], first, bits)
        if at < 0:
            return done
        stop = waiting[at]
        insert(facts, plan, walker, int(offers.leg[walker, stop]), stop)
        count -= 1
        waiting[at] = waiting[count]
        if facts.linked:
            count = keep_open(plan, waiting, count)
        look(facts, plan, offers, walker, waiting[:count])
    return most


@lean
def put_in_turn(facts: Facts, plan: Plan, offers: Offers, stops: Ints) -> None:
    """Put one stop after another where it delays least, those that fit nowhere not at all."""
    for at in range(stops.size):
        stop, best, best_walker = stops[at], NEVER, -1
        for walker in range(plan.length.size):
            look(facts, plan, offers, walker, stops[at : at + 1])
            if offers.delay[walker, stop] < best:
                best, best_walker = offers.delay[walker, stop], walker
        if best_walker >= 0:
            insert(facts, plan, best_walker, int(offers.leg[best_walker, stop]), stop)


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
def overlook(waiting: Ints, count: int, bits: Bits) -> int:
    """Leave out some of the first `count` stops altogether; how many stay.

    Among few, to overlook single offers is not enough: a variant of a stop that fits without delay
    beats one worth more that delays, in every walk where it fits; and what another stop has to come
    after is always put in, even where that one cannot be.
    """
    kept = 0
    for at in range(count):
        if uniform(bits) >= NAP:
            waiting[kept] = waiting[at]
            kept += 1
    return kept


@lean
def keep_fitting(facts: Facts, offers: Offers, waiting: Ints, count: int) -> int:
    """Move those of the first `count` stops that fit somewhere to the front; their number.

    What is timeless stays as well: to go on looking costs less than to begin anew later.
    """
    delay = offers.delay
    kept = 0
    for at in range(count):
        stop = waiting[at]
        for walker in range(delay.shape[0]):
            if delay[walker, stop] < NEVER or facts.timeless[stop]:
                waiting[kept] = stop
                kept += 1
                break
    return kept


@lean
def best_offer(taste: Taste, delay: Ints, waiting: Ints, first: int, bits: Bits) -> tuple[int, int]:
    """The walker and the place in `waiting` with the most gain per delay; (-1, -1) without any.

    Among equal offers walker `first` wins, or who comes next: drawn anew, what must come together
    meets somewhere.
    """
    gain, least, blink = taste.gain, taste.least, taste.blink
    best, best_walker, best_at = 0.0, -1, -1
    for turn in range(delay.shape[0]):
        walker = (first + turn) % delay.shape[0]
        delays = delay[walker]
        for at in range(waiting.size):
            stop = waiting[at]
            if delays[stop] >= NEVER:
                continue
            offer = gain[stop] / (max(delays[stop], 0) + least)
            if offer > best and uniform(bits) >= blink:
                best, best_walker, best_at = offer, walker, at
    return best_walker, best_at
