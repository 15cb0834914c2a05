"""What a shift would bring without the search."""

from __future__ import annotations

from routing.baselines import address_list_value, baselines
from routing.engine import greedy
from routing.planning import shift_problem
from tests.routing.engine.cases import street, with_stop
from tests.routing.world import Town, route_of


def test_a_list_is_followed_until_the_time_is_up() -> None:
    """30 out, 40 back past the start, and only then one on the way home: 20 s are too few."""
    problem = street(30, -10, 5, shift=(0, 110))
    assert address_list_value(problem, [0, 1, 2]) == 30
    assert address_list_value(street(30, -10, 50, shift=(0, 110)), [0, 1, 2]) == 20


def test_who_follows_a_list_waits_for_nobody() -> None:
    """The first opens later and is passed by; the second has closed by then."""
    problem = with_stop(street(10, 20, 30), 0, windows=((50, 60),))
    assert address_list_value(with_stop(problem, 1, windows=((0, 5),)), [0, 1, 2]) == 10


def test_a_shift_is_worth_most_as_planned(hill: Town) -> None:
    """Half an hour is too short for the street: the plan is no worse than either baseline."""
    shift = hill.shift(hill.company.rosa, minutes=12)
    without = baselines(shift)
    assert without.greedy == greedy(shift_problem(shift)).value
    assert route_of(shift, seconds=0.3).value >= max(without.greedy, without.address_list) > 0
