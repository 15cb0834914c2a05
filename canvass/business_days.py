"""Which days count where the law counts business days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice

import holidays

SATURDAY, SUNDAY = 5, 6


@cache
def holiday_calendar(code: str) -> holidays.HolidayBase:
    """The public holidays of a country (`US`) or a part of it (`US-MD`), as the library has them.

    A holiday on a Sunday is kept on the Monday after as well, one on a Saturday on the Friday
    before: both the day and its stand-in are holidays. Raises NotImplementedError for a code that
    the library does not know. Years are worked out as they are asked for.
    """
    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)


def knows_holidays(code: str) -> bool:
    """Whether the calendar of that country or part of it is known."""
    try:
        holiday_calendar(code)
    except NotImplementedError:
        return False
    return True


def is_holiday(day: date, code: str) -> bool:
    """Whether the day is a public holiday there; never where `code` is empty."""
    return bool(code) and day in holiday_calendar(code)


def is_business_day(day: date, code: str, *, saturdays_count: bool) -> bool:
    """Whether the day counts: no Sunday, no holiday of `code`, and a Saturday only if they do."""
    if day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not saturdays_count):
        return False
    return not is_holiday(day, code)


def business_days_after(day: date, code: str, *, saturdays_count: bool) -> Iterator[date]:
    """The business days after `day`, without end."""
    while True:
        day += timedelta(days=1)
        if is_business_day(day, code, saturdays_count=saturdays_count):
            yield day


def nth_business_day(day: date, count: int, code: str, *, saturdays_count: bool) -> date:
    """The `count`-th business day after `day`; `day` itself is never one of them. O(count)."""
    if count == 0:
        return day
    days = business_days_after(day, code, saturdays_count=saturdays_count)
    return next(islice(days, count - 1, None))
