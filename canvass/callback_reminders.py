"""Telling members of agreed times that are near, once for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef

from accounts.errors import MailUnavailable
from accounts.mail import send
from accounts.models import Member
from canvass.callbacks import callbacks
from canvass.models import CallbackReminder, CallbackState, Visit
from common.clock import local_day
from territories.models import Assignment

LEAD = timedelta(hours=2)
TEMPLATE = "canvass/mail/callbacks.txt"


def remind_of_callbacks(now: datetime) -> int:
    """E-mail of open callbacks whose time begins within LEAD; returns how many were told of.

    To whoever has the door that day, else to who agreed on it; one e-mail for each member. A moved
    time is told again. What cannot be sent is tried again the next time. Three queries, and some
    for each member.
    """
    told = CallbackReminder.objects.filter(visit=OuterRef("pk"), due_at=OuterRef("due_at"))
    near = callbacks(now).filter(
        ~Exists(told), state=CallbackState.OPEN, due_at__gt=now, due_at__lte=now + LEAD
    )
    rows = list(near.select_related("campaign", "door__building", "member__user"))
    holders = holders_of(rows)
    waiting: defaultdict[Member, list[Visit]] = defaultdict(list)
    for visit in rows:
        member = holders.get(visit.pk, visit.member)
        if member.left_on is None:
            waiting[member].append(visit)
    return sum(remind(member, visits, now) for member, visits in waiting.items())


def holders_of(visits: Sequence[Visit]) -> dict[UUID, Member]:
    """Who has the door of each visit, by the visit's id, on the day of its agreed time."""
    placed = F("territory__placements__door")
    rows = Assignment.objects.annotate(placed=placed).filter(
        territory__cut__in={visit.campaign.cut_id for visit in visits},
        placed__in={visit.door_id for visit in visits},
        ended_at=None,
        member__left_on=None,
    )
    held: defaultdict[tuple[int, int], list[Assignment]] = defaultdict(list)
    for row in rows.select_related("member__user", "territory").order_by("pk"):
        held[row.territory.cut_id, vars(row)["placed"]].append(row)
    found: dict[UUID, Member] = {}
    for visit in visits:
        day = local_day(vars(visit)["due_at"], visit.campaign.time_zone)
        here = held.get((visit.campaign.cut_id or 0, visit.door_id), [])
        holder = next((row.member for row in here if has_day(row, day)), None)
        if holder is not None:
            found[visit.pk] = holder
    return found


def has_day(assignment: Assignment, day: date) -> bool:
    """Whether an assignment holds on a local day."""
    return assignment.starts_on <= day and (assignment.ends_on is None or day < assignment.ends_on)


def remind(member: Member, visits: Sequence[Visit], now: datetime) -> int:
    """Tell a member, and keep that; returns how many callbacks were told of."""
    reminders = [
        CallbackReminder(
            organisation_id=visit.organisation_id,
            visit=visit,
            member=member,
            due_at=vars(visit)["due_at"],
            sent_at=now,
        )
        for visit in visits
    ]
    context = {"member": member, "lines": [line_of(visit) for visit in visits]}
    try:
        with transaction.atomic():
            CallbackReminder.objects.bulk_create(reminders)
            send(member.user.email, "Callbacks ahead", TEMPLATE, context)
    except MailUnavailable:  # nothing is kept, and so it is tried again
        return 0
    except IntegrityError:  # another worker was faster
        return 0
    return len(reminders)


def line_of(visit: Visit) -> str:
    """When, by the campaign's clocks, and where."""
    zone, told = ZoneInfo(visit.campaign.time_zone), vars(visit)
    due, until = (at and at.astimezone(zone) for at in (told["due_at"], told["due_until"]))
    when = f"{due:%H:%M}" if until is None else f"{due:%H:%M} to {until:%H:%M}"
    if until is not None and local_day(until, zone.key) != local_day(due, zone.key):
        when = f"from {due:%H:%M}"
    building, unit = visit.door.building, visit.door.unit
    where = f"{building.street} {building.number}" + (f", {unit}" if unit else "")
    return f"{when}  {where}, {building.city}"
