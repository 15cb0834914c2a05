"""How long what is kept: settings, and the removal of what is too old."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit import Change, note, remove_entries
from accounts.models import Member, Organisation
from canvass.models import (
    CallbackMove,
    HookDelivery,
    Photo,
    Referral,
    ReferralWithdrawal,
    TelephoneCall,
    TelephoneCallback,
    Visit,
)
from canvass.models.keeping import Breadcrumb, RecordSettings
from canvass.photos import remove_photos
from canvass.sync.feed import Own, mark
from canvass.sync.pruning import remove_old_marks

log = logging.getLogger(__name__)

DELIVERY_DAYS = 30  # whether or not a hook has taken it
HALF_DAYS = 7  # without another byte, a photo that has not come whole is given up


def settings_of(organisation_id: int) -> RecordSettings:
    """An organisation's settings; the defaults, unsaved, where it has none of its own."""
    found = RecordSettings.objects.filter(organisation=organisation_id).first()
    return found or RecordSettings(organisation_id=organisation_id)


def change_settings(*, actor: Member, changes: Mapping[str, Any], now: datetime) -> RecordSettings:
    """Change some of the settings of the actor's organisation."""
    with transaction.atomic():
        blank = RecordSettings(organisation_id=actor.organisation_id)
        RecordSettings.objects.bulk_create([blank], ignore_conflicts=True)
        rows = RecordSettings.objects.filter(organisation=actor.organisation_id)
        found = rows.select_for_update(no_key=True).get()
        before = {name: getattr(found, name) for name in changes}
        for name, value in changes.items():
            setattr(found, name, value)
        found.save()
        note(actor, "record_settings.changed", Change(found, before, dict(changes)), now=now)
    return found


def remove_what_is_too_old(now: datetime) -> dict[str, int]:
    """Remove what every organisation no longer keeps; returns how many rows by kind, in all."""
    total: dict[str, int] = {}
    for organisation in Organisation.objects.order_by("pk"):
        for kind, count in remove_of(organisation, now).items():
            total[kind] = total.get(kind, 0) + count
    return total


def remove_of(organisation: Organisation, now: datetime) -> dict[str, int]:
    """Remove what an organisation no longer keeps, and write down how many rows by kind.

    Running it again removes nothing more.
    """
    settings, ours = settings_of(organisation.pk), {"organisation": organisation}

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    told: list[Own] = []
    with transaction.atomic():
        old = Breadcrumb.objects.filter(**ours, at__lt=before(settings.breadcrumb_days))
        removed = {"breadcrumbs": old.delete()[0]}
        left = Photo.objects.filter(**ours, finished_at=None, touched_at__lt=before(HALF_DAYS))
        removed["half_photos"] = remove_photos(left)
        sent = HookDelivery.objects.filter(**ours, created_at__lt=before(DELIVERY_DAYS))
        removed["hook_deliveries"] = sent.delete()[0]
        if settings.note_days is not None:
            limit = before(settings.note_days)
            seen = Photo.objects.filter(**ours, visit__occurred_at__lt=limit)
            removed["photos"] = remove_photos(seen)
            visits = Visit.objects.filter(**ours, occurred_at__lt=limit)
            own = visits.personal_ones().values_list("member", "pk")
            told = [Own(member, "visit", str(pk)) for member, pk in own]
            removed["visits"] = visits.empty_personal()
            moves = CallbackMove.objects.filter(**ours, moved_at__lt=limit)
            removed["callback_moves"] = moves.empty_personal()
            referrals = Referral.objects.filter(**ours, said_at__lt=limit)
            removed["referrals"] = referrals.empty_personal()
            taken_back = ReferralWithdrawal.objects.filter(**ours, withdrawn_at__lt=limit)
            removed["referral_withdrawals"] = taken_back.empty_personal()
            agreed = TelephoneCallback.objects.filter(**ours, agreed_at__lt=limit)
            removed["telephone_callbacks"] = agreed.empty_personal()
            calls = TelephoneCall.objects.filter(**ours, called_at__lt=limit)
            removed["telephone_calls"] = calls.empty_personal()
        if settings.audit_days is not None:
            limit = before(settings.audit_days)
            removed["audit_entries"] = remove_entries(organisation.pk, limit)
        removed = {kind: count for kind, count in removed.items() if count}
        if removed:
            if settings.pk is None:
                settings.save()
            note(None, "record.too_old_removed", Change(settings, None, removed), now=now)
        mark(own=told)
    removed |= {"feed_marks": marks} if (marks := remove_old_marks(organisation.pk, now)) else {}
    if removed:
        log.info("Removed what organisation %s no longer keeps: %s", organisation.pk, removed)
    return removed
