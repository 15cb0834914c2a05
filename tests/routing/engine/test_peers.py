"""The peers: what they answer is checked like everything else, and what they miss is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Break, Budget, NotExpressible, PeerMissing, Problem, solve, verify
from routing.engine.clock import Clock
from routing.engine.peers import asking, by_pyvrp, by_vroom, is_installed
from routing.engine.timetable import Tables
from tests.routing.engine.cases import problems, street, with_stop
from tests.routing.engine.test_rich import with_walker


@st.composite
def skilled_problems(draw: st.DrawFn) -> Problem:
    """A problem, and for some of its stops who may serve them."""
    problem = draw(problems())
    crew = [walker.id for walker in problem.walkers]
    some = st.one_of(st.none(), st.sampled_from(crew).map(lambda one: (one,)))
    greek = st.sampled_from([frozenset(), frozenset({"Greek"})])
    return replace(
        problem,
        stops=[replace(stop, skills=draw(greek), walkers=draw(some)) for stop in problem.stops],
        walkers=[replace(walker, skills=draw(greek)) for walker in problem.walkers],
    )


METHODS = {"pyvrp": by_pyvrp.solve_with_pyvrp, "vroom": by_vroom.solve_with_vroom}
peers = pytest.mark.parametrize(
    "peer",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(not is_installed(name), reason=f"{name} is not installed"),
        )
        for name in METHODS
    ],
)


def alone(peer: str, problem: Problem) -> list[list[int]] | None:
    """What the peer finds by itself."""
    budget = Budget(iterations=50)
    return METHODS[peer](Tables(problem), [[] for _ in problem.walkers], Clock(budget), 1)


@peers
def test_a_peer_chooses_by_value_within_the_shift(peer: str) -> None:
    """Only one side of the street can be walked: the side with more value."""
    problem = with_stop(street(40, 45, -40, shift=(0, 100)), 2, value=25)
    assert alone(peer, problem) == [[2]]


@peers
def test_a_peer_waits_for_the_second_window(peer: str) -> None:
    """The first window is over before anybody can be there."""
    problem = street(50, 60, windows=((0, 20), (300, 310)))
    found = alone(peer, problem)
    assert found is not None
    assert sorted(found[0]) == [0, 1]


@peers
def test_a_peer_serves_what_is_required_before_what_is_worth_more(peer: str) -> None:
    """There is time for one stop."""
    problem = with_stop(street(40, -40, shift=(0, 90)), 0, value=0, required=True)
    assert alone(peer, with_stop(problem, 1, value=99)) == [[0]]


@peers
def test_two_walkers_share_the_street(peer: str) -> None:
    """Each has the time for one side of it."""
    found = alone(peer, street(40, -40, shift=(0, 90), walkers=2))
    assert found is not None
    assert sorted(found) == [[0], [1]]


@peers
def test_only_who_has_the_skill_serves(peer: str) -> None:
    """Two stops at one place: each goes to the walker who may serve it."""
    problem = street(40, 40, 60, walkers=2, shift=(0, 400))
    stops = [
        replace(problem.stops[0], skills=frozenset({"Greek"})),
        replace(problem.stops[1], place=1, walkers=(0,)),
        problem.stops[2],
    ]
    walkers = [problem.walkers[0], replace(problem.walkers[1], skills=frozenset({"Greek"}))]
    found = alone(peer, replace(problem, stops=stops, walkers=walkers))
    assert found is not None
    assert (found[0].count(1), found[1].count(0)) == (1, 1)
    assert sorted([*found[0], *found[1]]) == [0, 1, 2]


@peers
def test_what_nobody_may_serve_is_left_out_by_a_peer(peer: str) -> None:
    """A peer may not be tempted by its value."""
    problem = with_stop(street(40, 50), 0, value=99, skills=frozenset({"Greek"}))
    assert alone(peer, problem) == [[1]]


UNSPOKEN: dict[str, Callable[[Problem], Problem]] = {
    "a limit of walking": lambda problem: with_walker(problem, 0, most_walk_s=500),
    "a break": lambda problem: with_walker(problem, 0, breaks=(Break(9, (0, 50)),)),
    "a free end": lambda problem: with_walker(problem, 0, end=None),
    "precedence": lambda problem: with_stop(problem, 0, after=(2,)),
    "hours of value": lambda problem: Problem(
        [replace(problem.stops[0], value=(1, 2))], problem.walkers, problem.travel_s, (50,)
    ),
}


@peers
@pytest.mark.parametrize("rule", UNSPOKEN)
def test_a_peer_refuses_what_it_has_no_words_for(peer: str, rule: str) -> None:
    """Rather than plan as if the rule were not there."""
    with pytest.raises(NotExpressible, match=f"{peer} is asked for values"):
        solve(UNSPOKEN[rule](street(40, 50)), Budget(iterations=5), engine=peer)


@peers
@given(problem=skilled_problems())
@settings(max_examples=25, deadline=None)
def test_every_plan_of_a_peer_keeps_to_skills(peer: str, problem: Problem) -> None:
    """Whoever may serve what, at whatever place."""
    solution = solve(problem, Budget(iterations=20), engine=peer)
    assert verify(problem, solution).faults == ()


@peers
@given(problem=problems())
@settings(max_examples=40, deadline=None)
def test_every_plan_of_a_peer_verifies(peer: str, problem: Problem) -> None:
    """Whatever the problem: `solve` returns a plan that the verifier accepts."""
    solution = solve(problem, Budget(iterations=20), engine=peer)
    assert verify(problem, solution).faults == ()


def test_a_peer_that_is_not_installed_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message names the package and the extra."""
    monkeypatch.setitem(asking.PACKAGES, "pyvrp_of_tomorrow", "pyvrp-tomorrow")
    with pytest.raises(PeerMissing, match=r"pyvrp-tomorrow: pip install '\.\[peers\]'"):
        asking.module_of("pyvrp_of_tomorrow")
