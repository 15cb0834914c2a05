"""The time zones that a campaign may be in."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError


@cache
def known_time_zones() -> frozenset[str]:
    """The names of the IANA time zones of this machine."""
    return frozenset(available_timezones())


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone, such as America/Chicago."""
    if name not in known_time_zones():
        raise ValidationError("Use an IANA time zone such as America/Chicago.")


def grouping_zone(name: str) -> tzinfo:
    """The zone in which a database groups instants by day.

    The fixed zones "Etc/GMT+12" to "Etc/GMT-14", whose names give hours west of Greenwich, become
    plain offsets: Django reads their two-digit names as a zone and an offset to be added to it.
    """
    head, _, west = name.rpartition("Etc/GMT")
    if head or not west.lstrip("+-").isdigit():
        return ZoneInfo(name)
    return timezone(timedelta(hours=-int(west)))
