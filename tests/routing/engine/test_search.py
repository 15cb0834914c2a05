"""The compiled searches: valid, repeatable, and better the longer they run."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import (
    UNREACHABLE,
    Budget,
    Problem,
    Stop,
    Walker,
    annealing,
    ordering,
    orienteering,
    solve,
    verify,
)
from routing.engine.annealing import (
    ANEW,
    BEST,
    CYCLE_BEGAN,
    FIRST_CYCLE,
    HOTTEST,
    ITERATION,
    State,
    new_state,
)
from routing.engine.clock import Clock, in_chunks
from routing.engine.construction import construct
from routing.engine.facts import Facts, facts_of
from routing.engine.methods import ENGINES
from routing.engine.neighbours import find_nearest
from routing.engine.objective import Score
from routing.engine.orienteering import beginnings, orienteer
from routing.engine.orienteering import orienteering as begun_orienteering
from routing.engine.plans import Plan, objective, orders_of
from routing.engine.prizes import prizes_of
from routing.engine.search import Search, find_hopeless, search
from routing.engine.searching import by_search
from routing.engine.timetable import Tables, score_of
from routing.engine.tour import empty_tour, ground_of, room_to_keep
from tests.routing.engine.cases import QUICK, problems, street

KINDS = ("ordering", "orienteering", "windows")


def town(kind: str, stops: int, seed: int = 0, walkers: int = 1, *, skew: bool = False) -> Problem:
    """Stops anywhere in a square kilometre, on ways that may be longer back than there."""
    draw = np.random.default_rng(seed)
    at = draw.integers(0, 1000, (stops + 1, 2))
    travel = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int32)
    travel += draw.integers(0, 80, travel.shape, dtype=np.int32) * skew
    np.fill_diagonal(travel, 0)
    is_order, opens = kind == "ordering", draw.integers(0, 1500, stops + 1)
    made = [
        Stop(
            id=place,
            place=place,
            value=int(draw.integers(1, 50)),
            service_s=int(draw.integers(0, 30)),
            windows=((int(opens[place]), int(opens[place]) + 400),) if kind == "windows" else (),
            required=is_order,
        )
        for place in range(1, stops + 1)
    ]
    limit = 10**6 if is_order else 2500
    return Problem(made, [Walker(each, 0, 0, (0, limit)) for each in range(walkers)], travel)


def found(problem: Problem, iterations: int, seed: int = 7) -> tuple[list[list[int]], Score]:
    """The plan of the compiled search after so many iterations, verified, and its score."""
    solution = solve(problem, Budget(iterations=iterations), seed, engine="search")
    report = verify(problem, solution)
    assert report.faults == ()
    return [[planned.stop for planned in walk.stops] for walk in solution.walks], report.score


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stops", [1, 2, 3, 4, 8, 40])
@pytest.mark.parametrize("skew", [False, True])
def test_searching_longer_is_never_worse_and_the_same_twice(
    kind: str, stops: int, skew: bool
) -> None:
    """Problem, seed and iterations decide the plan, from one stop on, on skew ways as well."""
    problem = town(kind, stops, skew=skew)
    short, again, long = (found(problem, iterations) for iterations in (200, 200, 2000))
    assert short == again
    assert long[1] <= short[1]


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("walkers", [2, 4])
def test_walkers_share_a_town(kind: str, walkers: int) -> None:
    """More walkers serve more, and nobody knocks where another has."""
    alone, together = (found(town(kind, 60, walkers=each), 1500)[1] for each in (1, walkers))
    assert together.lost < alone.lost


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind in KINDS for seed in (0, 1)])
def test_the_search_beats_greedy(kind: str, seed: int) -> None:
    """Fifty stops leave greedy something to gain."""
    problem = town(kind, 50, seed)
    tables = Tables(problem)
    assert found(problem, 3000)[1] < score_of(tables, construct(tables))


def test_a_tour_around_a_square_is_found() -> None:
    """The shortest way around is known: along the edges."""
    side = np.arange(0, 100, 10)
    edge, far = np.zeros(10, dtype=np.int64), np.full(10, 100)
    x = np.concatenate([side, far, 100 - side, edge])
    y = np.concatenate([edge, side, far, 100 - side])
    order = np.random.default_rng(3).permutation(40)
    at = np.stack([x, y], axis=1)[order]
    travel = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).round().astype(np.int32)
    stops = [Stop(place, place, 1, required=True) for place in range(1, 40)]
    problem = Problem(stops, [Walker(0, 0, 0, (0, 10_000))], travel)
    assert solve(problem, Budget(iterations=500), engine="search").walk_s == 400


def test_all_stops_of_a_street_are_served_where_there_is_time() -> None:
    """Nothing is left to choose, only to walk: there and back."""
    problem = street(30, 10, 50, 20, 40)
    solution = solve(problem, QUICK, engine="search")
    assert (solution.value, solution.walk_s, solution.left_out) == (50, 100, ())


@given(problems(), st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_the_search_starts_from_a_plan_and_never_gets_worse(problem: Problem, seed: int) -> None:
    """Several windows, required stops, missing ways: any start is kept or improved."""
    tables = Tables(problem)
    start = construct(tables)
    plan = search(tables, start, Clock(Budget(iterations=150)), seed)
    assert score_of(tables, plan) <= score_of(tables, start)


@given(problems(), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_limits_that_problems_do_not_have_yet_are_kept(problem: Problem, seed: int) -> None:
    """Whom a walker may serve, how fast the walker is, how far the walker may walk."""
    draw = np.random.default_rng(seed)
    walkers, stops = len(problem.walkers), len(problem.stops)
    if not stops:
        return
    facts = facts_of(Tables(problem))
    one = facts.travel[0]
    slow = np.where(one < UNREACHABLE, np.minimum(one.astype(np.int64) * 2, UNREACHABLE), one)
    for each in range(walkers):
        slow[stops + each, stops + walkers + each] = 0
    facts = facts._replace(
        travel=np.stack([one, slow.astype(np.int32)]),
        profile=draw.integers(0, 2, walkers),
        most_walk=draw.integers(20, 200, walkers),
        allowed=draw.random((walkers, stops)) < 0.6,
    )
    states = [stepped(facts, chunks) for chunks in ([300], [7] * 42 + [6])]
    for plan in (states[0].plan, states[0].kept, states[0].best):
        for each in range(walkers):
            check_walk(facts, plan, each)
    assert objective(facts, states[0].best) == states[0].counts[BEST]
    first, second = ((orders_of(state.best), int(state.bits[0])) for state in states)
    assert first == second


def stepped(facts: Facts, chunks: Sequence[int]) -> State:
    """A search after steps of these sizes."""
    state = new_state(facts, seed=5)
    find_hopeless(facts, state)
    for size in chunks:
        annealing.step(facts, state, size)
    assert state.counts[ITERATION] == sum(chunks)
    return state


def check_walk(facts: Facts, plan: Plan, walker: int) -> None:
    """Follow a walk from stop to stop by the facts alone."""
    length = plan.length[walker]
    if not length:
        return
    ways = facts.travel[facts.profile[walker]]
    nodes = plan.order[walker, : length + 2].tolist()
    now, walked = int(facts.shift[walker, 0]), 0
    for here, there in itertools.pairwise(nodes):
        way = int(ways[here, there])
        assert way < UNREACHABLE
        now, walked = now + way, walked + way
        if there < len(facts.worth):
            assert facts.allowed[walker, there]
            windows = zip(facts.opens[there].tolist(), facts.closes[there].tolist(), strict=True)
            now = max(now, next(opens for opens, closes in windows if now <= closes))
            now += int(facts.service[there])
    assert now <= facts.shift[walker, 1]
    assert walked == plan.walk[walker] <= facts.most_walk[walker]


@pytest.mark.parametrize("start", [[], [80, *range(9), 81]])
def test_where_steps_are_cut_makes_no_difference(start: list[int]) -> None:
    """So that the clock decides how far a search gets, and nothing else."""
    at = np.random.default_rng(3).integers(0, 1000, (82, 2))
    way = 2 * np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int64)
    ends = []
    for chunks in ([3000], [1] * 7 + [993, 2000]):
        ground, tour = ground_of(way, 1, 24), empty_tour(82, 1, 5)
        prizes = prizes_of(np.arange(80) % 37, np.array([4000]))
        kept, best = room_to_keep(tour), room_to_keep(tour)
        state = orienteering.Annealing(np.zeros(6), np.zeros(4, np.int64), kept, best)
        orienteering.begin(ground, tour, prizes, state, np.array(start, dtype=np.int64))
        order, short = empty_tour(82, 1, 5), room_to_keep(tour)
        ordering.begin(ground, order, short)
        for size in chunks:
            orienteering.step(ground, tour, prizes, state, size)
            ordering.step(ground, order, short, size)
        ends.append((best.order.tolist(), state.found.tolist(), short.order.tolist()))
    assert ends[0] == ends[1]


def test_iterations_are_counted_exactly() -> None:
    """In one go, whatever the clock says."""
    sizes: list[int] = []
    assert in_chunks(sizes.append, Clock(Budget(iterations=12))) == 12
    assert sizes == [12]


def test_stops_that_are_worth_nothing_are_left_alone() -> None:
    """Where nothing has value there is nothing to search."""
    problem = street(10, 20, value=0)
    tables = Tables(problem)
    assert by_search(tables, [[]], Clock(QUICK), 0) is None
    assert solve(problem, QUICK).engine == "greedy"


@pytest.mark.parametrize("windows", [(), ((0, 40),)])
def test_what_is_worth_nothing_may_lead_to_what_is_worth_a_lot(
    windows: tuple[tuple[int, int], ...],
) -> None:
    """The only way to the second stop is over the first, which nobody wants."""
    far = [[0, 10, UNREACHABLE], [10, 0, 10], [10, 10, 0]]
    stops = [Stop(0, 1, 0), Stop(1, 2, 50, windows=windows)]
    problem = Problem(stops, [Walker(0, 0, 0, (0, 60))], np.array(far))
    assert found(problem, 100)[0] == [[0, 1]]


@pytest.mark.parametrize("windows", [(), ((0, 60),)])
def test_one_way_streets_are_gone_round(windows: tuple[tuple[int, int], ...]) -> None:
    """There and back there are only ways over all three stops, in one order."""
    ways = np.full((4, 4), UNREACHABLE)
    np.fill_diagonal(ways, 0)
    for here, there in itertools.pairwise((0, 2, 3, 1, 0)):
        ways[here, there] = 10
    stops = [Stop(place, place, 5 * (place != 3), windows=windows) for place in (1, 2, 3)]
    problem = Problem(stops, [Walker(0, 0, 0, (0, 60))], ways)
    assert found(problem, 1000)[0] == [[1, 2, 0]]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_answers(engine: str) -> None:
    """By its name, and with a plan that verifies."""
    problem = town("windows", 20)
    assert verify(problem, solve(problem, QUICK, engine=engine)).ok


def test_an_unknown_engine_is_refused() -> None:
    """The error names those that there are."""
    with pytest.raises(ValueError, match="auto, search, ortools, proof"):
        solve(street(10), QUICK, engine="magic")


def test_where_few_of_many_stops_fit_the_plan_is_begun_with() -> None:
    """Of 400 stops a dozen fit: without any iteration the plan is no worse than the greedy one."""
    problem = town("orienteering", 400)
    short = replace(problem, walkers=[replace(problem.walkers[0], shift=(0, 600))])
    tables = Tables(short)
    plan = construct(tables)
    begun = orienteer(tables, plan, Clock(Budget(iterations=0)), 0)
    assert begun is not None
    assert len(beginnings(ground_of(np.zeros((402, 402), np.int32), 1, 24), [np.arange(12)])) == 1
    assert score_of(tables, begun) <= score_of(tables, plan)


@pytest.mark.parametrize(("pace", "expected"), [(1, [2, 1, 0, 0]), (20, [2, 2, 2, 2])])
def test_where_few_of_many_stops_fit_the_first_cycles_begin_anew(
    pace: int, expected: list[int]
) -> None:
    """After each of two cycles of annealing nobody leaves; nothing that was found is lost."""
    problem = town("windows", 300)
    facts = facts_of(Tables(replace(problem, travel_s=problem.travel_s // pace)))
    state = new_state(facts, 0)
    found = []
    for iterations in (FIRST_CYCLE, 1, FIRST_CYCLE, FIRST_CYCLE):
        annealing.step(facts, state, iterations)
        found.append((int(state.counts[ANEW]), int(state.counts[BEST])))
    assert [anew for anew, _ in found] == expected
    assert [best for _, best in found] == sorted((best for _, best in found), reverse=True)


@pytest.mark.parametrize("walkers", [1, 2])
def test_a_search_goes_on_where_it_ended(walkers: int) -> None:
    """With windows and without, two calls of 150 iterations find what one of 300 finds."""
    half, whole = Clock(Budget(iterations=150)), Clock(Budget(iterations=300))
    tables = Tables(town("windows", 40, walkers=walkers))
    start = construct(tables)
    going = Search(tables, start, 3)
    going.go_on(half)
    assert going.go_on(half) == search(tables, start, whole, 3)
    tables = Tables(town("orienteering", 40, walkers=walkers))
    start = construct(tables)
    go_on = begun_orienteering(tables, start, 3)
    go_on(half)
    assert go_on(half) == orienteer(tables, start, whole, 3)


def test_a_better_plan_is_taken_up_and_a_worse_one_is_not() -> None:
    """It begins a cycle as hot as the first; the greedy plan, taken up later, changes nothing."""
    tables, none = Tables(town("windows", 60)), Clock(Budget(iterations=0))
    greedy = construct(tables)
    good = search(tables, greedy, Clock(Budget(iterations=2000)), 1)
    going = Search(tables, greedy, 0, heat=0.2)
    going.go_on(Clock(Budget(iterations=3000)))
    worse, state = score_of(tables, going.go_on(none)), going.state
    going.take_up(greedy)
    assert (state.counts[CYCLE_BEGAN], state.levels[HOTTEST]) == (FIRST_CYCLE, 0.4)
    assert score_of(tables, going.go_on(none)) == worse
    best = min(score_of(tables, good), worse)
    going.take_up(good)
    assert score_of(tables, going.go_on(none)) <= best
    if score_of(tables, good) < worse:
        assert (state.counts[CYCLE_BEGAN], state.levels[HOTTEST]) == (3000, 0.2)


@given(st.integers(2, 30), st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_the_nearest_are_those_of_a_stable_sort(places: int, most: int, seed: int) -> None:
    """By the better of there and back, but for the own one; equal ways included, which are many."""
    ways = np.random.default_rng(seed).integers(0, 6, (places, places)).astype(np.int32)
    own = seed % places
    near = np.full(min(most, places - 1), -1, dtype=np.int32)
    find_nearest(ways[own], ways[:, own], own, near)
    both = np.minimum(ways[own], ways[:, own])
    expected = [at for at in np.argsort(both, kind="stable").tolist() if at != own][:most]
    assert near.tolist() == expected


@given(st.integers(1, 20), st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_the_neighbours_of_a_ground_are_the_nearest(stops: int, most: int, seed: int) -> None:
    """By there and back together."""
    way = np.random.default_rng(seed).integers(0, 6, (stops + 2, stops + 2)).astype(np.int32)
    np.fill_diagonal(way, 0)
    ground, node = ground_of(way.copy(), 1, most), seed % stops
    both = way + way.T
    expected = [at for at in np.argsort(both[node], kind="stable").tolist() if at != node]
    assert ground.near[node].tolist() == expected[:most]
    assert ground.near_both[node].tolist() == both[node, expected[:most]].tolist()
    assert ground.skew == bool((way != way.T).any())
