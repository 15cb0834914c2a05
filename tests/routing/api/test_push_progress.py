"""Operations of type `route_progress`: which stops are done, and which were skipped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Shift
from canvass.shifts import ShiftPlan, schedule_shift
from common.ids import uuid7
from routing.models import Route, StopProgress
from tests.calls import SIGNED_IN, SignIn
from tests.canvass import world
from tests.canvass.sync.phones import Phone, op, outcomes, push
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company
from tests.routing.rows import plain_route

ROUTES = "/api/v1/routes/"


@pytest.fixture
def town(_clock: None, sunrise: Company) -> Town:
    """The town of the tests of canvass."""
    return world.sunrise_town(sunrise)


@pytest.fixture
def shift(town: Town) -> Shift:
    """Rosa's shift of today."""
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY)
    return schedule_shift(actor=town.company.ada, plan=plan, now=NOW)


@pytest.fixture
def route(town: Town, shift: Shift) -> Route:
    """Its route: two stops."""
    return plain_route(shift, *town.north[:2])


def progress(route: Route, position: int = 1, said: str = "done", **more: Any) -> dict[str, Any]:
    """What a phone says of a stop."""
    at = more.pop("at", NOW)
    return op("route_progress", {"route": route.pk, "position": position, "progress": said}, at)


def seen(client: Any, route: Route) -> list[str | None]:
    """What a route shows of its stops."""
    answer = client.get(f"{ROUTES}{route.pk}/")
    assert answer.status_code == 200
    return [stop["progress"] for stop in answer.json()["stops"]]


def test_who_sees_the_route_sees_how_far_it_is(town: Town, route: Route, as_member: SignIn) -> None:
    """The manager in the console, and the member's other phone; once, however often it is sent."""
    phone = Phone(as_member(town.company.rosa))
    phone.pull()
    sent = progress(route)
    results = push(phone.client, sent, sent, progress(route, 2, "skipped"))
    assert outcomes(results) == ["applied", "duplicate", "applied"]
    assert results[0]["result"] == {"shift": route.shift_id, "route": route.pk}
    assert seen(as_member(town.company.max), route) == ["done", "skipped"]
    assert phone.kinds() == {"route"}
    shown = phone.mirror["route", str(route.shift_id)]["stops"]
    assert [stop["progress"] for stop in shown] == ["done", "skipped"]
    assert StopProgress.objects.count() == 2


def test_the_latest_word_counts_in_whatever_order_it_comes(
    town: Town, route: Route, as_member: SignIn
) -> None:
    """Of two phones of a member the one that was without a signal may come second."""
    later = progress(route, said="done", at=NOW - timedelta(minutes=1))
    earlier = progress(route, said="skipped", at=NOW - timedelta(minutes=9))
    push(as_member(town.company.rosa), later, earlier)
    assert seen(as_member(town.company.rosa), route) == ["done", None]


def test_a_clock_that_is_ahead_is_first_no_longer_than_now(
    town: Town, route: Route, as_member: SignIn
) -> None:
    """A time that is still to come becomes the server's."""
    push(as_member(town.company.rosa), progress(route, at=NOW + timedelta(days=1)))
    assert StopProgress.objects.get().occurred_at == NOW


def test_a_route_that_was_replaced_keeps_what_is_said_of_it(
    town: Town, shift: Shift, route: Route, as_member: SignIn
) -> None:
    """The server's plan stands as it is, and the phone is told which that is."""
    Route.objects.filter(pk=route.pk).update(is_current=False)
    new = plain_route(shift, *town.north[:2])
    client, sent = as_member(town.company.rosa), progress(route)
    first, again = push(client, sent, sent)
    assert (first["status"], first["problem"], again["status"]) == ("conflict", None, "duplicate")
    assert first["result"] == again["result"] == {"shift": shift.pk, "route": new.pk}
    assert seen(client, new) == [None, None]
    assert seen(client, route) == ["done", None]
    assert StopProgress.objects.get().is_late


@pytest.mark.parametrize("who", ["rui", "max", "ada", "olga"])
def test_only_who_walks_a_route_says_how_far_it_is(
    who: str, town: Town, route: Route, moonlight: Company, as_member: SignIn
) -> None:
    """Neither a colleague nor a manager, and to another company it does not exist."""
    members = {**town.company.members, **moonlight.members}
    results = push(as_member(members[who]), progress(route))
    assert outcomes(results) == ["route_progress.stop_not_found"]
    assert not StopProgress.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"position": 3}, "route_progress.stop_not_found"),
        ({"route": 10**6}, "route_progress.stop_not_found"),
        ({"position": "1"}, "sync.op_invalid"),
        ({"position": 0}, "sync.op_invalid"),
        ({"progress": "half"}, "sync.op_invalid"),
        ({"note": "x"}, "sync.op_invalid"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(
    wrong: dict[str, Any], code: str, town: Town, route: Route, as_member: SignIn
) -> None:
    """And nothing is kept of it."""
    sent = progress(route)
    sent["payload"] |= wrong
    assert outcomes(push(as_member(town.company.rosa), sent)) == [code]
    assert not StopProgress.objects.exists()


def test_an_id_is_used_once(town: Town, route: Route, as_member: SignIn) -> None:
    """Somebody else's is not told apart."""
    sent = progress(route) | {"id": str(uuid7(NOW))}
    push(as_member(town.company.rosa), sent)
    world.assign(town.territory(2), town.company.rui, shared=True)
    plan = ShiftPlan(town.campaign, town.company.rui, TODAY)
    his = plain_route(schedule_shift(actor=town.company.ada, plan=plan, now=NOW), town.south[0])
    theirs = progress(his) | {"id": sent["id"]}
    assert outcomes(push(as_member(town.company.rui), theirs)) == ["sync.id_reused"]


def test_a_bounded_number_of_queries(
    town: Town,
    route: Route,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """For saying it; a route shows it without any more."""
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 16):
        push(client, progress(route))
    with django_assert_max_num_queries(SIGNED_IN + 6):
        assert seen(client, route) == ["done", None]
