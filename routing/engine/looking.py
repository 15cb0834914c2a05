"""Find where each stop fits best, looking at no more legs than needed."""

from __future__ import annotations

from routing.engine.all_legs import look_at_all_legs, look_with_breaks
from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints
from routing.engine.fresh_legs import look_at_fresh_legs
from routing.engine.hour_legs import look_at_legs_by_hour
from routing.engine.offers import Offers
from routing.engine.plans import Plan, settle


@lean
def look(facts: Facts, plan: Plan, offers: Offers, walker: int, waiting: Ints) -> None:
    """Find for each stop of `waiting` the leg of a walk where it delays the next stop least.

    All stops in one call: passing the arrays costs more than many legs. Variants of a stop, where
    there are any, are all waiting or none.
    """
    if facts.breaks[walker]:
        look_with_breaks(facts, plan, offers, walker, waiting)
    else:
        look_at_all_legs(facts, plan, offers, walker, waiting)
    if not facts.few and (plan.length[walker] or not facts.breaks[walker]):
        if facts.varied:
            look_at_legs_by_hour(facts, plan, offers, walker, waiting)
        else:
            look_at_fresh_legs(facts, plan, offers, walker, waiting)
    settle(plan, walker)
