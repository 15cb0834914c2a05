"""Planning the rest of a shift, from now on and from where somebody is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from canvass.models import Shift
from canvass.pauses import Pause
from common.runs import RunState
from routing.errors import ShiftOver
from routing.models import PlanRun, Route
from routing.plans import request_plan
from routing.rests import rest_of
from routing.tasks import plan_shift
from tests.calls import SignIn, problem
from tests.canvass.world import NOW, local
from tests.routing.world import QUICK_S, Town, addresses, planned, route_of

URL = "/api/v1/plan-runs/"
FIVE = local(10, 17)


def replanned(town: Town, shift: Shift, **wish: Any) -> Route:
    """The route after planning the rest of the shift."""
    run = request_plan(actor=town.company.ada, shift=shift, now=NOW, seconds=QUICK_S, **wish)
    plan_shift(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.error_message
    return Route.objects.get(shift=shift, is_current=True)


def test_the_rest_begins_then_and_there(hill: Town) -> None:
    """At five o'clock at A10, whose door comes first; what was knocked at today comes no more."""
    shift = hill.shift(hill.company.rosa)
    whole = route_of(shift)
    for door in hill.a[:4]:
        hill.visit(door, "no_answer", occurred_at=local(10, 13))
    last = hill.a[9]
    route = replanned(hill, shift, from_at=FIVE, from_lon=last.lon, from_lat=last.lat)
    whole.refresh_from_db()
    assert (whole.is_current, route.starts_at) == (False, FIVE)
    assert sorted(addresses(route)) == sorted(f"A{number}" for number in range(5, 11))
    first = route.stops.order_by("position")[0]
    assert (first.building, first.arrive_at) == (last.building, FIVE)
    shift.refresh_from_db()
    assert shift.starts_at == local(10, 16)


def test_without_a_place_it_begins_at_the_shifts_start(hill: Town) -> None:
    """And before the shift it begins with it."""
    shift = hill.shift(hill.company.rosa)
    early = rest_of(shift, PlanRun(shift=shift, from_at=shift.starts_at - timedelta(hours=1)))
    assert (early.starts_at, early.start_lon) == (shift.starts_at, shift.start_lon)
    assert replanned(hill, shift, from_at=FIVE).starts_at == FIVE


def test_who_agreed_to_a_second_visit_today_is_visited_again(hill: Town) -> None:
    """An agreed time holds, whatever happened at the door before."""
    hill.visit(hill.a[0], "no_answer", occurred_at=local(10, 13))
    hill.visit(hill.a[1], "callback", occurred_at=local(10, 13), callback_at=local(10, 18))
    found = addresses(route_of(hill.shift(hill.company.rosa)))
    assert "A1" not in found
    assert "A2" in found


def test_a_pause_that_has_begun_is_taken(hill: Town) -> None:
    """By the current route; one that is ahead may still begin, and one that is past may not."""
    pause = Pause(600, local(10, 16, 30), local(10, 17, 30))
    shift = hill.shift(hill.company.rosa, pause=pause)
    rest = rest_of(shift, PlanRun(shift=shift, from_at=FIVE))
    assert (rest.pause_s, rest.pause_from, rest.pause_to) == (600, FIVE, local(10, 17, 30))
    assert rest_of(shift, PlanRun(shift=shift, from_at=local(10, 18))).pause_s == 0
    route_of(shift)
    Route.objects.update(pause_at=local(10, 16, 40))
    assert rest_of(shift, PlanRun(shift=shift, from_at=FIVE)).pause_s == 0


def test_what_was_walked_counts_towards_the_longest_walking(hill: Town) -> None:
    """By the stops that the routes had until then, each route until the next began; no other."""
    shift = hill.shift(hill.company.rosa, most_walk_s=600)
    assert rest_of(shift, PlanRun(shift=shift, from_at=FIVE)).most_walk_s == 600
    route_of(shift)  # is planned anew before anybody has left
    first = route_of(shift)
    at = first.stops.order_by("position")[3].arrive_at
    walks = list(first.stops.order_by("position").values_list("walk_s", flat=True))
    found = rest_of(shift, PlanRun(shift=shift, from_at=at))
    assert found.most_walk_s == 600 - sum(walks[:4])
    assert sum(walks[:4]) > 0
    replanned(hill, shift, from_at=at, from_lon=hill.a[5].lon, from_lat=hill.a[5].lat)
    second = Route.objects.get(shift=shift, is_current=True)
    assert second.walk_s <= 600 - sum(walks[:4])
    begun = list(second.stops.order_by("position").values_list("walk_s", flat=True))[:3]
    later = second.stops.order_by("position")[2].arrive_at
    found = rest_of(shift, PlanRun(shift=shift, from_at=later))
    assert found.most_walk_s == 600 - sum(walks[:4]) - sum(begun)
    shift.refresh_from_db()
    assert shift.most_walk_s == 600


def test_nothing_is_left_of_a_shift_that_is_over(hill: Town) -> None:
    """At its end it is."""
    shift = hill.shift(hill.company.rosa)
    with pytest.raises(ShiftOver):
        request_plan(actor=hill.company.rosa, shift=shift, now=NOW, from_at=shift.ends_at)
    assert not PlanRun.objects.exists()


def test_a_rep_plans_the_rest_from_where_they_are(hill: Town, as_member: SignIn) -> None:
    """The run says from when and where; the route begins there."""
    shift = hill.shift(hill.company.rosa)
    client, at = as_member(hill.company.rosa), hill.a[9]
    here = {"from_at": "2026-06-10T21:00:00Z", "lon": at.lon, "lat": at.lat}
    run = client.post(URL, {"shift": shift.pk, "seconds": QUICK_S, **here}).json()
    assert (run["from_at"], run["from_lon"], run["from_lat"]) == (here["from_at"], at.lon, at.lat)
    plan_shift(run["id"])
    route = client.get(f"/api/v1/routes/{Route.objects.get().pk}/").json()
    assert (route["starts_at"], route["start_lon"], route["start_lat"]) == tuple(here.values())


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"from_at": "soon"}, (400, "invalid")),
        ({"from_at": "2026-06-10T21:00:00"}, (400, "invalid")),
        ({"lon": 24.94}, (400, "invalid")),
        ({"lon": 24.94, "lat": 91}, (400, "invalid")),
        ({"from_at": "2026-06-11T00:00:00Z"}, (422, "plan.shift_over")),
    ],
)
def test_a_bad_time_or_place_is_refused(
    hill: Town, as_member: SignIn, wish: dict[str, Any], refusal: tuple[int, str]
) -> None:
    """And nothing is queued."""
    shift = hill.shift(hill.company.rosa)
    assert problem(as_member(hill.company.rosa).post(URL, {"shift": shift.pk, **wish})) == refusal
    assert not PlanRun.objects.exists()


def test_a_whole_plan_is_not_from_anywhere(hill: Town) -> None:
    """The fields are empty."""
    run = planned(hill.shift(hill.company.rosa))
    assert (run.from_at, run.from_lon, run.from_lat) == (None, None, None)
