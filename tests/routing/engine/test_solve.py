"""Small problems whose best plan is plain to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from routing.engine import (
    UNREACHABLE,
    Budget,
    EngineFault,
    Problem,
    Reason,
    Score,
    Solution,
    Stop,
    Walker,
    greedy,
    solve,
    verify,
    warm,
)
from routing.engine.clock import Clock, moments
from routing.engine.methods import turns
from routing.engine.objective import status_of
from routing.engine.search import stages_of
from routing.engine.searching import rounds
from routing.engine.timetable import Tables
from tests.routing.engine.cases import QUICK, line, street, with_stop


def orders(solution: Solution) -> list[list[int]]:
    return [[planned.stop for planned in walk.stops] for walk in solution.walks]


def reasons(solution: Solution) -> dict[int, str]:
    return {left.stop: left.reason.value for left in solution.left_out}


def test_without_stops_nobody_leaves() -> None:
    """An empty problem has an empty plan that is known to be optimal."""
    solution = solve(street(), QUICK)
    assert orders(solution) == [[]]
    assert (solution.time_s, solution.walk_s, solution.status) == (0, 0, "optimal")


def test_a_single_stop_is_visited_with_its_times() -> None:
    """Arrive, wait for the window, serve, go home: every time is stated."""
    problem = with_stop(street(30), 0, service_s=60, windows=((100, 200),))
    planned = solve(problem, QUICK).walks[0].stops[0]
    times = (planned.walk_s, planned.arrive_s, planned.wait_s, planned.start_s, planned.leave_s)
    assert times == (30, 30, 70, 100, 160)


def test_all_required_is_a_pure_ordering() -> None:
    """Both ends of the street are visited in one sweep each: 20 to one side, 50 to the other."""
    solution = solve(street(50, -10, 20, -20, 30, required=True), QUICK)
    assert solution.walk_s == 140
    assert not solution.left_out


def test_a_walk_from_one_place_to_another_is_ordered_between_them() -> None:
    """With different ends the shortest walk is no round trip."""
    stops = [Stop(id=at, place=at, value=0, required=True) for at in (1, 2, 3)]
    problem = Problem(
        stops, [Walker(id=0, start=0, end=4, shift=(0, 500))], line(0, 30, 10, 20, 40)
    )
    assert orders(solve(problem, QUICK)) == [[1, 2, 0]]


def test_value_comes_before_time() -> None:
    """A point of value more is worth any walk that the shift allows."""
    problem = with_stop(street(-5, 400, shift=(0, 805)), 1, value=11)
    assert orders(solve(problem, QUICK)) == [[1]]


def test_required_comes_before_value() -> None:
    """A required stop without value displaces the most valuable optional one."""
    problem = with_stop(street(-400, 400, shift=(0, 900)), 0, value=0, required=True)
    problem = with_stop(problem, 1, value=10**6)
    solution = solve(problem, QUICK)
    assert orders(solution) == [[0]]
    assert reasons(solution) == {1: "no_time"}


def test_a_required_stop_that_cannot_be_served_is_reported() -> None:
    """It stands among the stops left out, with its reason, and in `missed`; the rest is served."""
    problem = with_stop(street(10, 600), 1, required=True)
    solution = solve(problem, QUICK)
    assert orders(solution) == [[0]]
    assert solution.missed == (1,)
    assert reasons(solution) == {1: "no_time"}


def test_as_many_required_stops_as_possible_are_served() -> None:
    """When all are required and they do not fit, one is missed, not all."""
    solution = solve(street(100, 200, -400, required=True, shift=(0, 900)), QUICK)
    assert sorted(orders(solution)[0]) == [0, 1]
    assert solution.missed == (2,)


def test_what_no_walker_can_reach_is_unreachable() -> None:
    """With no way to any stop the plan is empty and says why."""
    travel = np.full((3, 3), UNREACHABLE)
    np.fill_diagonal(travel, 0)
    stops = [Stop(id=1, place=1, value=5), Stop(id=2, place=2, value=5, required=True)]
    solution = solve(Problem(stops, [Walker(id=0, start=0, end=0, shift=(0, 99))], travel), QUICK)
    assert reasons(solution) == {0: "unreachable", 1: "unreachable"}
    assert solution.missed == (1,)


def test_a_way_there_without_a_way_home_is_no_way() -> None:
    """A one-way street to a stop leaves it out."""
    travel = np.array([[0, 5], [UNREACHABLE, 0]])
    problem = Problem([Stop(1, 1, 5)], [Walker(0, 0, 0, (0, 99))], travel)
    assert reasons(solve(problem, QUICK)) == {0: "unreachable"}


def test_a_window_outside_the_shift_is_named() -> None:
    """A manager reads that the hour was wrong, not that there was no time."""
    problem = with_stop(street(10, 20), 0, windows=((2000, 2100),))
    assert reasons(solve(problem, QUICK)) == {0: "outside_window"}


def test_a_window_that_the_plan_cannot_meet_is_named() -> None:
    """Two stops far apart at the same hour: one is served, the other is outside its window."""
    problem = street(-100, 100, windows=((100, 150),))
    solution = solve(with_stop(problem, 1, value=20), QUICK)
    assert orders(solution) == [[1]]
    assert reasons(solution) == {0: "outside_window"}


def test_the_later_of_two_windows_serves_too() -> None:
    """A stop with two windows is visited in the one that the rest of the plan leaves."""
    problem = street(-100, 100, windows=((100, 150),))
    problem = with_stop(problem, 0, windows=((100, 150), (600, 700)))
    solution = solve(problem, QUICK)
    assert orders(solution) == [[1, 0]]
    assert solution.walks[0].stops[1].start_s == 600


def test_stops_without_value_are_not_worth_a_step() -> None:
    """Zero value and not required: left out although there is time."""
    solution = solve(street(10, 20, value=0), QUICK)
    assert orders(solution) == [[]]
    assert set(reasons(solution).values()) == {Reason.WORTH_LESS_THAN_THE_DETOUR}


def test_no_shift_is_long_enough_for_what_is_worth_nothing() -> None:
    """Neither the time nor the hour is the reason, where there is none to go at all."""
    problem = with_stop(street(10, 10, 10, 400, shift=(0, 100)), 0, value=0, service_s=500)
    problem = with_stop(problem, 1, value=0, windows=((500, 600),))
    assert reasons(solve(problem, QUICK)) == {
        0: "worth_less_than_the_detour",
        1: "worth_less_than_the_detour",
        3: "no_time",
    }


def test_two_walkers_share_the_street() -> None:
    """What one cannot do alone, two do: one to each side."""
    solution = solve(street(-300, 300, walkers=2, shift=(0, 700)), QUICK)
    assert sorted(orders(solution)) == [[0], [1]]


def test_the_search_is_never_worse_than_greedy() -> None:
    """Greedy takes the near small values and has no time for the far large one; the search does."""
    problem = street(-4, -8, 50, shift=(0, 104))
    problem = with_stop(problem, 2, value=45)
    assert greedy(problem).value == 20
    assert solve(problem, QUICK).value == 45
    assert solve(problem, Budget(seconds=0)).value == 20


def test_shifts_at_any_time_of_day_are_alike() -> None:
    """A problem moved by ten hours has the same plan, ten hours later."""
    early = street(-100, 60, 20, shift=(0, 400), windows=((50, 380),))
    late = street(-100, 60, 20, shift=(36_000, 36_400), windows=((36_050, 36_380),))
    first, second = solve(early, QUICK), solve(late, QUICK)
    assert orders(first) == orders(second)
    assert second.walks[0].end_s - first.walks[0].end_s == 36_000


def test_the_same_question_has_the_same_answer() -> None:
    """Problem, seed and iterations decide everything."""
    draw = np.random.default_rng(5)
    problem = street(*draw.integers(-300, 300, 40).tolist(), shift=(0, 900), service_s=30)
    assert solve(problem, QUICK, seed=3) == solve(problem, QUICK, seed=3)


def test_progress_is_reported_and_may_end_the_search() -> None:
    """What the caller raises while being told of the progress comes out of `solve`."""

    def stop(fraction: float) -> None:
        assert 0 < fraction <= 1
        raise KeyboardInterrupt

    warm()
    with pytest.raises(KeyboardInterrupt):
        solve(street(10, 20, 30), Budget(seconds=0.3), report=stop)


def test_a_plan_that_does_not_verify_is_not_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the engine is an error, not a wrong plan in a rep's hand."""
    monkeypatch.setattr("routing.engine.solving.construct", lambda _tables, _late: [[0, 0]])
    with pytest.raises(EngineFault, match="exactly once"):
        solve(street(10), QUICK)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_budget_is_a_time(seconds: float) -> None:
    """A budget that cannot be kept is refused."""
    with pytest.raises(ValueError, match="cannot be kept"):
        Budget(seconds=seconds)


