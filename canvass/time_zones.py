"""The time zones that a campaign may be in."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError


@cache
def known_time_zones() -> frozenset[str]:
    """The names of the IANA time zones of this machine."""
    return frozenset(available_timezones())


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone, such as America/Chicago."""
    if name not in known_time_zones():
        raise ValidationError("Use an IANA time zone such as America/Chicago.")
