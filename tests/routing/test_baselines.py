"""What a shift would bring without the search."""

from __future__ import annotations

from routing.baselines import address_list_value, baselines
from routing.engine import greedy
from routing.outings import prepared
from routing.shift_problems import problem_of, shift_problem
from tests.canvass.world import assign
from tests.routing.engine.cases import street, with_stop
from tests.routing.world import Town, route_of
from tests.territories.town_streets import mapped


def test_a_list_is_followed_until_the_time_is_up() -> None:
    """30 out, 40 back past the start, and only then one on the way home: 20 s are too few."""
    problem = street(30, -10, 5, shift=(0, 110))
    assert address_list_value(problem, [0, 1, 2]) == 30
    assert address_list_value(street(30, -10, 50, shift=(0, 110)), [0, 1, 2]) == 20


def test_who_follows_a_list_waits_for_nobody() -> None:
    """The first opens later and is passed by; the second has closed by then."""
    problem = with_stop(street(10, 20, 30), 0, windows=((50, 60),))
    assert address_list_value(with_stop(problem, 1, windows=((0, 5),)), [0, 1, 2]) == 10


def test_a_route_keeps_what_its_shift_is_worth_without_a_plan(hill: Town) -> None:
    """Twelve minutes are too short for the street: the plan is no worse than either baseline."""
    shift = hill.shift(hill.company.rosa, minutes=12)
    route = route_of(shift, seconds=0.3)
    assert route.greedy_value == greedy(shift_problem(shift)).value
    assert route.address_list_value is not None
    assert route.value >= max(route.greedy_value, route.address_list_value) > 0


def test_the_baselines_walk_the_same_streets_as_the_plan(hill: Town) -> None:
    """On the map street B is a detour, which costs them doors as it does the plan."""
    assign(hill.territory(2), hill.company.rosa, shared=True)
    shift = hill.shift(hill.company.rosa, minutes=40)
    guessed = route_of(shift)
    mapped(hill.company)
    route, outing = route_of(shift), prepared(shift)
    assert outing.street_map == route.street_map is not None
    found = baselines(outing, problem_of(outing))
    assert (route.greedy_value, route.address_list_value) == (found.greedy, found.address_list)
    assert guessed.address_list_value is not None
    assert found.address_list < guessed.address_list_value