def test_a_number_of_iterations_is_not_negative() -> None:
    """It is refused too."""
    with pytest.raises(ValueError, match="cannot be kept"):
        Budget(iterations=-1)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_ordering_has_the_same_answer(seed: int) -> None:
    """Of several walkers and of a pure ordering too, problem, seed and iterations decide all."""
    draw = np.random.default_rng(seed)
    ordering = street(*draw.integers(-300, 300, 30).tolist(), shift=(0, 9000), required=True)
    crew = street(*draw.integers(-300, 300, 30).tolist(), shift=(0, 400), walkers=3, service_s=30)
    for problem in (ordering, crew):
        assert solve(problem, QUICK, seed) == solve(problem, QUICK, seed)


def test_iterations_do_not_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that is a thousand times slower the plan is the same, and so is the greedy."""
    problem = street(*range(-300, 300, 20), shift=(0, 900), service_s=30)
    expected = solve(problem, QUICK)
    ticks = iter(range(0, 10**9, 1000))
    monkeypatch.setattr("routing.engine.clock.time.monotonic", lambda: float(next(ticks)))
    assert solve(problem, QUICK) == expected


def test_the_work_of_each_method_is_on_record() -> None:
    """Which methods had a turn, how many iterations they did, and whether they found anything."""
    problem = street(*range(-600, 600, 20), shift=(0, 900), windows=((50, 800),))
    walkers = [replace(problem.walkers[0], end=None)]
    solution = solve(replace(problem, walkers=walkers), QUICK)
    assert [effort.method for effort in solution.efforts] == ["search", "ortools"]
    assert solution.efforts[0].iterations == 300
    assert solution.efforts[0].improvements > 0
    assert all(effort.seconds > 0 for effort in solution.efforts)


@pytest.mark.parametrize(
    ("bound", "status"),
    [
        (None, "heuristic"),
        (Score(0, 0, 100), "heuristic"),
        (Score(1, 0, 100), "bound 50.0%"),
        (Score(1, 10, 80), "bound 25.0%"),
        (Score(1, 10, 100), "optimal"),
    ],
)
def test_a_bound_says_how_good_the_plan_is(bound: Score | None, status: str) -> None:
    """Of 20 points of value the plan has 10 in 100 s, and one required stop is missed."""
    assert status_of(street(5, 6), Score(1, 10, 100), bound) == status


def test_no_iterations_leave_the_greedy_plan() -> None:
    """The search may find nothing; there is a plan all the same."""
    problem = street(*range(-300, 300, 20), shift=(0, 900), service_s=30)
    solution = solve(problem, Budget(iterations=0))
    assert verify(problem, solution).score <= verify(problem, greedy(problem)).score


@pytest.mark.parametrize("required", [True, False])
def test_a_service_longer_than_the_shift_is_left_out(required: bool) -> None:
    """The stop can be reached and cannot be served; the others are."""
    problem = street(10, 20, 30, shift=(0, 100))
    problem = with_stop(problem, 1, service_s=101, required=required)
    solution = solve(problem, QUICK)
    assert sorted(orders(solution)[0]) == [0, 2]
    assert reasons(solution) == {1: "no_time"}
    assert solution.missed == ((1,) if required else ())


def test_a_shift_without_length_serves_what_takes_no_time() -> None:
    """Somebody who starts where they end, at one instant: only what is there and instant."""
    problem = street(0, 0, 5, shift=(7, 7))
    problem = with_stop(problem, 1, service_s=1)
    solution = solve(problem, QUICK)
    assert orders(solution) == [[0]]
    assert (solution.time_s, solution.walks[0].end_s) == (0, 7)


def test_a_window_that_closes_before_the_first_arrival_is_named() -> None:
    """The shift has begun by then, yet nobody is that fast."""
    problem = with_stop(street(100, 50), 0, windows=((0, 99),))
    assert reasons(solve(problem, QUICK)) == {0: "outside_window"}


def test_windows_of_shifts_that_open_late_are_times_of_the_day() -> None:
    """A second walker's later shift serves what the first one's hours cannot."""
    stops = [Stop(1, 1, 5, windows=((50, 60),)), Stop(2, 1, 5, windows=((950, 960),))]
    walkers = [Walker(1, 0, 0, (0, 100)), Walker(2, 0, 0, (900, 1000))]
    solution = solve(Problem(stops, walkers, line(0, 20)), QUICK)
    assert orders(solution) == [[0], [1]]


def test_a_library_that_finds_nothing_leaves_the_greedy_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The baseline is always there to be returned."""
    monkeypatch.setattr("routing.engine.library.LibraryModel.orders", lambda *_: None)
    problem = street(10, 20, 30)
    solution = solve(problem, QUICK)
    assert (solution.engine, sorted(orders(solution)[0])) == ("greedy", [0, 1, 2])


