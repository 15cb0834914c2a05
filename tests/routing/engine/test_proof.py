"""What is proved of a plan, against all plans there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from routing.engine import Budget, Problem, Score, Stop, Walker, solve, verify
from routing.engine.circuit import Circuit, least_by_room, most_by_room
from routing.engine.clock import Clock
from routing.engine.construction import construct
from routing.engine.objective import score
from routing.engine.proof import MOST_STOPS, prove
from routing.engine.reasons import candidates
from routing.engine.timetable import Tables, Timetable
from tests.routing.engine.cases import line, orders_of, problems, street, with_stop

AMPLE = Budget(iterations=20_000)


def best_of_all(problem: Problem) -> Score:
    """The best score of every order of every selection."""
    tables = Tables(problem)
    walks = [Timetable(tables, 0, list(order)) for order in orders_of(len(problem.stops))]
    return min(
        score(problem, dict.fromkeys(walk.order, 0), walk.out_s) for walk in walks if walk.feasible
    )


def proved(problem: Problem, budget: Budget) -> tuple[Score, Score] | None:
    """The score of the plan found and the bound proved; None where there was nothing to do."""
    tables, clock = Tables(problem), Clock(budget)
    found = prove(tables, construct(tables), clock, seed=0)
    if found is None:
        return None
    assert clock.record.bound is not None
    walk = Timetable(tables, 0, found[0])
    assert walk.feasible
    return score(problem, dict.fromkeys(walk.order, 0), walk.out_s), clock.record.bound


@given(problems())
@settings(max_examples=100, deadline=None)
def test_a_proof_is_the_best_of_all_plans(problem: Problem) -> None:
    """Windows with gaps, required stops, missing and one-sided ways: plan, bound and best agree."""
    small = Problem(problem.stops[:4], problem.walkers[:1], problem.travel_s)
    answer = proved(small, AMPLE)
    if answer is not None:
        assert answer == (best_of_all(small), best_of_all(small))


@given(problems())
@settings(max_examples=60, deadline=None)
def test_a_bound_without_the_time_for_a_proof_is_still_a_bound(problem: Problem) -> None:
    """CP-SAT may do nothing at all; no plan is better than what is said then."""
    small = Problem(problem.stops[:4], problem.walkers[:1], problem.travel_s)
    answer = proved(small, Budget(iterations=0))
    if answer is not None:
        assert answer[1] <= best_of_all(small) <= answer[0]


@given(problems())
@settings(max_examples=60, deadline=None)
def test_what_there_is_room_for_bounds_every_plan(problem: Problem) -> None:
    """Neither more worth nor less time is in any plan than the stops' own room allows."""
    small = Problem(problem.stops[:4], problem.walkers[:1], problem.travel_s)
    tables = Tables(small)
    circuit = Circuit(small, candidates(tables).tolist())
    most = most_by_room(circuit)
    for order in orders_of(len(small.stops)):
        walk = Timetable(tables, 0, list(order))
        if walk.feasible:
            worth = circuit.worth_of(list(order))
            assert worth <= most
            assert least_by_room(circuit, worth) <= walk.out_s


def test_a_small_evening_is_optimal_and_says_so() -> None:
    """Six stops on both sides of the start, a window that closes early, an order to find."""
    problem = with_stop(street(9, 4, 30, -7, 12, -20, shift=(0, 60)), 3, windows=((0, 8),))
    solution = solve(problem, Budget(iterations=2000), seed=0)
    assert solution.status == "optimal"
    assert verify(problem, solution).score == best_of_all(problem)


def test_pure_ordering_is_proved_too() -> None:
    """Up and down the street is the shortest walk over all of it."""
    problem = street(5, 1, 9, 3, 7, required=True)
    solution = solve(problem, Budget(iterations=2000), seed=0)
    assert (solution.status, solution.walk_s) == ("optimal", 18)


@pytest.mark.parametrize(("stops", "walkers"), [(MOST_STOPS + 1, 1), (5, 2)])
def test_larger_problems_are_not_proved(stops: int, walkers: int) -> None:
    """Neither more stops than can be hoped for nor a team."""
    problem = street(*range(1, stops + 1), walkers=walkers)
    tables = Tables(problem)
    assert prove(tables, construct(tables), Clock(AMPLE), seed=0) is None


def test_the_same_iterations_prove_the_same() -> None:
    """CP-SAT's work is limited by its own count, not by the clock."""
    ways = np.random.default_rng(5).integers(20, 90, (26, 26)).astype(np.int32)
    np.fill_diagonal(ways, 0)
    stops = [Stop(at, at, 5 + 7 * at % 11, 20) for at in range(1, 26)]
    problem = Problem(stops, [Walker(0, 0, 0, (0, 900))], ways)
    once, again = (solve(problem, Budget(iterations=600), seed=3) for _ in range(2))
    assert once == again
    assert once.status != "heuristic"


def test_what_cannot_be_served_is_not_in_the_proof() -> None:
    """A stop whose window closes before anybody can be there does not weaken the bound."""
    problem = with_stop(street(10, 20, 30, shift=(0, 200)), 2, windows=((0, 5),))
    solution = solve(problem, Budget(iterations=500), seed=0)
    assert solution.status == "optimal"
    shorter = replace(problem, travel_s=line(0, 10, 20, 3))
    assert solve(shorter, Budget(iterations=500), seed=0).value == 30
