"""Sending what is due to a real server on the loopback: signed, again and again, or given up."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.hooks import sending, targets
from canvass.hooks.endpoints import rotate_secret, send_dead_again
from canvass.hooks.outbox import due_hooks, relay
from canvass.hooks.sending import AT_ONCE, DISABLE_AFTER, MOST_ATTEMPTS, send_hook, wait_s
from canvass.hooks.signing import secret_of
from canvass.models.hooks import DeliveryState, Hook, HookDelivery
from tests.canvass.hooks.conftest import MakeHook
from tests.canvass.world import NOW, Town, record
from tests.loopback import Question, Reply, answering

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
GOOD, BAD = Reply("", 204), Reply("no", 500)


def at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def middle() -> float:
    """As much jitter as none."""
    return 0.5


def send(hook: Hook, now: datetime = NOW) -> int:
    return send_hook(hook.pk, at(now), middle)


def visited(town: Town, count: int = 1) -> None:
    """So many visits that are to be told."""
    for _ in range(count):
        record(town.company.rosa, town.visit(town.north[0]))
    relay(NOW)


def is_signed(question: Question, secret: str) -> bool:
    """As a receiver checks it; see docs/webhooks.md."""
    parts = [part.split("=", 1) for part in question.headers["Canvass-Signature"].split(",")]
    said = f"{dict(parts)['t']}.{question.body}".encode()
    right = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(value, right) for name, value in parts if name == "v1")


def test_what_is_due_is_sent_signed_and_once(town: Town, hooked: MakeHook) -> None:
    """With the time and the event's id; what was taken is sent no more."""
    with answering([GOOD]) as crm:
        hook = hooked(f"{crm.url}/in?from=canvass")
        visited(town, 2)
        assert [send(hook), send(hook)] == [2, 0]
    first, second = crm.asked
    assert (first.method, first.path) == ("POST", "/in?from=canvass")
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Canvass-Signature"].startswith(f"t={int(NOW.timestamp())},v1=")
    assert first.headers["Canvass-Event"] != second.headers["Canvass-Event"]
    secret = secret_of(Hook.objects.get().nonce)
    assert is_signed(first, secret)
    assert not is_signed(first, secret + "x")
    assert set(HookDelivery.objects.values_list("state", "status")) == {("delivered", 204)}


def test_both_secrets_sign_for_a_day(town: Town, hooked: MakeHook) -> None:
    """So that a receiver changes over when it likes."""
    with answering([GOOD]) as crm:
        hook = hooked(crm.url)
        old = secret_of(hook.nonce)
        hook, new = rotate_secret(actor=town.company.ada, hook=hook, now=NOW)
        visited(town)
        send(hook, NOW + DAY - SECOND)
        visited(town)
        send(hook, NOW + DAY)
    during, after = crm.asked
    assert (is_signed(during, old), is_signed(during, new)) == (True, True)
    assert (is_signed(after, old), is_signed(after, new)) == (False, True)


def test_what_is_not_taken_is_sent_again_later_and_later(town: Town, hooked: MakeHook) -> None:
    """The hook rests first; then the same body comes again."""
    with answering([BAD, GOOD]) as crm:
        hook = hooked(crm.url)
        visited(town)
        assert send(hook) == 0
        row = HookDelivery.objects.get()
        assert (row.state, row.attempts, row.status) == ("waiting", 1, 500)
        assert row.due_at == NOW + 30 * SECOND
        assert due_hooks(NOW + 29 * SECOND) == []
        assert send(hook, NOW + 29 * SECOND) == 0
        assert due_hooks(NOW + 30 * SECOND) == [hook.pk]
        assert send(hook, NOW + 30 * SECOND) == 1
    first, second = crm.asked
    assert first.body == second.body
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since) == (0, None)


def test_waits_double_up_to_a_limit_and_spread() -> None:
    """Half a minute first, six hours last, each give or take a half."""
    waits = [wait_s(attempt, sending.MOST_S, middle) for attempt in range(1, MOST_ATTEMPTS)]
    assert waits[:4] == [30.0, 60.0, 120.0, 240.0]
    assert waits[-1] == wait_s(10_000, sending.MOST_S, middle) == 6 * 3600.0
    assert sum(waits) > 24 * 3600
    assert wait_s(1, sending.MOST_S, float) == 15.0
    assert wait_s(1, sending.MOST_S, lambda: 1.0) == 45.0


