"""/api/v1/hooks/ and /api/v1/hook-deliveries/: for admins, each within its organisation."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.hooks.endpoints import MOST_HOOKS
from canvass.hooks.outbox import relay
from canvass.hooks.signing import secret_of
from canvass.keeping import DELIVERY_DAYS, remove_what_is_too_old
from canvass.models.hooks import Hook, HookDelivery
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.hooks.conftest import MakeHook
from tests.canvass.hooks.test_sending import DAY, SECOND
from tests.canvass.world import NOW, Town, record
from tests.cast import Company

HOOKS, DELIVERIES = "/api/v1/hooks/", "/api/v1/hook-deliveries/"
URL = "http://127.0.0.1:9/crm"


@pytest.fixture
def delivery(town: Town, hooked: MakeHook) -> HookDelivery:
    """A visit that Sunrise's hook is to be told of."""
    hooked(URL)
    record(town.company.rosa, town.visit(town.north[0], note="Ask for Kim"))
    relay(NOW)
    return HookDelivery.objects.get()


def test_a_hook_is_made_and_its_secret_shown_once(town: Town, as_member: SignIn) -> None:
    """Nobody keeps the answer; neither lists nor the trail have the secret."""
    client = as_member(town.company.ada)
    body = {"url": "https://93.184.216.34/in", "kinds": ["visit", "sale", "visit"]}
    made = client.post(HOOKS, body)
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    told = made.json()
    secret = told.pop("secret")
    assert secret == secret_of(Hook.objects.get().nonce)
    assert (told["kinds"], told["enabled"]) == (["sale", "visit"], True)
    assert client.get(HOOKS).json()["results"] == [told]
    entry = AuditEntry.objects.get(action="hook.added")
    assert (entry.member, secret in str(entry.after)) == (town.company.ada, False)
    rotated = client.post(f"{HOOKS}{told['id']}/rotate/")
    assert rotated.json()["secret"] != secret
    assert rotated["Cache-Control"] == "no-store"
    assert rotated.json()["old_until"] == "2026-06-11T18:00:00Z"


def test_a_hook_is_changed_and_deleted(
    delivery: HookDelivery, town: Town, as_member: SignIn
) -> None:
    """Told with before and after; switched on, it begins anew; deleted, nothing waits for it."""
    client, url = as_member(town.company.ada), f"{HOOKS}{delivery.hook_id}/"
    changed = client.patch(url, {"enabled": False, "kinds": ["sale"]}).json()
    assert (changed["enabled"], changed["kinds"]) == (False, ["sale"])
    entry = AuditEntry.objects.get(action="hook.changed")
    assert (entry.before or {})["enabled"] is True
    Hook.objects.update(failures=9, failing_since=NOW, disabled_at=NOW, paused_until=NOW + DAY)
    again = client.patch(url, {"enabled": True}).json()
    assert (again["failures"], again["failing_since"], again["disabled_at"]) == (0, None, None)
    assert Hook.objects.get().paused_until is None
    assert client.delete(url).status_code == 204
    assert not HookDelivery.objects.exists()
    assert AuditEntry.objects.filter(action="hook.removed").exists()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"url": "http://crm.example/"}, 422, "hook.url_invalid"),
        ({"url": "https://127.0.0.1/"}, 422, "hook.address_refused"),
        ({"url": "https://[fe80::1]/"}, 422, "hook.address_refused"),
        ({"url": "https://x/\0"}, 400, "invalid"),
        ({"url": "https://93.184.216.34/" + "a" * 500}, 400, "invalid"),
        ({"url": None}, 400, "invalid"),
        ({"kinds": []}, 400, "invalid"),
        ({"kinds": ["weather"]}, 400, "invalid"),
        ({"kinds": "visit"}, 400, "invalid"),
    ],
)
def test_bad_hooks(
    town: Town, as_member: SignIn, changes: dict[str, Any], status: int, code: str
) -> None:
    """Refused alike when made and when changed."""
    client = as_member(town.company.ada)
    good = {"url": "https://93.184.216.34/", "kinds": ["visit"]}
    assert problem(client.post(HOOKS, {**good, **changes})) == (status, code)
    hook = client.post(HOOKS, good).json()
    assert problem(client.patch(f"{HOOKS}{hook['id']}/", changes)) == (status, code)


