"""Local days: half-open, in a campaign's own time zone, stored as UTC instants; phones' clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOCK_TOLERANCE = timedelta(minutes=5)  # how far a phone's clock may be off


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant at which clocks in `zone` show `at` on `day`.

    A time that a clock change skips or repeats is read with the offset before the change.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The half-open UTC interval [start, end) of a local day: 23, 24 or 25 hours long."""
    midnight = time()
    return local_instant(day, midnight, zone), local_instant(
        day + timedelta(days=1), midnight, zone
    )


def local_day(instant: datetime, zone: str) -> date:
    """The date that calendars in `zone` show at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def clamped(told: datetime, now: datetime) -> datetime:
    """What a phone says when something was; `now` where its clock is ahead by more than allowed."""
    return told if told <= now + CLOCK_TOLERANCE else now