def test_one_that_is_never_taken_holds_up_no_other(town: Town, hooked: MakeHook) -> None:
    """It waits for its next turn, while those after it are sent."""
    with answering([BAD, GOOD]) as crm:
        hook = hooked(crm.url)
        visited(town, 3)
        assert send(hook) == 0
        HookDelivery.objects.filter(attempts=1).update(due_at=NOW + DAY)
        assert send(hook, NOW + MINUTE) == 2
    assert len(crm.asked) == 3


def test_what_was_tried_often_enough_is_dead_until_asked_for(town: Town, hooked: MakeHook) -> None:
    """The dead are a list; asked for again, they begin anew."""
    with answering([BAD, GOOD]) as crm:
        hook = hooked(crm.url)
        visited(town)
        HookDelivery.objects.update(attempts=MOST_ATTEMPTS - 1)
        send(hook)
        assert HookDelivery.objects.get().state == DeliveryState.DEAD
        assert (due_hooks(NOW + DAY), send(hook, NOW + DAY)) == ([], 0)
        assert send_dead_again(actor=town.company.ada, hook=hook, now=NOW + DAY) == 1
        assert send(hook, NOW + DAY) == 1
    row = HookDelivery.objects.get()
    assert (row.state, row.attempts) == ("delivered", 1)


def test_a_hook_that_fails_for_days_is_switched_off(town: Town, hooked: MakeHook) -> None:
    """Once, with a notice to the admins; and then nothing more is kept for it."""
    with answering([BAD]) as crm:
        hook = hooked(crm.url)
        visited(town)
        send(hook)
        HookDelivery.objects.update(due_at=NOW)
        send(hook, NOW + DISABLE_AFTER - SECOND)
        hook.refresh_from_db()
        assert (hook.enabled, hook.failures) == (True, 2)
        HookDelivery.objects.update(due_at=NOW)
        send(hook, NOW + DISABLE_AFTER + 10 * MINUTE)
        HookDelivery.objects.update(due_at=NOW)
        assert send(hook, NOW + DISABLE_AFTER + DAY) == 0
    hook.refresh_from_db()
    assert (hook.enabled, hook.disabled_at) == (False, NOW + DISABLE_AFTER + 10 * MINUTE)
    assert len(crm.asked) == 3
    (letter,) = mail.outbox
    assert letter.to == ["ada@sunrise.test"]
    assert crm.url in letter.body
    assert AuditEntry.objects.filter(action="hook.disabled", row=str(hook.pk)).count() == 1


def test_redirects_are_not_followed(town: Town, hooked: MakeHook) -> None:
    """Another address is another hook, for an admin to say."""
    with answering([GOOD]) as other, answering([Reply("", 307, 0, {"Location": other.url})]) as crm:
        hook = hooked(crm.url)
        visited(town)
        assert send(hook) == 0
    assert (len(crm.asked), other.asked) == (1, [])
    assert HookDelivery.objects.get().status == 307


def test_who_answers_too_slowly_is_cut_off(
    town: Town, hooked: MakeHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever keeps it: the worker goes on to others."""
    monkeypatch.setattr(targets, "ANSWER_S", 0.1)
    with answering([Reply("", 204, after_s=1.0)]) as crm:
        hook = hooked(crm.url)
        visited(town)
        assert send(hook) == 0
    row = HookDelivery.objects.get()
    assert row.status is None
    assert row.error in {"timeout", "connection"}  # the read's own limit, or the whole's


def test_nobody_there(town: Town, hooked: MakeHook) -> None:
    """A closed port is a failure like any other."""
    with answering([GOOD]) as crm:
        url = crm.url
    hook = hooked(url)
    visited(town)
    assert send(hook) == 0
    assert HookDelivery.objects.get().error == "connection"


def test_one_worker_at_a_time(town: Town, hooked: MakeHook) -> None:
    """Who comes second finds the hook taken, until the first must be lost."""
    with answering([GOOD]) as crm:
        hook = hooked(crm.url)
        visited(town)
        assert sending.claim(hook.pk, NOW)
        assert send(hook, NOW + SECOND) == 0
        assert send(hook, NOW + sending.LEASE) == 1
    assert len(crm.asked) == 1


def test_a_turn_takes_few_queries(
    town: Town, hooked: MakeHook, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """One for each delivery, and no more than AT_ONCE of those; the rest is due at once."""
    with answering([GOOD]) as crm:
        hook = hooked(crm.url)
        visited(town, AT_ONCE + 1)
        with django_assert_max_num_queries(AT_ONCE + 4):
            assert send(hook) == AT_ONCE
        assert due_hooks(NOW) == [hook.pk]
    assert len(crm.asked) == AT_ONCE
