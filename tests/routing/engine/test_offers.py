"""What the search remembers of where stops fit is what a look at every leg would find."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Problem
from routing.engine.annealing import new_state, step
from routing.engine.facts import Facts, facts_of
from routing.engine.looking import look
from routing.engine.offers import no_offers
from routing.engine.plans import (
    OPEN,
    Plan,
    copy_changes,
    drop_marked,
    empty_plan,
    give_up,
    orders_of,
    put_orders,
    retime,
)
from routing.engine.recreate import WIDTH, recreate_near
from routing.engine.timetable import NEVER, Tables
from tests.routing.engine.cases import problems, rich_problems
from tests.routing.engine.test_pauses_and_hours import by_hours
from tests.routing.engine.test_search import town


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


@pytest.mark.parametrize("is_wide", [False, True])
@given(
    problem=st.one_of(problems(), rich_problems()),
    seed=st.integers(0, 5),
    iterations=st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_remembered_offers_are_those_of_every_leg(
    *, is_wide: bool, problem: Problem, seed: int, iterations: int
) -> None:
    """However many stops came and went since: the same least delay, of whatever leg has it."""
    if not problem.stops:
        return
    facts = facts_of(Tables(problem))._replace(is_wide=is_wide)
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


@pytest.mark.parametrize("hours", [False, True])
def test_what_is_put_back_is_near_what_was_taken_out(*, hours: bool) -> None:
    """One stop is taken out of a walk with time to spare: it and its neighbours may go in."""
    problem = town("orienteering", 120)
    facts = facts_of(Tables(by_hours(problem) if hours else problem))
    state = new_state(facts, seed=0)
    step(facts, state, 50)
    gone = int(np.flatnonzero(state.kept.walker >= 0)[0])
    copy_changes(state.kept, state.plan)
    give_up(facts, state.plan, gone)
    drop_marked(facts, state.plan, 0)
    later = np.zeros_like(facts.closes)
    later[len(facts.lead) :] = 10**4
    shift = facts.shift + np.array([0, 10**4])
    ample = facts._replace(closes=facts.closes + later, shift=shift)
    retime(ample, state.plan, 0)
    left = set(np.flatnonzero(state.plan.walker >= 0).tolist())
    recreate_near(ample, (state.kept, state.plan), state.offers, facts.gain[0], state.bits)
    put_in = set(np.flatnonzero(state.plan.walker >= 0).tolist()) - left
    near = [gone, *facts.near[gone, : WIDTH * (1 + facts.others[gone])].tolist()]
    places = {int(facts.lead[stop]) for stop in near}
    assert len(put_in) > 1
    assert {int(facts.lead[stop]) for stop in put_in} <= places
