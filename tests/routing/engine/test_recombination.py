"""Walks of plans that were seen, put together anew."""

from __future__ import annotations

import numpy as np

from routing.engine import Budget, Problem, Stop, Walker, solve
from routing.engine.clock import Clock
from routing.engine.facts import Facts, facts_of
from routing.engine.plans import empty_plan, put_orders
from routing.engine.pool import EMPTY, Pool, collect, empty_pool
from routing.engine.recombination import recombined
from routing.engine.solution import Orders
from routing.engine.timetable import Tables
from tests.routing.engine.cases import QUICK, line

CLOCK = Clock(Budget(iterations=1))


def six_doors(shifts: tuple[int, ...] = (100, 100, 100)) -> Problem:
    """Six doors on a line, worth 1 to 6, and a walker for each shift."""
    stops = [Stop(at, at, at) for at in range(1, 7)]
    crew = [Walker(at, 0, 0, (0, shift)) for at, shift in enumerate(shifts)]
    return Problem(stops, crew, line(0, 1, 2, 3, 4, 5, 6))


def pool_with(facts: Facts, *plans: tuple[Orders, float]) -> Pool:
    """A pool that has seen plans of these energies."""
    pool, plan = empty_pool(facts), empty_plan(facts)
    for orders, energy in plans:
        put_orders(facts, plan, orders)
        collect(facts, pool, plan, energy)
    return pool


def values(orders: Orders | None) -> list[list[int]]:
    assert orders is not None
    return sorted(sorted(order) for order in orders)


def test_the_best_halves_of_two_plans_become_one_plan() -> None:
    """Neither plan has all six doors; their walks have."""
    facts = facts_of(Tables(six_doors()))
    first: Orders = [[0, 1], [2, 3], [5]]
    pool = pool_with(facts, (first, 2.0), ([[4, 5], [2], [0]], 3.0))
    found = recombined(pool, first, facts.weight, CLOCK)
    assert values(found) == [[0, 1], [2, 3], [4, 5]]


def test_nothing_is_found_where_nothing_is_better() -> None:
    """The plan itself is the best choice of its walks."""
    facts = facts_of(Tables(six_doors()))
    plan: Orders = [[0, 1], [2, 3], [4, 5]]
    assert recombined(pool_with(facts, (plan, 0.0)), plan, facts.weight, CLOCK) is None


def test_a_walk_stays_with_a_walker_who_has_the_time_for_it() -> None:
    """Who has the long shift gets the far doors, though two others were free."""
    facts = facts_of(Tables(six_doors(shifts=(12, 6, 6))))
    first: Orders = [[0, 1], [2], []]
    pool = pool_with(facts, (first, 2.0), ([[4, 5], [0], [1]], 2.0))
    found = recombined(pool, first, facts.weight, CLOCK)
    assert found is not None
    assert sorted(found[0]) == [4, 5]
    assert values(found[1:]) in ([[0], [2]], [[1], [2]])


def test_of_walks_over_the_same_stops_the_shorter_stays() -> None:
    """Whatever comes first, and however good its plan."""
    facts = facts_of(Tables(six_doors()))
    straight: tuple[Orders, float] = ([[0, 5], [], []], 5.0)
    zigzag: tuple[Orders, float] = ([[5, 0], [], []], 1.0)
    wide: tuple[Orders, float] = ([[2, 0, 5], [], []], 1.0)
    shuffled: tuple[Orders, float] = ([[0, 5, 2], [], []], 9.0)
    for plans in ((straight, zigzag), (zigzag, straight)):
        assert (pool_with(facts, *plans).kind != EMPTY).sum() == 1
    pool = pool_with(facts, wide, shuffled)
    slot = int(np.flatnonzero(pool.kind != EMPTY)[0])
    assert pool.order[slot, : pool.length[slot]].tolist() == [0, 5, 2]
    assert pool.energy[slot] == 1.0


def test_a_pair_of_walkers_keeps_no_pool() -> None:
    """For few walkers nothing is collected."""
    facts = facts_of(Tables(six_doors(shifts=(20, 20))))
    assert pool_with(facts, ([[0], [1]], 0.0)).key.size == 0


def test_a_team_has_the_same_plan_again() -> None:
    """Also where CP-SAT has chosen among the walks."""
    draw = np.random.default_rng(2)
    at = draw.integers(-400, 400, 40).tolist()
    stops = [Stop(n, n, int(draw.integers(1, 40)), 10) for n in range(1, 41)]
    stops = [Stop(s.id, s.place, s.value, 10, ((20 * s.id, 20 * s.id + 300),)) for s in stops]
    problem = Problem(stops, [Walker(w, 0, 0, (0, 900)) for w in range(4)], line(0, *at))
    assert solve(problem, QUICK, 5) == solve(problem, QUICK, 5)
