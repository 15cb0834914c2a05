"""Sending what is due to one hook: again and again, later and later, until it is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.hooks.signing import signed
from canvass.hooks.targets import NotTold, post
from canvass.models.hooks import DeliveryState, Hook, HookDelivery

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
AT_ONCE = 50  # deliveries of one turn, each of which ends within the lease's share
FIRST_S, MOST_S, MOST_PAUSE_S = 30.0, 6 * 3600.0, 300.0
MOST_ATTEMPTS = 15  # about a day and a half
DISABLE_AFTER = timedelta(days=3)

Clock = Callable[[], datetime]
Jitter = Callable[[], float]  # evenly from [0, 1)


@dataclass(frozen=True)
class Answer:
    """What came of a request: a status, or why there is none."""

    status: int | None = None
    error: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and 200 <= self.status < 300


def send_hook(hook_id: int, clock: Clock, jitter: Jitter) -> int:
    """Send a hook what is due, in the order in which it fell due; how many it took.

    One worker at a time. The first that is not taken ends the turn. May send something twice, where
    a worker is lost between the answer and writing it down.
    """
    hook = claim(hook_id, clock())
    if hook is None:
        return 0
    taken, pause_s = 0, 0.0
    waiting = HookDelivery.objects.filter(hook=hook, state=DeliveryState.WAITING)
    try:
        for delivery in waiting.filter(due_at__lte=clock()).order_by("due_at", "pk")[:AT_ONCE]:
            answer = asked(hook, delivery, clock())
            if not answer.is_good:
                pause_s = wait_s(hook.failures + 1, MOST_PAUSE_S, jitter)
                later_s = wait_s(delivery.attempts + 1, MOST_S, jitter)
                put_off(hook, delivery, answer, clock(), later_s)
                break
            settle(hook, delivery, answer, clock())
            taken += 1
    finally:
        paused_until = clock() + timedelta(seconds=pause_s) if pause_s else None
        Hook.objects.filter(pk=hook.pk).update(paused_until=paused_until)
    return taken


def claim(hook_id: int, now: datetime) -> Hook | None:
    """The hook, for this worker alone until LEASE is over; None if there is nothing to be had."""
    free = Q(paused_until=None) | Q(paused_until__lte=now)
    rows = Hook.objects.filter(pk=hook_id, enabled=True)
    if not rows.filter(free).update(paused_until=now + LEASE):
        return None
    return rows.first()


def wait_s(attempt: int, most_s: float, jitter: Jitter) -> float:
    """Seconds until the next attempt: doubled each time, up to `most_s`, give or take a half."""
    return float(min(FIRST_S * 2 ** min(attempt - 1, 20), most_s) * (0.5 + jitter()))


def asked(hook: Hook, delivery: HookDelivery, now: datetime) -> Answer:
    """Send one delivery."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Canvass-Hooks/1",
        "Canvass-Event": str(delivery.event),
        "Canvass-Signature": signed(hook, delivery.body, now),
    }
    try:
        return Answer(post(hook.url, delivery.body, headers))
    except NotTold as error:
        return Answer(error=error.code)


def settle(hook: Hook, delivery: HookDelivery, answer: Answer, now: datetime) -> None:
    """Write down that a delivery was taken."""
    HookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DELIVERED,
        attempts=delivery.attempts + 1,
        tried_at=now,
        status=answer.status,
        error="",
    )
    if hook.failures:
        hook.failures, hook.failing_since = 0, None
        hook.save(update_fields=["failures", "failing_since"])


def put_off(
    hook: Hook, delivery: HookDelivery, answer: Answer, now: datetime, later_s: float
) -> None:
    """Write down that a delivery was not taken; switch off a hook that has failed for days."""
    attempts = delivery.attempts + 1
    HookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DEAD if attempts >= MOST_ATTEMPTS else DeliveryState.WAITING,
        attempts=attempts,
        tried_at=now,
        due_at=now + timedelta(seconds=later_s),
        status=answer.status,
        error=answer.error,
    )
    hook.failures += 1
    hook.failing_since = hook.failing_since or now
    hook.save(update_fields=["failures", "failing_since"])
    if now - hook.failing_since >= DISABLE_AFTER:
        disable(hook, now)


def disable(hook: Hook, now: datetime) -> None:
    """Switch a hook off, and tell the admins. What waits goes on waiting."""
    with transaction.atomic():
        rows = Hook.objects.filter(pk=hook.pk, enabled=True)
        if not rows.update(enabled=False, disabled_at=now):
            return
        change = Change(hook, {"enabled": True}, {"enabled": False, "failures": hook.failures})
        note(None, "hook.disabled", change, now=now)
    admins = Member.objects.serving().filter(organisation=hook.organisation_id, role=Role.ADMIN)
    to = list(admins.values_list("user__email", flat=True))
    text = (
        f"{hook.url} has not taken anything since {hook.failing_since:%Y-%m-%d %H:%M} UTC, and is "
        "sent nothing more. What has not been sent is kept for a month: mend it, then switch the "
        "hook on again.\n"
    )
    try:
        send_mail("A hook was switched off", text, None, to)
    except (SMTPException, OSError) as error:
        log.error("A notice could not be e-mailed: %s", type(error).__name__)  # noqa: TRY400  # its text quotes addresses
