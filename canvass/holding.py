"""Whose door it was on a day; what a phone uploads late is judged by the day it is about."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Member
from common.clock import day_bounds, local_day
from territories.models import Assignment


def held_on(member: Member, instant: datetime, zone: str) -> QuerySet[Assignment]:
    """What was assigned to the member at some time of the local day of `instant`."""
    day = local_day(instant, zone)
    return Assignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=day),
        Q(ended_at=None) | Q(ended_at__gt=day_bounds(day, zone)[0]),
        member=member,
        starts_on__lte=day,
    )


def held_door(member: Member, door_id: int, instant: datetime, zone: str) -> bool:
    """Whether the door was assigned to the member at some time of the local day of `instant`."""
    held = held_on(member, instant, zone)
    return held.filter(territory__placements__door=door_id).exists()