def test_an_order_too_long_for_the_shift_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tour misses the shift, the greedy one that keeps it stands."""
    monkeypatch.setattr("routing.engine.searching.shortest_order", lambda *_: [[2, 0, 1]])
    problem = street(10, 20, 30, required=True, shift=(0, 60))
    assert solve(problem, QUICK).engine == "greedy"
    assert orders(solve(problem, QUICK)) == [[0, 1, 2]]


def test_verify_counts_for_itself() -> None:
    """The report's score is what the solution claims, counted from the problem."""
    problem = street(10, 20, 600)
    solution = solve(problem, QUICK)
    report = verify(problem, solution)
    assert report.ok
    assert (report.score.lost, report.score.time_s) == (10, solution.time_s)


def turns_of(problem: Problem, seconds: float) -> list[tuple[str, float]]:
    """The turns of a budget, and when each ends."""
    clock = Clock(Budget(seconds=seconds))
    return [
        (each.name, each.clock.budget.seconds) for each in turns("auto", Tables(problem), clock)
    ]


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0, 1.9, 2.5, 5.0, 60.0])
def test_more_seconds_only_go_on_where_fewer_end(seconds: float) -> None:
    """A small evening is searched and proved at fixed times, whatever the budget."""
    problem = street(*range(-300, 300, 20), shift=(0, 900))
    shorter, longer = turns_of(problem, seconds), turns_of(problem, 2 * seconds)
    assert shorter[-1][1] == seconds
    assert [turn for turn in shorter if turn[1] < seconds] == [
        turn for turn in longer if turn[1] < seconds
    ]


