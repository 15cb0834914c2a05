"""How long what is kept: settings, and the removal of what is too old."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.audit import Change, note, remove_entries
from accounts.models import Member, Organisation
from canvass.contacts import EMPTY, empty_contacts
from canvass.models import (
    Alarm,
    CallbackMove,
    ContactDetails,
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
from common.forever import ForeverModel, ForeverQuerySet

log = logging.getLogger(__name__)

DELIVERY_DAYS = 30  # whether or not a hook has taken it
WORDS: dict[str, tuple[type[ForeverModel], str]] = {  # whose words, and how old they are
    "visits": (Visit, "occurred_at"),
    "callback_moves": (CallbackMove, "moved_at"),
    "referrals": (Referral, "said_at"),
    "referral_withdrawals": (ReferralWithdrawal, "withdrawn_at"),
    "telephone_callbacks": (TelephoneCallback, "agreed_at"),
    "telephone_calls": (TelephoneCall, "called_at"),
}
HALF_DAYS = 7  # without another byte, a photo that has not come whole is given up


def settings_of(organisation_id: int) -> RecordSettings:
    """An organisation's settings; the defaults, unsaved, where it has none of its own."""
    found = RecordSettings.objects.filter(organisation=organisation_id).first()
    return found or RecordSettings(organisation_id=organisation_id)


def change_settings(*, actor: Member, changes: Mapping[str, Any], now: datetime) -> RecordSettings:
    """Change some of the settings of the actor's organisation."""
    with transaction.atomic():
        found = held_settings(actor.organisation_id)
        before = {name: getattr(found, name) for name in changes}
        for name, value in changes.items():
            setattr(found, name, value)
        found.save()
        note(actor, "record_settings.changed", Change(found, before, dict(changes)), now=now)
    return found


def held_settings(organisation_id: int) -> RecordSettings:
    """An organisation's settings, made if need be, held until the transaction ends."""
    blank = RecordSettings(organisation_id=organisation_id)
    RecordSettings.objects.bulk_create([blank], ignore_conflicts=True)
    rows = RecordSettings.objects.filter(organisation=organisation_id)
    return rows.select_for_update(no_key=True).get()


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
    settings, told = settings_of(organisation.pk), list[Own]()
    contacts: list[ContactDetails] = []

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    with transaction.atomic():
        removed = remove_positions(organisation, before(settings.breadcrumb_days))
        ours = {"organisation": organisation}
        left = Photo.objects.filter(**ours, finished_at=None, touched_at__lt=before(HALF_DAYS))
        removed["half_photos"] = remove_photos(left)
        sent = HookDelivery.objects.filter(**ours, created_at__lt=before(DELIVERY_DAYS))
        removed["hook_deliveries"] = sent.delete()[0]
        if settings.note_days is not None:
            limit = before(settings.note_days)
            told = own_visits(organisation, limit)
            removed |= remove_words(organisation, limit)
            contacts = old_contacts(organisation, limit)
            removed["contacts"] = empty_contacts(contacts, None, now)
        if settings.audit_days is not None:
            limit = before(settings.audit_days)
            removed["audit_entries"] = remove_entries(organisation.pk, limit)
        removed = {kind: count for kind, count in removed.items() if count}
        if removed:
            if settings.pk is None:
                settings.save()
            note(None, "record.too_old_removed", Change(settings, None, removed), now=now)
        mark(doors=[contact.door_id for contact in contacts], own=told)
    removed |= {"feed_marks": marks} if (marks := remove_old_marks(organisation.pk, now)) else {}
    if removed:
        log.info("Removed what organisation %s no longer keeps: %s", organisation.pk, removed)
    return removed


def remove_positions(organisation: Organisation, limit: datetime) -> dict[str, int]:
    """Remove where members were before an instant; how many rows, by kind.

    A call for help stays without its place.
    """
    crumbs = Breadcrumb.objects.filter(organisation=organisation, at__lt=limit)
    alarms = Alarm.objects.filter(organisation=organisation, received_at__lt=limit)
    nowhere = {"lon": None, "lat": None, "accuracy_m": None}
    return {
        "breadcrumbs": crumbs.delete()[0],
        "alarm_positions": alarms.filter(lon__isnull=False).update(**nowhere),
    }


def own_visits(organisation: Organisation, limit: datetime) -> list[Own]:
    """The visits before an instant that will lose their notes, as members' phones have them."""
    visits = Visit.objects.filter(organisation=organisation, occurred_at__lt=limit)
    own = visits.personal_ones().values_list("member", "pk")
    return [Own(member, "visit", str(pk)) for member, pk in own]


def old_contacts(organisation: Organisation, limit: datetime) -> list[ContactDetails]:
    """What is kept of how to reach people and was last changed before an instant, held."""
    rows = ContactDetails.objects.filter(organisation=organisation, changed_at__lt=limit)
    filled = rows.exclude(**EMPTY).order_by("pk")
    return list(filled.select_for_update(no_key=True))


def remove_words(organisation: Organisation, limit: datetime) -> dict[str, int]:
    """Remove what was noted of people before an instant, and photos; how many rows, by kind."""
    ours = {"organisation": organisation}
    removed = {"photos": remove_photos(Photo.objects.filter(**ours, visit__occurred_at__lt=limit))}
    for kind, (model, since) in WORDS.items():
        rows: ForeverQuerySet[Any] = ForeverQuerySet(model)
        removed[kind] = rows.filter(**ours, **{f"{since}__lt": limit}).empty_personal()
    said = Alarm.objects.filter(**ours, received_at__lt=limit).exclude(message="")
    return {**removed, "alarm_messages": said.update(message="")}
