"""From what happened to what is to be sent: a delivery for each hook that wants to know."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from canvass.hooks.payloads import bodies
from canvass.models.hooks import DeliveryState, Hook, HookDelivery, HookEvent
from common.worker import send_id

TASK = "canvass.send_hook"
BATCH = 500
MOST_BATCHES = 40


def send_hooks(now: datetime) -> int:
    """Empty the outbox, and wake a worker for every hook with something due; how many there are."""
    for _ in range(MOST_BATCHES):
        if not relay(now):
            break
    hooks = due_hooks(now)
    for hook in hooks:
        send_id(TASK, hook)
    return len(hooks)


def relay(now: datetime) -> int:
    """Turn the oldest events into deliveries; how many events. At most ten queries for BATCH.

    Two at once share the work, and make no delivery twice.
    """
    skips = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        waiting = HookEvent.objects.select_related("organisation").order_by("pk")
        events = list(waiting.select_for_update(skip_locked=skips, of=("self",))[:BATCH])
        if events:
            HookDelivery.objects.bulk_create(deliveries(events, now), ignore_conflicts=True)
            HookEvent.objects.filter(pk__in=[event.pk for event in events]).delete()
    return len(events)


def deliveries(events: list[HookEvent], now: datetime) -> list[HookDelivery]:
    """The unsaved deliveries of some events."""
    hooks: defaultdict[int, list[Hook]] = defaultdict(list)
    owners = {event.organisation_id for event in events}
    for hook in Hook.objects.filter(organisation__in=owners, enabled=True).order_by("pk"):
        hooks[hook.organisation_id].append(hook)
    told = bodies(events)
    return [
        HookDelivery(
            organisation_id=event.organisation_id,
            hook=hook,
            event=event.pk,
            type=event.type,
            body=told[event.pk],
            created_at=event.created_at,
            due_at=now,
        )
        for event in events
        for hook in hooks[event.organisation_id]
        if event.pk in told and event.type.partition(".")[0] in hook.kinds
    ]


def due_hooks(now: datetime) -> list[int]:
    """The hooks that have something to send and may be sent to."""
    free = Q(paused_until=None) | Q(paused_until__lte=now)
    due = Q(deliveries__state=DeliveryState.WAITING, deliveries__due_at__lte=now)
    rows = Hook.objects.filter(free, due, enabled=True).order_by("pk").distinct()
    return list(rows.values_list("pk", flat=True))
