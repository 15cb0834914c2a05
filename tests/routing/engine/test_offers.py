"""What the search remembers of where stops fit is what a look at every leg would find."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Problem
from routing.engine.annealing import new_state, step
from routing.engine.facts import Facts, facts_of
from routing.engine.looking import look
from routing.engine.offers import no_offers
from routing.engine.plans import OPEN, Plan, empty_plan, orders_of, put_orders
from routing.engine.timetable import NEVER, Tables
from tests.routing.engine.cases import problems, rich_problems


def delays_anew(facts: Facts, plan: Plan, walker: int) -> list[int]:
    """The least delay of every open stop in a walk, by trying each leg in a plan made anew."""
    return [
        min(delays_by_trying(facts, plan, walker, int(stop)), default=NEVER)
        for stop in np.flatnonzero(plan.walker == OPEN)
    ]


def delays_by_trying(facts: Facts, plan: Plan, walker: int, stop: int) -> Iterator[int]:
    """How much later each leg ends with the stop put into it, where the walk is still in time."""
    order = orders_of(plan)[walker]
    for leg in range(len(order) + 1 if facts.allowed[walker, stop] else 0):
        tried = empty_plan(facts)
        put_orders(facts, tried, [
            [*order[:leg], stop, *order[leg:]] if each == walker else []
            for each in range(len(plan.length))
        ])  # fmt: skip
        in_time = tried.arrive[walker, 0] <= tried.latest[walker, 0]
        if in_time and tried.walk[walker] <= facts.most_walk[walker]:
            usual = plan.arrive[walker, leg + 1] if order else plan.leave[walker, 0]
            yield int(tried.arrive[walker, leg + 2] - usual)


@given(st.one_of(problems(), rich_problems()), st.integers(0, 5), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_remembered_offers_are_those_of_every_leg(
    problem: Problem, seed: int, iterations: int
) -> None:
    """However many stops came and went since: the same least delay, of whatever leg has it."""
    if not problem.stops:
        return
    facts = facts_of(Tables(problem))
    state = new_state(facts, seed)
    step(facts, state, iterations)
    if facts.linked or facts.breaks.any():
        return
    stops = np.flatnonzero(state.kept.walker == OPEN)
    for walker in range(len(state.kept.length)):
        look(facts, state.kept, state.kept_offers, walker, stops)
        known = state.kept_offers.delay[walker, stops].tolist()
        assert known == delays_anew(facts, state.kept, walker)
        anew = no_offers(facts)
        look(facts, state.kept, anew, walker, stops)
        assert known == anew.delay[walker, stops].tolist()
