"""The peers: what they answer is checked like everything else, and what they miss is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from routing.engine import Budget, PeerMissing, Problem, solve, verify
from routing.engine.clock import Clock
from routing.engine.peers import asking, by_pyvrp, by_vroom, is_installed
from routing.engine.timetable import Tables
from tests.routing.engine.cases import problems, street, with_stop

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
