"""Buckets, skills, breaks, precedence, free ends, limits of walking: small cases with one twist."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from routing.engine import Break, Problem, Solution, Stop, Walker, solve, verify
from tests.routing.engine.cases import QUICK, line, street, with_stop
from tests.routing.engine.test_solve import orders, reasons


def with_walker(problem: Problem, index: int, **given: object) -> Problem:
    """The problem with one walker changed."""
    walkers = list(problem.walkers)
    walkers[index] = replace(walkers[index], **given)  # type: ignore[arg-type]
    return replace(problem, walkers=walkers)


@pytest.fixture(params=["search", "ortools", "auto"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_door_is_visited_when_it_is_worth_most(engine: str) -> None:
    """From 500 on somebody is home: the walker waits for that, where there is time to wait."""
    problem = Problem(
        [Stop(1, 1, (5, 20))], [Walker(1, 0, 0, (0, 700))], line(0, 30), bucket_edges=(500,)
    )
    solution = solve(problem, QUICK, engine=engine)
    assert (solution.value, solution.walks[0].stops[0].start_s) == (20, 500)


def test_the_bucket_counts_in_which_service_begins() -> None:
    """One second before the edge is still the earlier bucket."""
    problem = Problem(
        [Stop(1, 1, (20, 5), service_s=100)], [Walker(1, 0, 0, (0, 700))], line(0, 30), (31,)
    )
    assert solve(problem, QUICK).value == 20
    assert solve(replace(problem, bucket_edges=(30,)), QUICK).value == 5


def test_only_who_has_the_skill_serves(engine: str) -> None:
    """The stop next to the first walker goes to the second, who speaks the language."""
    problem = with_stop(street(10, 500, walkers=2, shift=(0, 1200)), 0, skills=frozenset({"Greek"}))
    problem = with_walker(problem, 1, skills=frozenset({"Greek", "Dutch"}))
    assert orders(solve(problem, QUICK, engine=engine))[1].count(0) == 1


def test_what_nobody_may_serve_needs_another_skill() -> None:
    """A required one too is left out with that reason, and missed."""
    problem = with_stop(street(10, 20), 0, skills=frozenset({"Greek"}), required=True)
    solution = solve(problem, QUICK)
    assert reasons(solution) == {0: "wrong_skill"}
    assert solution.missed == (0,)


def test_what_only_somebody_without_time_may_serve_needs_another_skill() -> None:
    """The other walker would have had the time."""
    problem = with_stop(street(100, walkers=2), 0, walkers=(0,))
    problem = with_walker(problem, 0, shift=(0, 50))
    assert reasons(solve(problem, QUICK)) == {0: "wrong_skill"}


def test_a_stop_comes_after_the_one_it_needs(engine: str) -> None:
    """The key is fetched at the far end first, although that is the longer way."""
    problem = with_stop(street(10, 200, shift=(0, 600)), 0, after=(2,), service_s=5)
    solution = solve(problem, QUICK, engine=engine)
    assert orders(solution) == [[1, 0]]


def test_what_comes_after_a_stop_left_out_is_left_out() -> None:
    """Without the key nobody goes to the door, and the manager reads why."""
    problem = with_stop(street(10, 2000), 0, after=(2,))
    assert reasons(solve(problem, QUICK)) == {0: "after_one_left_out", 1: "no_time"}


def test_what_is_worth_nothing_is_served_for_what_comes_after(engine: str) -> None:
    """The key itself has no value."""
    problem = with_stop(with_stop(street(10, 200), 1, value=0), 0, after=(2,))
    assert orders(solve(problem, QUICK, engine=engine)) == [[1, 0]]


def test_a_stop_waits_until_it_may_be_served() -> None:
    """`not_before` holds without any window, and inside one."""
    problem = with_stop(street(10), 0, not_before=300)
    assert solve(problem, QUICK).walks[0].stops[0].start_s == 300
    problem = with_stop(problem, 0, windows=((0, 100), (200, 400)))
    assert solve(problem, QUICK).walks[0].stops[0].start_s == 300


def paused(*breaks: Break, shift: tuple[int, int] = (0, 1000)) -> Problem:
    """Two stops of 100 s on a street, and a walker who takes breaks."""
    return with_walker(street(100, 200, service_s=100, shift=shift), 0, breaks=breaks)


def test_a_break_is_taken_on_the_way(engine: str) -> None:
    """The walk is 400 s, service 200 s, the break 50 s; it starts in its window, not in service."""
    solution = solve(paused(Break(50, (120, 260))), QUICK, engine=engine)
    assert solution.walks[0].end_s == 650
    assert 120 <= solution.walks[0].breaks_s[0] <= 260


def test_a_break_costs_a_stop_where_there_is_no_time_for_both() -> None:
    """600 s are enough for both stops, not for both and a pause."""
    assert len(orders(solve(paused(shift=(0, 600)), QUICK))[0]) == 2
    assert len(orders(solve(paused(Break(50, (0, 500)), shift=(0, 600)), QUICK))[0]) == 1


def test_breaks_are_taken_in_their_order() -> None:
    """The second begins when the first is over, even where both could."""
    solution = solve(paused(Break(30, (0, 900)), Break(30, (0, 900))), QUICK)
    first, second = solution.walks[0].breaks_s
    assert second >= first + 30


def test_a_walk_may_end_anywhere(engine: str) -> None:
    """With no way home, two stops in one direction take one way."""
    problem = with_walker(street(100, 200, shift=(0, 200)), 0, end=None)
    solution = solve(problem, QUICK, engine=engine)
    assert (orders(solution), solution.walk_s, solution.walks[0].end_s) == ([[0, 1]], 200, 200)


def test_a_free_end_is_an_ordering_too(engine: str) -> None:
    """All required: the shortest path ends at the far stop."""
    problem = with_walker(street(100, -50, 200, required=True), 0, end=None)
    assert solve(problem, QUICK, engine=engine).walk_s == 300


def test_walking_has_a_limit_of_its_own(engine: str) -> None:
    """There is time for the far stop; it is too far to walk."""
    problem = with_walker(street(100, -200), 0, most_walk_s=400)
    problem = with_stop(problem, 1, value=11)
    solution = solve(problem, QUICK, engine=engine)
    assert (orders(solution), solution.walk_s) == ([[1]], 400)


def test_each_walker_has_the_own_pace(engine: str) -> None:
    """Only who drives gets to the far stop and back in time."""
    ways = line(0, 300, 20)
    stops = [Stop(1, 1, 10), Stop(2, 2, 10)]
    walkers = [Walker(1, 0, 0, (0, 400), profile=0), Walker(2, 0, 0, (0, 400), profile=1)]
    problem = Problem(stops, walkers, np.stack([ways, ways // 2]))
    solution = solve(problem, QUICK, engine=engine)
    assert solution.value == 20
    assert 0 in orders(solution)[1]


EMPTY = (
    Walker(1, 0, None, (0, 400), frozenset({"Greek"}), 1, 50, (Break(10, (0, 100)),)),
    Walker(2, 0, 0, (0, 400)),
)


@pytest.mark.parametrize("values", [(), ((0, 0),), ((0, 7),), ((3, 7), (0, 0), (7, 3))])
@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_few_stops_with_everything_on(
    engine: str, values: tuple[tuple[int, int], ...], required: bool, place: int
) -> None:
    """None, one and three stops, worth something or not, all or none required, far or cut off."""
    ways = np.array([[0, 20, 2**31 - 1], [20, 0, 2**31 - 1], [2**31 - 1, 2**31 - 1, 0]])
    stops = [
        Stop(at, place, value, 5, required=required, skills=frozenset({"Greek"}))
        for at, value in enumerate(values)
    ]
    problem = Problem(stops, EMPTY, np.stack([ways, ways]), (100,))
    solution = solve(problem, QUICK, engine=engine)
    assert verify(problem, solution).ok
    if place == 2:
        assert set(reasons(solution).values()) <= {"unreachable"}
    elif required:
        assert not solution.left_out


def tampered(solution: Solution, **given: object) -> Solution:
    return replace(solution, walks=(replace(solution.walks[0], **given),))  # type: ignore[arg-type]


def test_tampering_with_what_binds_is_seen() -> None:
    """Breaks, skills, order, hours and limits are checked by the problem alone."""
    problem = paused(Break(50, (120, 400)))
    solution = solve(problem, QUICK)
    first, second = orders(solution)[0]
    in_service_s = solution.walks[0].stops[0].start_s + 30
    cases = {
        "breaks are taken, not 1": (problem, tampered(solution, breaks_s=())),
        "outside its window": (problem, tampered(solution, breaks_s=(900,))),
        "during the service": (problem, tampered(solution, breaks_s=(in_service_s,))),
        "not for this walker": (
            with_stop(problem, 0, walkers=None, skills=frozenset("x")),
            solution,
        ),
        "comes before": (with_stop(problem, first, after=(problem.stops[second].id,)), solution),
        "too early": (with_stop(problem, 0, not_before=900), solution),
        "more than": (with_walker(problem, 0, most_walk_s=399), solution),
    }
    for fault, (asked, claimed) in cases.items():
        faults = verify(asked, claimed).faults
        assert any(fault in each for each in faults), (fault, faults)
