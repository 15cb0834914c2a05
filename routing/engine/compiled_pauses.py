"""`pauses` for compiled code: a walker's breaks on a leg."""

from __future__ import annotations

from routing.engine.compiled import lean
from routing.engine.facts import Facts
from routing.engine.timetable import NEVER


@lean
def leg_over(facts: Facts, walker: int, leg: tuple[int, int], taken: tuple[int, int]) -> int:
    """When a leg (when it begins, its way) is over with those breaks on it, from and to before."""
    now, way = leg
    over, paused = now, 0
    for each in range(taken[0], taken[1]):
        over = max(over, int(facts.pause_opens[walker, each]))
        if over > facts.pause_closes[walker, each]:
            return NEVER
        over += facts.pause[walker, each]
        paused += facts.pause[walker, each]
    return min(NEVER, max(over, now + way + paused))


@lean
def leave_by(facts: Facts, walker: int, leg: tuple[int, int], taken: tuple[int, int]) -> int:
    """The latest begin of a leg (by when it must be over, its way) with those breaks; or -1."""
    until, way = leg
    by, paused = until, 0
    for each in range(taken[1] - 1, taken[0] - 1, -1):
        by = min(by - facts.pause[walker, each], int(facts.pause_closes[walker, each]))
        paused += facts.pause[walker, each]
        if by < facts.pause_opens[walker, each]:
            return -1
    return max(-1, min(by, until - paused - way))
