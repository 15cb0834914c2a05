"""Telling members of agreed times and calls that are near, once for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef

from accounts.errors import MailUnavailable
from accounts.mail import send
from accounts.models import Member
from canvass.callbacks import callbacks
from canvass.models import (
    CallbackReminder,
    CallbackState,
    TelephoneCallback,
    TelephoneCallbackState,
    TelephoneReminder,
    Visit,
)
from canvass.telephone import telephone_callbacks
from common.clock import local_day
from territories.models import Assignment

LEAD = timedelta(hours=2)
TEMPLATE = "canvass/mail/callbacks.txt"


class Near(NamedTuple):
    """A time that was agreed, at a visit to come back or to call, with or without an end."""

    row: Visit | TelephoneCallback
    due_at: datetime
    due_until: datetime | None


def remind_of_callbacks(now: datetime) -> int:
    """E-mail of what is open and begins within LEAD; returns how many times were told of.

    Of callbacks at the door and by telephone, whose number is not on the list. To whoever has the
    door that day, else to who agreed on it; one e-mail for each member. A moved time is told again.
    What cannot be sent is tried again the next time. Four queries, and some for each member.
    """
    near = near_visits(now) + near_calls(now)
    waiting: defaultdict[Member, list[Near]] = defaultdict(list)
    for one, holder in zip(near, holders_of(near), strict=True):
        member = holder or one.row.member
        if member.left_on is None:
            waiting[member].append(one)
    return sum(remind(member, some, now) for member, some in waiting.items())


def near_visits(now: datetime) -> list[Near]:
    """The open callbacks at doors whose time is near and was not told of yet."""
    told = CallbackReminder.objects.filter(visit=OuterRef("pk"), due_at=OuterRef("due_at"))
    rows = callbacks(now).filter(
        ~Exists(told), state=CallbackState.OPEN, due_at__gt=now, due_at__lte=now + LEAD
    )
    found = rows.select_related("campaign", "door__building", "member__user")
    return [Near(row, row.due_at, row.due_until) for row in found]


def near_calls(now: datetime) -> list[Near]:
    """The open callbacks by telephone whose time is near and was not told of yet."""
    rows = telephone_callbacks(now).filter(
        reminder=None,
        state=TelephoneCallbackState.OPEN,
        call_at__gt=now,
        call_at__lte=now + LEAD,
    )
    found = rows.select_related("campaign", "door__building", "member__user")
    return [Near(row, row.call_at, row.call_until) for row in found]


def holders_of(near: Sequence[Near]) -> list[Member | None]:
    """Who has the door of each on the day of its agreed time, if anybody has. One query."""
    placed = F("territory__placements__door")
    rows = Assignment.objects.annotate(placed=placed).filter(
        territory__cut__in={one.row.campaign.cut_id for one in near},
        placed__in={one.row.door_id for one in near},
        ended_at=None,
        member__left_on=None,
    )
    held: defaultdict[tuple[int, int], list[Assignment]] = defaultdict(list)
    for row in rows.select_related("member__user", "territory").order_by("pk"):
        held[row.territory.cut_id, vars(row)["placed"]].append(row)
    found = []
    for one in near:
        day = local_day(one.due_at, one.row.campaign.time_zone)
        here = held.get((one.row.campaign.cut_id or 0, one.row.door_id), [])
        found.append(next((row.member for row in here if has_day(row, day)), None))
    return found


def has_day(assignment: Assignment, day: date) -> bool:
    """Whether an assignment holds on a local day."""
    return assignment.starts_on <= day and (assignment.ends_on is None or day < assignment.ends_on)


def remind(member: Member, near: Sequence[Near], now: datetime) -> int:
    """Tell a member, and keep that; returns how many times were told of."""
    context = {"member": member, "lines": [line_of(one) for one in near]}
    try:
        with transaction.atomic():
            keep(member, near, now)
            send(member.user.email, "Callbacks ahead", TEMPLATE, context)
    except MailUnavailable:  # nothing is kept, and so it is tried again
        return 0
    except IntegrityError:  # another worker was faster
        return 0
    return len(near)


def keep(member: Member, near: Sequence[Near], now: datetime) -> None:
    """Write down that a member was told. IntegrityError if one of them was told already."""
    ours = {"organisation_id": member.organisation_id, "member": member, "sent_at": now}
    CallbackReminder.objects.bulk_create(
        CallbackReminder(**ours, visit=one.row, due_at=one.due_at)
        for one in near
        if isinstance(one.row, Visit)
    )
    TelephoneReminder.objects.bulk_create(
        TelephoneReminder(**ours, callback=one.row)
        for one in near
        if isinstance(one.row, TelephoneCallback)
    )


def line_of(near: Near) -> str:
    """When, by the campaign's clocks, how and where."""
    zone = ZoneInfo(near.row.campaign.time_zone)
    due, until = near.due_at.astimezone(zone), near.due_until and near.due_until.astimezone(zone)
    when = f"{due:%H:%M}" if until is None else f"{due:%H:%M} to {until:%H:%M}"
    if until is not None and local_day(until, zone.key) != local_day(due, zone.key):
        when = f"from {due:%H:%M}"
    building, unit = near.row.door.building, near.row.door.unit
    where = f"{building.street} {building.number}" + (f", {unit}" if unit else "")
    how = "call  " if isinstance(near.row, TelephoneCallback) else ""
    return f"{when}  {how}{where}, {building.city}"
