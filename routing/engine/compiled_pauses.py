"""`pauses` for compiled code: a walker's breaks on a leg."""

from __future__ import annotations

from typing import NamedTuple

from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints
from routing.engine.timetable import NEVER


class Rests(NamedTuple):
    """A walker's breaks, (b,) each: how long they are, and when their windows open and close."""

    pause: Ints
    opens: Ints
    closes: Ints


@lean
def rests_of(facts: Facts, walker: int) -> Rests:
    """The breaks of a walker."""
    return Rests(facts.pause[walker], facts.pause_opens[walker], facts.pause_closes[walker])


@lean
def leg_over(rests: Rests, leg: tuple[int, int], taken: tuple[int, int]) -> int:
    """When a leg (when it begins, its way) is over with those breaks on it, from and to before."""
    now, way = leg
    over, paused = now, 0
    for each in range(taken[0], taken[1]):
        over = max(over, int(rests.opens[each]))
        if over > rests.closes[each]:
            return NEVER
        over += rests.pause[each]
        paused += rests.pause[each]
    return min(NEVER, max(over, now + way + paused))


@lean
def leave_by(rests: Rests, leg: tuple[int, int], taken: tuple[int, int]) -> int:
    """The latest begin of a leg (by when it must be over, its way) with those breaks; or -1."""
    until, way = leg
    by, paused = until, 0
    for each in range(taken[1] - 1, taken[0] - 1, -1):
        by = min(by - rests.pause[each], int(rests.closes[each]))
        paused += rests.pause[each]
        if by < rests.opens[each]:
            return -1
    return max(-1, min(by, until - paused - way))
