"""What holds for every problem."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from routing.engine import Budget, Problem, Score, greedy, solve, verify
from tests.routing.engine.cases import QUICK, problems, rich_problems
from tests.routing.engine.judge import best_score


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
