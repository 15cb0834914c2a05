"""Setting hooks up: who is told of what; and asking for deliveries again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member, Organisation
from canvass.errors.hooks import DeliveryWaits, HookTaken, HookTooMany
from canvass.hooks.signing import secret_of
from canvass.hooks.targets import refuse_bad
from canvass.models.hooks import DeliveryState, Hook, HookDelivery
from canvass.uniqueness import unless_taken
from common.errors import NotFound

MOST_HOOKS = 5
OVERLAP = timedelta(days=1)  # for which the old secret signs, too


def add_hook(*, actor: Member, url: str, kinds: Sequence[str], now: datetime) -> tuple[Hook, str]:
    """Tell an address of what happens from now on; returns the hook and its secret.

    Raises HookUrlInvalid, HookAddressRefused, HookTaken and HookTooMany.
    """
    refuse_bad(url)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id)
        if Hook.objects.filter(organisation=actor.organisation_id).count() >= MOST_HOOKS:
            raise HookTooMany(most=MOST_HOOKS)
        with unless_taken(HookTaken):
            hook = Hook.objects.create(
                organisation_id=actor.organisation_id,
                url=url,
                kinds=sorted(kinds),
                nonce=secrets.token_hex(16),
                created_at=now,
            )
        note(actor, "hook.added", Change(hook, None, {"url": url, "kinds": hook.kinds}), now=now)
    return hook, secret_of(hook.nonce)


def held_hook(actor: Member, hook: Hook) -> Hook:
    """The row as it is now, held until the transaction ends. Raises NotFound."""
    rows = Hook.objects.for_member(actor).filter(pk=hook.pk)
    found = rows.select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound
    return found


def change_hook(*, actor: Member, hook: Hook, changes: Mapping[str, Any], now: datetime) -> Hook:
    """Change a hook's address, kinds or whether it is on; switched on, it begins anew.

    Raises HookUrlInvalid, HookAddressRefused, HookTaken and NotFound.
    """
    if "url" in changes:
        refuse_bad(changes["url"])
    with transaction.atomic():
        found = held_hook(actor, hook)
        before = {name: getattr(found, name) for name in changes}
        for name, value in changes.items():
            setattr(found, name, sorted(value) if name == "kinds" else value)
        if changes.get("enabled"):
            found.disabled_at = found.failing_since = found.paused_until = None
            found.failures = 0
        with unless_taken(HookTaken):
            found.save()
        note(actor, "hook.changed", Change(found, before, changes), now=now)
    return found


def rotate_secret(*, actor: Member, hook: Hook, now: datetime) -> tuple[Hook, str]:
    """Give a hook another secret; the old one signs too until OVERLAP is over. Raises NotFound."""
    with transaction.atomic():
        found = held_hook(actor, hook)
        found.old_nonce, found.old_until = found.nonce, now + OVERLAP
        found.nonce = secrets.token_hex(16)
        found.save(update_fields=["nonce", "old_nonce", "old_until"])
        told = Change(found, None, {"old_until": found.old_until})
        note(actor, "hook.secret_rotated", told, now=now)
    return found, secret_of(found.nonce)


def remove_hook(*, actor: Member, hook: Hook, now: datetime) -> None:
    """Delete a hook with what it was told and is to be told. Raises NotFound."""
    with transaction.atomic():
        found = held_hook(actor, hook)
        note(actor, "hook.removed", Change(found, {"url": found.url}, None), now=now)
        found.delete()


def send_again(*, actor: Member, delivery: HookDelivery, now: datetime) -> HookDelivery:
    """Send once more what was given up, or taken. Raises DeliveryWaits and NotFound."""
    with transaction.atomic():
        rows = HookDelivery.objects.for_member(actor).filter(pk=delivery.pk)
        found = rows.select_for_update(no_key=True, of=("self",)).first()
        if found is None:
            raise NotFound
        if found.state == DeliveryState.WAITING:
            raise DeliveryWaits
        before = {"state": found.state, "attempts": found.attempts}
        found.state, found.attempts, found.due_at = DeliveryState.WAITING, 0, now
        found.save(update_fields=["state", "attempts", "due_at"])
        note(actor, "hook_delivery.sent_again", Change(found, before, None), now=now)
    return found


def send_dead_again(*, actor: Member, hook: Hook, now: datetime) -> int:
    """Send once more all that a hook has not taken; how many deliveries. Raises NotFound."""
    with transaction.atomic():
        found = held_hook(actor, hook)
        dead = HookDelivery.objects.filter(hook=found, state=DeliveryState.DEAD)
        count = dead.update(state=DeliveryState.WAITING, attempts=0, due_at=now)
        note(actor, "hook.dead_sent_again", Change(found, None, {"deliveries": count}), now=now)
    return count
