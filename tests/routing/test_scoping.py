"""Which plan runs, routes, stops and candidate doors a member sees."""

from __future__ import annotations

import pytest

from routing.models import PlanRun, Route, RouteDoor, RouteStop
from tests.cast import Company
from tests.routing.world import Town, route_of

MODELS = (PlanRun, Route, RouteStop, RouteDoor)


@pytest.fixture
def routes(hill: Town) -> dict[str, Route]:
    """Rosa's and Sam's routes, with stops and with doors left out."""
    company = hill.company
    return {
        name: route_of(hill.shift(company.members[name], minutes=10)) for name in ("rosa", "sam")
    }


def ids(model: type[Route], route: Route) -> set[int]:
    """The rows of a route's plan."""
    if model in (Route, PlanRun):
        return {route.pk if model is Route else route.plan_run_id}
    return set(model.objects.filter(route=route).values_list("pk", flat=True))  # type: ignore[misc]  # a stop or a door has a route


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("ada", ["rosa", "sam"]),
        ("max", ["rosa"]),
        ("mona", ["sam"]),
        ("rosa", ["rosa"]),
        ("sam", ["sam"]),
        ("rui", []),
    ],
)
def test_who_sees_which_rows(
    hill: Town, routes: dict[str, Route], model: type[Route], name: str, sees: list[str]
) -> None:
    """An admin all, a manager those of the subtree's shifts, a rep those of their own."""
    expected = set().union(*(ids(model, routes[other]) for other in sees))
    seen = model.objects.for_member(hill.company.members[name])
    assert set(seen.values_list("pk", flat=True)) == expected
    assert all(ids(model, route) for route in routes.values())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["olga", "otto"])
@pytest.mark.usefixtures("routes")
def test_another_company_sees_nothing(moonlight: Company, model: type[Route], name: str) -> None:
    """Whoever asks there."""
    assert not model.objects.for_member(moonlight.members[name]).exists()
