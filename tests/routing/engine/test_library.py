"""OR-Tools' routing library: where it begins, and what it makes of what has to be served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from ortools.constraint_solver.routing_enums_pb2 import FirstSolutionStrategy

from routing.engine import Break, Budget, Problem, Walker, greedy, solve, verify
from routing.engine.clock import Clock
from routing.engine.construction import construct
from routing.engine.library import LibraryModel
from routing.engine.library_plans import select
from routing.engine.library_search import close, search_once, usual_parameters
from routing.engine.search import search
from routing.engine.solution import Orders
from routing.engine.timetable import Tables, score_of
from tests.routing.engine.cases import street, with_stop

ITERATIONS = Clock(Budget(iterations=50))


def lane(stops: int = 24, walkers: int = 1, shift: tuple[int, int] = (0, 3000)) -> Problem:
    """Stops anywhere on a street of half a kilometre, a minute each, every third for an hour."""
    at = np.random.default_rng(4).integers(-250, 250, stops).tolist()
    problem = street(*at, shift=shift, walkers=walkers, service_s=60)
    for index in range(0, stops, 3):
        problem = with_stop(problem, index, windows=((40 * index, 40 * index + 1500),))
    return problem


def with_breaks(problem: Problem) -> Problem:
    walkers = [
        replace(walker, breaks=(Break(200, (600, 1200)), Break(100, (1300, 2000))))
        for walker in problem.walkers
    ]
    return replace(problem, walkers=walkers)


def with_keys(problem: Problem) -> Problem:
    """Every fifth stop needs the one before it."""
    stops = [
        replace(stop, windows=(), after=(stop.id - 1,)) if stop.id % 5 == 0 else stop
        for stop in problem.stops
    ]
    return replace(problem, stops=stops)


def required(problem: Problem) -> Problem:
    return replace(problem, stops=[replace(stop, required=True) for stop in problem.stops])


def brought(tables: Tables, orders: Orders) -> int:
    """What a plan is worth; the library counts ways and service as its time, and no waiting."""
    return -score_of(tables, orders).lost


KINDS: dict[str, Callable[[Problem], Problem]] = {
    "windows": lambda problem: problem,
    "breaks": with_breaks,
    "precedence": with_keys,
    "a free end": lambda problem: replace(
        problem, walkers=[replace(walker, end=None) for walker in problem.walkers]
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("walkers", [1, 3])
def test_the_library_begins_with_the_plan_that_it_is_given(kind: str, walkers: int) -> None:
    """Its first solution is that plan, stop for stop, whatever else would be nearer."""
    tables = Tables(KINDS[kind](lane(walkers=walkers, shift=(0, 1500))))
    plan = construct(tables)
    assert any(plan)
    model = LibraryModel(tables, list(range(len(tables.place))), timed=True)
    parameters = usual_parameters(FirstSolutionStrategy.EVALUATOR_STRATEGY)
    parameters.solution_limit = 1
    close(model, parameters, ITERATIONS)
    model.begin_with(plan)
    assert search_once(model, None, parameters) == plan


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("budget", [Budget(seconds=0.15), Budget(iterations=50)])
def test_the_library_goes_on_from_the_search_and_the_search_from_it(
    kind: str, budget: Budget
) -> None:
    """Each takes the other's plan, and what it makes of it brings no less."""
    tables = Tables(KINDS[kind](lane(walkers=2, shift=(0, 1500))))
    searched = search(tables, construct(tables), ITERATIONS, 0)
    chosen = select(tables, searched, Clock(budget), 0)
    assert chosen is not None
    assert brought(tables, chosen) >= brought(tables, searched)
    selected = select(tables, construct(tables), Clock(budget), 0)
    assert selected is not None
    again = search(tables, selected, Clock(Budget(iterations=0)), 0)
    assert brought(tables, again) >= brought(tables, selected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("walkers", [1, 3])
def test_the_library_serves_all_that_has_to_be_served(kind: str, walkers: int) -> None:
    """There is time for every stop: from nothing the library finds a plan that misses none."""
    budget = Budget(iterations=300)
    problem = required(KINDS[kind](lane(walkers=walkers)))
    tables = Tables(problem)
    nothing: Orders = [[] for _ in problem.walkers]
    found = select(tables, nothing, Clock(budget), 0)
    assert found is not None
    assert score_of(tables, found).missed == 0
    solution = solve(problem, budget, engine="ortools")
    assert verify(problem, solution).ok
    assert solution.missed == ()


def test_the_library_serves_what_greedy_misses() -> None:
    """With the most urgent stop first, greedy has no time left; the library's own beginning has."""
    problem = required(with_breaks(lane(40, shift=(0, 4800))))
    assert greedy(problem).missed
    assert solve(problem, Budget(iterations=50), engine="ortools").missed == ()


def test_what_comes_after_a_stop_of_another_walker_is_not_begun_anew() -> None:
    """The first walker has the key already and no time for the door: nobody fetches it again."""
    problem = required(street(0, 100, 60, walkers=2, shift=(0, 400)))
    problem = with_stop(with_stop(problem, 0, windows=((0, 300),)), 1, after=(1,))
    first, second = problem.walkers
    walkers = [replace(first, shift=(0, 150)), Walker(second.id, 3, 3, (0, 400))]
    problem = replace(problem, walkers=walkers)
    baseline = greedy(problem)
    assert baseline.missed == (1,)
    solution = solve(problem, Budget(iterations=300))
    assert sorted(planned.stop for planned in solution.walks[1].stops) == [0, 1, 2]
