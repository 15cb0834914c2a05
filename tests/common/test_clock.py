"""Local days and the instants they begin and end at."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import day_bounds, local_day, local_instant

ZONES = st.sampled_from(
    ["UTC", "Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
DAYS = st.dates(date(2000, 1, 2), date(2099, 12, 30))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 6, 1), 24), (date(2026, 10, 25), 25)],
)
def test_a_day_is_as_long_as_its_clocks_make_it(day: date, hours: int) -> None:
    """Helsinki's clocks go forward on one day of the year and back on another."""
    start, end = day_bounds(day, "Europe/Helsinki")
    assert end - start == timedelta(hours=hours)


@given(DAYS, ZONES)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: str) -> None:
    """The end of a day is the start of the next, in UTC."""
    start, end = day_bounds(day, zone)
    assert start < end == day_bounds(day + timedelta(days=1), zone)[0]
    assert start.tzinfo is UTC


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), ZONES)  # noqa: DTZ001  # below
def test_an_instant_lies_in_the_day_that_calendars_show(naive: datetime, zone: str) -> None:
    """`local_day` and `day_bounds` agree at every instant."""
    instant = naive.replace(tzinfo=UTC)
    start, end = day_bounds(local_day(instant, zone), zone)
    assert start <= instant < end


def test_a_skipped_time_is_read_with_the_offset_before_the_change() -> None:
    """At 03:30 on the day when 03:00 becomes 04:00, clocks show 04:30."""
    instant = local_instant(date(2026, 3, 29), time(3, 30), "Europe/Helsinki")
    assert instant.astimezone(ZoneInfo("Europe/Helsinki")).time() == time(4, 30)


def test_a_repeated_time_is_its_first_occurrence() -> None:
    """03:30 comes twice on the day when 04:00 becomes 03:00."""
    instant = local_instant(date(2026, 10, 25), time(3, 30), "Europe/Helsinki")
    assert instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
