"""The problem without pauses and hours, and what its plan is in the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Break, Budget, Problem, Stop, Walker, solve, verify
from routing.engine.simplified import realised, simplified
from routing.engine.timetable import Tables, is_feasible
from tests.routing.engine.cases import line, rich_problems, street
from tests.routing.engine.test_pauses_and_hours import by_hours, paused, value_in
from tests.routing.engine.test_search import town


def test_what_has_neither_is_not_simplified() -> None:
    """There is nothing to gain."""
    assert simplified(street(100, 200)) is None


def test_shifts_are_shorter_by_pauses_and_values_are_means() -> None:
    """Two pauses of 30 and 40 s; 5 and 20 are 12; what is ever worth something stays so."""
    walker = Walker(1, 0, 0, (0, 700), breaks=(Break(30, (0, 90)), Break(40, (100, 200))))
    problem = Problem([Stop(1, 1, (5, 20)), Stop(2, 1, (1, 0))], [walker], line(0, 30), (500,))
    simple = simplified(problem)
    assert simple is not None
    assert [stop.value for stop in simple.stops] == [12, 1]
    assert [(each.shift, each.breaks) for each in simple.walkers] == [((0, 630), ())]


@given(rich_problems(), st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_the_orders_what_is_made_of_them_holds(
    problem: Problem, data: st.DataObject
) -> None:
    """Orders of any stops, each once: a part of them in that order, which every rule allows."""
    tables = Tables(problem)
    drawn = data.draw(st.permutations(range(len(problem.stops))))
    cut = data.draw(st.integers(0, len(drawn)))
    given_orders = [drawn[:cut], drawn[cut:], *[[] for _ in problem.walkers]]
    given_orders = given_orders[: len(problem.walkers)]
    made = realised(tables, given_orders)
    assert is_feasible(tables, made)
    for before, after in zip(given_orders, made, strict=True):
        kept = iter(before)
        assert all(tables.source[stop] in kept for stop in after)


def test_a_plan_that_is_possible_as_it_is_stays_whole() -> None:
    """Ample time and a pause at any time: every stop of the order, and the best hours it gets."""
    problem = paused(by_hours(town("orienteering", 8)), Break(60, (0, 10_000)))
    ample = replace(problem, walkers=[replace(each, shift=(0, 20_000)) for each in problem.walkers])
    tables = Tables(ample)
    (made,) = realised(tables, [list(range(8))])
    assert [tables.source[stop] for stop in made] == list(range(8))


def test_a_long_search_of_many_stops_is_no_worse_for_beginning_simply() -> None:
    """A hundred stops without windows: the walk is as good as one that has no pause to place."""
    problem = town("orienteering", 100)
    shorter = [replace(each, shift=(0, 2200)) for each in problem.walkers]
    expected = solve(replace(problem, walkers=shorter), Budget(iterations=1000), engine="search")
    rested = paused(problem, Break(300, (0, 2500)))
    found = solve(rested, Budget(iterations=1000), engine="search")
    assert verify(rested, found).ok
    assert found.value >= expected.value


@pytest.mark.parametrize("seed", range(4))
def test_no_less_is_brought_than_by_who_does_not_know_the_hours(seed: int) -> None:
    """The same search of the mean values, whose plan is worth no more by the hour."""
    blind = town("orienteering", 60, seed)
    shares = (2, 6, 4)
    stops = [
        replace(stop, value=tuple(share * stop.values[0] for share in shares))
        for stop in blind.stops
    ]
    knowing = replace(blind, stops=stops, bucket_edges=(800, 1600))
    mean = replace(blind, stops=[replace(stop, value=4 * stop.values[0]) for stop in blind.stops])
    found = solve(knowing, Budget(iterations=1000), engine="search")
    expected = solve(mean, Budget(iterations=1000), engine="search")
    assert verify(knowing, found).ok
    assert found.value >= value_in(knowing, expected)