def test_an_address_is_told_once_and_few_are(town: Town, as_member: SignIn) -> None:
    """As many as MOST_HOOKS."""
    client = as_member(town.company.ada)
    made = [
        client.post(HOOKS, {"url": f"https://93.184.216.34/{n}", "kinds": ["visit"]}).json()
        for n in range(MOST_HOOKS)
    ]
    again = {"url": made[0]["url"], "kinds": ["sale"]}
    assert problem(client.patch(f"{HOOKS}{made[1]['id']}/", again)) == (409, "hook.taken")
    assert problem(client.post(HOOKS, again)) == (409, "hook.too_many")
    client.delete(f"{HOOKS}{made[4]['id']}/")
    assert problem(client.post(HOOKS, again)) == (409, "hook.taken")


def test_the_dead_are_read_and_sent_again(
    delivery: HookDelivery, town: Town, as_member: SignIn
) -> None:
    """One by one or all of a hook's; what waits is sent anyway."""
    client, url = as_member(town.company.ada), f"{DELIVERIES}{delivery.pk}/send-again/"
    assert problem(client.post(url)) == (409, "hook_delivery.waits")
    for again in (url, f"{HOOKS}{delivery.hook_id}/send-again/"):
        HookDelivery.objects.update(state="dead", attempts=15, status=500)
        (dead,) = client.get(DELIVERIES, {"state": "dead", "hook": str(delivery.hook_id)}).json()[
            "results"
        ]
        assert (dead["event"], dead["status"], dead["body"]) == (delivery.event, 500, delivery.body)
        assert client.post(again).status_code == 200
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.due_at) == ("waiting", 0, NOW)
    for kind in ("hook_delivery.sent_again", "hook.dead_sent_again"):
        assert AuditEntry.objects.filter(action=kind).count() == 1
    assert client.get(DELIVERIES, {"state": "dead"}).json()["results"] == []


def test_who_may(
    delivery: HookDelivery,
    town: Town,
    as_member: SignIn,
    moonlight: Company,
    settings: LazySettings,
) -> None:
    """Admins of the organisation; everybody else of it is refused, and another's finds nothing."""
    hook, row = f"{HOOKS}{delivery.hook_id}/", f"{DELIVERIES}{delivery.pk}/"
    calls = [
        ("get", hook), ("patch", hook), ("delete", hook), ("post", f"{hook}rotate/"),
        ("post", f"{hook}send-again/"), ("get", row), ("post", f"{row}send-again/"),
    ]  # fmt: skip
    ours = town.company
    for member in (ours.max, ours.mona, ours.rosa, ours.rui):
        for method, url in [*calls, ("get", HOOKS), ("post", HOOKS), ("get", DELIVERIES)]:
            assert problem(getattr(as_member(member), method)(url)) == (403, "not_allowed")
    for method, url in calls:
        assert problem(getattr(as_member(moonlight.olga), method)(url)) == (404, "not_found")
        assert problem(getattr(as_member(None), method)(url))[0] == 401
    assert as_member(moonlight.olga).get(DELIVERIES).json()["results"] == []
    assert as_member(moonlight.olga).get(HOOKS).json()["results"] == []
    assert Hook.objects.count() == HookDelivery.objects.count() == 1


def test_deliveries_are_kept_for_a_month(delivery: HookDelivery) -> None:
    """Whether they were taken or not."""
    later = NOW + DELIVERY_DAYS * DAY
    assert remove_what_is_too_old(later) == {}
    assert remove_what_is_too_old(later + SECOND) == {"hook_deliveries": 1}


def test_a_bounded_number_of_queries(
    town: Town,
    hooked: MakeHook,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """However many there are."""
    for number in range(3):
        hooked(f"{URL}/{number}")
        record(town.company.rosa, town.visit(town.north[0]))
    relay(NOW)
    client = as_member(town.company.ada)
    for url, count in ((HOOKS, 3), (DELIVERIES, 9)):
        with django_assert_max_num_queries(SIGNED_IN + 2):
            assert len(client.get(url).json()["results"]) == count