@pytest.mark.parametrize("seconds", [0.3, 0.79, 0.81, 0.9, 1.0, 1.1, 3.0, 5.0, 60.0])
@pytest.mark.parametrize("more", [1.1, 2, 7])
def test_the_library_has_its_turns_at_the_same_times_in_every_budget(
    seconds: float, more: float
) -> None:
    """What a smaller budget has done by its end a larger one has done by then, too."""
    problem = street(*range(-600, 600, 20), shift=(0, 900), windows=((50, 800),))
    problem = replace(problem, walkers=[replace(problem.walkers[0], end=None)])
    shorter, longer = turns_of(problem, seconds), turns_of(problem, more * seconds)
    ended = [turn for turn in shorter if turn[1] < seconds]
    for (name, ends_s), (same, also_s) in zip(ended, longer, strict=False):
        assert name == same
        assert ends_s == pytest.approx(also_s)
    assert len(ended) < len(longer)
    assert shorter[len(ended)][0] == longer[len(ended)][0]


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.3, 1.0, 5.0])
def test_the_simplified_problem_has_its_rounds_at_the_same_times_in_every_budget(
    seconds: float,
) -> None:
    """Up to the end of the smaller budget, in which nobody has a turn after it."""
    tables = Tables(street(*range(-600, 600, 20), shift=(0, 900)))
    shorter, longer = rounds(tables, seconds), rounds(tables, 3 * seconds)
    cut = [tuple(min(seconds, at) for at in each) for each in longer]
    assert [*shorter, *[(seconds, seconds)] * (len(longer) - len(shorter))] == cut
    assert shorter[-1][1] == seconds
    assert all(begun < ends for begun, ends in shorter[:-1])


