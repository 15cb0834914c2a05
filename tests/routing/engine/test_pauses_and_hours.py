"""Pauses and values by the hour in the search: what it estimates holds, and it loses little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Break, Budget, Problem, Score, Solution, Stop, Walker, solve, verify
from routing.engine.annealing import new_state, step
from routing.engine.facts import Facts, facts_of
from routing.engine.looking import look
from routing.engine.objective import value_at
from routing.engine.plans import OPEN, orders_of, time_out
from routing.engine.timetable import NEVER, Tables, Timetable, is_feasible, score_of
from tests.routing.engine.cases import rich_problems
from tests.routing.engine.judge import best_score
from tests.routing.engine.test_search import town

SHARES = (3, 10, 6)


def estimating(tables: Tables) -> Facts:
    """The facts of a problem that is small, but searched as a large one."""
    return facts_of(tables)._replace(few=False)


def paused(problem: Problem, *breaks: Break) -> Problem:
    """The problem with these breaks for every walker."""
    return replace(problem, walkers=[replace(each, breaks=breaks) for each in problem.walkers])


def by_hours(problem: Problem) -> Problem:
    """The problem with values that change twice, all of them ten times as large at most."""
    stops = [
        replace(stop, value=tuple(share * stop.values[0] for share in SHARES))
        for stop in problem.stops
    ]
    return replace(problem, stops=stops, bucket_edges=(800, 1600))


def value_in(problem: Problem, solution: Solution) -> int:
    """What a plan of another problem with the same stops brings in this one."""
    return sum(
        value_at(problem, planned.stop, planned.start_s)
        for walk in solution.walks
        for planned in walk.stops
    )


@given(rich_problems(), st.integers(0, 5), st.integers(1, 60))
@settings(max_examples=80, deadline=None)
def test_what_the_search_offers_can_be_taken(problem: Problem, seed: int, iterations: int) -> None:
    """However many stops came and went since: each offer keeps its walk in time, and so do all."""
    tables = Tables(problem)
    if not tables.stops:
        return
    facts = estimating(tables)
    state = new_state(facts, seed)
    step(facts, state, iterations)
    assert is_feasible(tables, orders_of(state.best))
    assert time_out(facts, state.best) == score_of(tables, orders_of(state.best)).time_s
    orders, stops = orders_of(state.kept), np.flatnonzero(state.kept.walker == OPEN)
    assert is_feasible(tables, orders)
    for walker, order in enumerate(orders):
        look(facts, state.kept, state.kept_offers, walker, stops)
        for stop in stops[state.kept_offers.delay[walker, stops] < NEVER]:
            leg = int(state.kept_offers.leg[walker, stop])
            assert Timetable(tables, walker, [*order[:leg], int(stop), *order[leg:]]).feasible


@given(rich_problems(most_stops=5), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_no_estimate_leads_beyond_the_best_plan(problem: Problem, seed: int) -> None:
    """Several pauses, windows that bind, hours and teams, searched as if there were many stops."""
    tables = Tables(problem)
    if not tables.stops:
        return
    state = new_state(estimating(tables), seed)
    step(estimating(tables), state, 300)
    assert score_of(tables, orders_of(state.best)) >= Score(*best_score(problem))


def test_a_pause_at_any_time_costs_its_time_alone() -> None:
    """In a town of sixty stops as much is found as in a shift that is shorter by the pause."""
    problem = town("orienteering", 60)
    shorter = [replace(each, shift=(0, 2200)) for each in problem.walkers]
    expected = solve(replace(problem, walkers=shorter), Budget(iterations=2000), engine="search")
    rested = paused(problem, Break(300, (0, 2500)))
    found = solve(rested, Budget(iterations=2000), engine="search")
    assert verify(rested, found).ok
    assert found.value >= 0.98 * expected.value


def test_who_knows_the_hours_brings_more() -> None:
    """More than what a plan of the same stops without hours is worth by the hour."""
    problem = town("orienteering", 60)
    blind = solve(problem, Budget(iterations=1500), engine="search")
    found = solve(by_hours(problem), Budget(iterations=1500), engine="search")
    assert found.value > value_in(by_hours(problem), blind)


@pytest.mark.parametrize("kind", ["orienteering", "windows"])
@pytest.mark.parametrize("walkers", [1, 2])
def test_searching_longer_with_pauses_and_hours_is_never_worse(kind: str, walkers: int) -> None:
    """Two pauses, one of them at a narrow time, three hours, a team: and each budget verifies."""
    breaks = (Break(120, (600, 640)), Break(60, (1200, 2000)))
    problem = paused(by_hours(town(kind, 40, walkers=walkers)), *breaks)
    scores = []
    for iterations in (1, 60, 240, 600, 1200):
        report = verify(problem, solve(problem, Budget(iterations=iterations), engine="search"))
        assert report.faults == ()
        scores.append(report.score)
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < scores[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_required_stop_waits_for_its_better_hour(seed: int) -> None:
    """Though another walk could serve it at once, which delays nobody and brings less."""
    stops = [Stop(0, 0, 0), Stop(1, 0, (0, 1, 2), required=True)]
    walkers = [Walker(0, 0, 0, (0, 0)), Walker(1, 0, 0, (0, 1))]
    problem = Problem(stops, walkers, np.zeros((1, 1), dtype=np.int32), (1, 2))
    assert solve(problem, Budget(iterations=1000), seed, engine="search").value == 1
