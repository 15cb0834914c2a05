"""Chains of stops that only go in together, since no single one of them can be reached and left.

Where ways are missing, one-way streets for instance, a stop may have a way there only from another
that itself has no way on but to the first. And where stops are few: there the leg that delays the
next stop least is easily the only one that is ever tried, and another may turn waiting into work.
"""

from __future__ import annotations

from typing import Final

from routing.engine.all_legs import first_leg
from routing.engine.compiled import lean
from routing.engine.facts import FEW, Facts
from routing.engine.plans import OPEN, Plan, drop_marked, give_up, insert, is_feasible
from routing.engine.random_bits import Bits, below, uniform

CHANCE: Final = 0.2  # of an iteration, where any way is missing or stops are few
LONGEST: Final = 4


@lean
def leap(facts: Facts, plan: Plan, bits: Bits) -> None:
    """Sometimes put random stops behind each other into a leg, until the walk holds again.

    Where it does not, they are taken out once there are LONGEST.
    """
    may_help = facts.gaps or plan.walker.size <= FEW
    if not may_help or uniform(bits) >= CHANCE:
        return
    walker = below(bits, plan.length.size)
    leg = first = below(bits, plan.length[walker] + 1)
    for _ in range(LONGEST):
        stop = below(bits, plan.walker.size)
        if plan.walker[stop] != OPEN or not facts.allowed[walker, stop]:
            continue
        if facts.linked and first_leg(facts, plan, walker, stop) > leg:
            continue
        insert(facts, plan, walker, leg, stop)
        leg += 1
        if is_feasible(facts, plan, walker):
            return
    for position in range(first + 1, leg + 1):
        give_up(facts, plan, int(plan.order[walker, position]))
    if leg > first:
        drop_marked(facts, plan, walker)
