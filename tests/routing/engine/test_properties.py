"""What holds for every problem."""

from __future__ import annotations

from hypothesis import given, settings

from routing.engine import Problem, Score, greedy, solve, verify
from routing.engine.objective import score
from routing.engine.timetable import Tables, Timetable
from tests.routing.engine.cases import QUICK, orders_of, problems


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
    tables = Tables(small)
    tried = [Timetable(tables, 0, list(order)) for order in orders_of(len(small.stops))]
    best: Score = min(score(small, walk.order, walk.out_s) for walk in tried if walk.feasible)
    assert best <= verify(small, solve(small, QUICK)).score
