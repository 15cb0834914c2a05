"""What holds for every problem."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Budget, Problem, Score, greedy, solve, verify
from tests.routing.engine.cases import QUICK, problems, rich_problems
from tests.routing.engine.judge import best_score
from tests.routing.engine.test_search import town


@given(problems())
@settings(max_examples=150, deadline=None)
def test_every_plan_verifies_and_none_is_worse_than_greedy(problem: Problem) -> None:
    """Windows, required stops, several walkers, missing ways: it holds, and greedy is no better."""
    baseline, solution = greedy(problem), solve(problem, QUICK)
    assert verify(problem, baseline).ok
    report = verify(problem, solution)
    assert report.faults == ()
    assert report.score <= verify(problem, baseline).score


@given(problems())
@settings(max_examples=60, deadline=None)
def test_no_plan_is_better_than_the_best(problem: Problem) -> None:
    """One walker, up to four stops: no plan beats the best of all orders."""
    small = Problem(problem.stops[:4], problem.walkers[:1], problem.travel_s)
    assert Score(*best_score(small)) <= verify(small, solve(small, QUICK)).score


@pytest.mark.parametrize("engine", ["search", "ortools", "greedy"])
@given(problem=rich_problems())
@settings(max_examples=25, deadline=None)
def test_every_engine_keeps_whatever_a_problem_asks(engine: str, problem: Problem) -> None:
    """Buckets, skills, breaks, precedence, limits of walking, free ends: all in one problem."""
    report = verify(problem, solve(problem, Budget(iterations=20), engine=engine))
    assert report.faults == ()
    assert report.score <= verify(problem, greedy(problem)).score


@given(rich_problems(most_stops=5))
@settings(max_examples=50, deadline=None)
def test_the_search_finds_the_best_plan_of_a_tiny_problem(problem: Problem) -> None:
    """With everything on, no plan is better than what a thousand iterations find."""
    found = verify(problem, solve(problem, Budget(iterations=1000), engine="search"))
    assert found.faults == ()
    assert found.score == Score(*best_score(problem))


@given(st.one_of(problems(), rich_problems()), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_more_iterations_never_give_a_worse_plan(problem: Problem, seed: int) -> None:
    """Of the search and of all methods together, below, at and above where OR-Tools has a turn."""
    for engine in ("search", "auto"):
        scores = [
            verify(problem, solve(problem, Budget(iterations=each), seed, engine=engine)).score
            for each in (0, 7, 249, 250, 600)
        ]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("walkers", "windows"), [(1, False), (1, True), (2, True), (4, True)])
def test_a_longer_search_of_a_town_is_never_worse(walkers: int, windows: bool) -> None:
    """Where much is left to gain, each of many budgets gives no less than the one before."""
    problem = town("windows" if windows else "orienteering", 40, walkers=walkers)
    scores = [
        verify(problem, solve(problem, Budget(iterations=each), engine="search")).score
        for each in (1, 240, 260, 490, 510, 800, 1100)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < scores[0]