@pytest.mark.parametrize("seconds", [0.3, 0.74, 0.76, 0.9, 1.0, 5.0])
def test_more_seconds_never_leave_the_search_fewer(seconds: float) -> None:
    """Also where the library begins to have a turn after it."""
    problem = street(*range(-600, 600, 20), shift=(0, 900), windows=((50, 800),))
    problem = replace(problem, walkers=[replace(problem.walkers[0], end=None)])
    (first, searched_s), *_ = turns_of(problem, seconds)
    (again, longer_s), *_ = turns_of(problem, seconds + 0.1)
    assert (first, again) == ("search", "search")
    assert searched_s <= longer_s <= seconds + 0.1


def test_a_teams_walks_are_put_together_at_fixed_times() -> None:
    """Larger budgets have the same moments, and more of them."""
    assert moments(0.8, 2, 5.0) == [0.8, 1.6, 3.2]
    assert moments(0.8, 2, 0.8) == []
    ends = [each.budget.seconds for each in stages_of(Clock(Budget(seconds=5.0)))]
    assert ends == pytest.approx([0.8, 1.6, 3.2, 5.0])


def test_what_is_proved_ends_the_search() -> None:
    """A minute is asked for; nobody waits for it once nothing can be better."""
    problem = street(9, 4, 30, -7, 12, -20, shift=(0, 60))
    solution = solve(problem, Budget(seconds=60))
    assert solution.status == "optimal"
    assert sum(effort.seconds for effort in solution.efforts) < 30


def test_a_budget_too_short_for_setting_up_leaves_a_greedy_plan() -> None:
    """Its share of the time counts from when it can begin: a thousand stops, a hundredth second."""
    at = np.random.default_rng(3).integers(-2000, 2000, 1000).tolist()
    problem = street(*at, shift=(0, 3000), service_s=30)
    assert solve(problem, Budget(seconds=0.01)).value > 0


def test_no_search_is_begun_that_could_not_be_ended_in_time() -> None:
    """Two thousand stops take longer to set up than a hundredth second: the plan is greedy."""
    at = np.random.default_rng(3).integers(-2000, 2000, 2000).tolist()
    solution = solve(street(*at, shift=(0, 3000), service_s=30), Budget(seconds=0.01))
    assert solution.efforts == ()
    assert (solution.engine, solution.value > 0) == ("greedy", True)
