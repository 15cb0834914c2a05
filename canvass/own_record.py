"""What is kept about a member, for that member."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import Member
from canvass import selectors
from canvass.models import Alarm, Breadcrumb, ShiftEvent
from common.clock import day_bounds


def own_record(member: Member, from_day: date, to_day: date) -> dict[str, Any]:
    """The member's own rows of the days [from_day, to_day), in UTC but for shifts. Six queries."""
    begin, end = day_bounds(from_day, "UTC")[0], day_bounds(to_day, "UTC")[0]
    shifts = selectors.shifts().filter(member=member, day__gte=from_day, day__lt=to_day)
    then = {"occurred_at__gte": begin, "occurred_at__lt": end}
    return {
        "shifts": shifts,
        "events": ShiftEvent.objects.filter(shift__member=member, **then).order_by(
            "occurred_at", "pk"
        ),
        "breadcrumbs": Breadcrumb.objects.filter(
            shift__member=member, at__gte=begin, at__lt=end
        ).order_by("at", "pk"),
        "visits": selectors.visits().filter(member=member, **then),
        "flags": selectors.visit_flags().filter(
            visit__member=member, visit__occurred_at__gte=begin, visit__occurred_at__lt=end
        ),
        "alarms": Alarm.objects.filter(member=member, **then)
        .select_related("member__user")
        .order_by("received_at", "pk"),
    }
