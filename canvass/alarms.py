"""Calls for help: kept at once, e-mailed to the managers until the mail server has taken it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member
from accounts.selectors import managers_above
from canvass.errors.safety import AlarmIdReused
from canvass.models.safety import Alarm
from canvass.payloads import once, payload_hash, replayed
from common.clock import clamped
from common.errors import NotFound
from common.worker import send_id

log = logging.getLogger(__name__)

TASK = "canvass.send_alarm"
RETRY_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class NewAlarm:
    """A call for help as the phone tells it; it made the `id`, a UUIDv7."""

    id: UUID
    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    message: str = ""


def raise_alarm(*, actor: Member, new: NewAlarm, now: datetime) -> tuple[Alarm, bool]:
    """Keep a call for help and let a worker e-mail it; returns it and whether it is new.

    The same again returns the stored one. An `occurred_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`. Raises AlarmIdReused.
    """
    return once(lambda: insert_alarm(actor, new, now))


def insert_alarm(actor: Member, new: NewAlarm, now: datetime) -> tuple[Alarm, bool]:
    """As `raise_alarm`, in its transaction."""
    stored = replayed(Alarm.objects.all(), actor, new, AlarmIdReused)
    if stored is not None:
        return stored, False
    alarm = Alarm(**vars(new), organisation_id=actor.organisation_id, member=actor)
    alarm.received_at, alarm.payload_hash = now, payload_hash(new)
    alarm.occurred_at = clamped(new.occurred_at, now)
    alarm.save(force_insert=True)
    note(actor, "alarm.raised", Change(alarm, None, {"at": alarm.occurred_at}), now=now)
    transaction.on_commit(lambda: send_id(TASK, str(alarm.pk)))
    return alarm, True


def send_alarm(alarm_id: UUID | str, now: datetime) -> bool:
    """E-mail an alarm to the managers above; whether this call did.

    One worker at a time tries. What the mail server does not take is tried again after RETRY_AFTER,
    for as long as nobody has acknowledged it.
    """
    free = Q(tried_at=None) | Q(tried_at__lte=now - RETRY_AFTER)
    if not Alarm.objects.untold().filter(free, pk=alarm_id).update(tried_at=now):
        return False
    alarm = Alarm.objects.select_related("member__user", "member__team").get(pk=alarm_id)
    to = list(managers_above(alarm.member).values_list("user__email", flat=True))
    try:
        send_mail(f"{alarm.member.user.name} needs help", text_of(alarm), None, to)
    except (SMTPException, OSError) as error:
        # The error's own text quotes addresses, which have no place in a log.
        log.error("An alarm could not be e-mailed yet: %s", type(error).__name__)  # noqa: TRY400
        return False
    with transaction.atomic():
        Alarm.objects.filter(pk=alarm_id).update(notified_at=now)
        note(None, "alarm.notified", Change(alarm, None, {"notified_at": now}), now=now)
    return True


def send_waiting_alarms(now: datetime) -> int:
    """E-mail every alarm of which nobody has heard yet; how many were."""
    waiting = list(Alarm.objects.untold().order_by("received_at").values_list("pk", flat=True))
    return sum(send_alarm(pk, now) for pk in waiting)


def text_of(alarm: Alarm) -> str:
    """What the e-mail says: who, when, where, and what they wrote."""
    name, at = alarm.member.user.name, f"{alarm.occurred_at:%Y-%m-%d %H:%M:%S} UTC"
    where = "an unknown place"
    if alarm.lat is not None and alarm.lon is not None:
        where = f"{alarm.lat:.6f}, {alarm.lon:.6f} (geo:{alarm.lat:.6f},{alarm.lon:.6f})"
        if alarm.accuracy_m is not None:
            where += f", within {alarm.accuracy_m:.0f} m"
    lines = [f"{name} asked for help at {at}, at {where}.", alarm.message]
    return "\n\n".join([*filter(None, lines), "Acknowledge the alarm once you take care of it.\n"])


def acknowledge_alarm(*, actor: Member, alarm: Alarm, now: datetime) -> Alarm:
    """Say that the actor takes care of an alarm; the first one to say so stays. Raises NotFound."""
    with transaction.atomic():
        rows = Alarm.objects.for_member(actor).filter(pk=alarm.pk)
        found = rows.select_for_update(of=("self",), no_key=True).first()
        if found is None:
            raise NotFound
        if found.acknowledged_at is None:
            found.acknowledged_at, found.acknowledged_by = now, actor
            found.save(update_fields=["acknowledged_at", "acknowledged_by"])
            note(actor, "alarm.acknowledged", Change(found, None, {"at": now}), now=now)
    return found
