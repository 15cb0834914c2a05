"""At what hours somebody may knock, by the rules of the place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvass.errors import HoursInvalid
from canvass.permitted_hours import DayHours, HoursRule, Place, Window, permitted_windows

WEEK, NO_SUNDAY = tuple(range(7)), tuple(range(6))
MACEDONIA = Place(-81.51, 41.31, "America/New_York")
LEHI = Place(-111.85, 40.39, "America/Denver")
NINE_TO_EIGHT = HoursRule((DayHours(WEEK, "09:00", "20:00"),))
TO_SUNSET = HoursRule((DayHours(NO_SUNDAY, "09:00", "sunset+30"),), "US")


def local(place: Place, day: str, hour: int, minute: int = 0) -> datetime:
    start = datetime.combine(date.fromisoformat(day), datetime.min.time())
    zone = ZoneInfo(place.time_zone)
    return start.replace(hour=hour, minute=minute, tzinfo=zone).astimezone(UTC)


def windows(day: str, place: Place, *rules: HoursRule) -> list[Window]:
    return permitted_windows(rules, date.fromisoformat(day), place)


def test_without_rules_the_whole_day() -> None:
    """As long as the day is: 25 hours where the clocks go back."""
    (window,) = windows("2026-11-01", MACEDONIA)
    assert window[1] - window[0] == timedelta(hours=25)


def test_fixed_hours() -> None:
    """By the clocks of the place, in summer as in winter."""
    for day in ("2026-07-01", "2026-12-01"):
        assert windows(day, LEHI, NINE_TO_EIGHT) == [(local(LEHI, day, 9), local(LEHI, day, 20))]


@pytest.mark.parametrize(
    ("day", "hour", "minute"),
    [
        ("2026-06-22", 21, 3),  # almanacs say 21:04 EDT for Cleveland, a minute to the west
        ("2026-12-21", 17, 0),  # 17:00 EST
    ],
)
def test_half_an_hour_after_sunset(day: str, hour: int, minute: int) -> None:
    """To two minutes, the sun's refraction being what the weather makes it."""
    ((begin, end),) = windows(day, MACEDONIA, TO_SUNSET)
    assert begin == local(MACEDONIA, day, 9)
    expected = local(MACEDONIA, day, hour, minute) + timedelta(minutes=30)
    assert abs(end - expected) <= timedelta(minutes=2)


@pytest.mark.parametrize(
    "day",
    [
        "2026-06-14",  # a Sunday
        "2026-11-26",  # Thanksgiving
        "2026-07-03",  # the Friday on which the Fourth is kept
        "2026-07-04",
    ],
)
def test_no_sundays_and_no_holidays(day: str) -> None:
    """Nobody may knock on such a day, whatever else is permitted."""
    assert windows(day, MACEDONIA, TO_SUNSET) == []
    assert windows(day, MACEDONIA, NINE_TO_EIGHT, TO_SUNSET) == []


def test_every_rule_must_permit_it() -> None:
    """A city within a state: the later opening and the earlier closing count."""
    state = HoursRule((DayHours(WEEK, "10:00", "21:00"),))
    day = "2026-06-10"
    expected = [(local(LEHI, day, 10), local(LEHI, day, 20))]
    assert windows(day, LEHI, NINE_TO_EIGHT, state) == expected
    assert windows(day, LEHI, state, NINE_TO_EIGHT) == expected


def test_a_pause_at_noon_makes_two_windows() -> None:
    """And hours that touch make one."""
    day = "2026-06-10"
    parted = HoursRule((DayHours(WEEK, "14:00", "18:00"), DayHours(WEEK, "09:00", "12:00")))
    spans = windows(day, LEHI, parted)
    assert spans == [
        (local(LEHI, day, 9), local(LEHI, day, 12)),
        (local(LEHI, day, 14), local(LEHI, day, 18)),
    ]
    whole = HoursRule((DayHours(WEEK, "09:00", "12:00"), DayHours(WEEK, "12:00", "24:00")))
    assert windows(day, LEHI, whole) == [(local(LEHI, day, 9), local(LEHI, "2026-06-11", 0))]


def test_where_the_sun_does_not_set_or_rise() -> None:
    """Tromsø: to midnight in June, not at all in December."""
    tromso = Place(18.96, 69.65, "Europe/Oslo")
    rule = HoursRule((DayHours(WEEK, "sunrise", "sunset"),))
    ((begin, end),) = windows("2026-06-21", tromso, rule)
    assert end - begin == timedelta(hours=24)
    assert windows("2026-12-21", tromso, rule) == []


@pytest.mark.parametrize(
    ("weekdays", "opens", "closes"),
    [
        ((), "09:00", "20:00"),
        ((7,), "09:00", "20:00"),
        ((0,), "9", "20:00"),
        ((0,), "09:00", "25:00"),
        ((0,), "20:00", "09:00"),
        ((0,), "09:00", "09:00"),
        ((0,), "09:00", "dusk"),
        ((0,), "09:00", "sunset+1000"),
    ],
)
def test_hours_that_mean_nothing_are_refused(
    weekdays: tuple[int, ...], opens: str, closes: str
) -> None:
    """When they are written down, not when somebody plans by them."""
    with pytest.raises(HoursInvalid):
        DayHours(weekdays, opens, closes)


moments = st.sampled_from(["06:00", "09:00", "sunrise-15", "sunrise+30"])
ends = st.sampled_from(["17:00", "20:00", "24:00", "sunset", "sunset+30", "sunset-30"])
rules = st.builds(
    HoursRule,
    st.lists(
        st.builds(DayHours, st.lists(st.integers(0, 6), min_size=1).map(tuple), moments, ends),
        max_size=3,
    ).map(tuple),
    st.sampled_from(["", "US"]),
)


@given(st.lists(rules, max_size=3), st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_windows_are_in_order_within_the_day_and_within_each_rule(
    some: list[HoursRule], day: date
) -> None:
    """And another rule only ever takes away."""
    found = permitted_windows(some, day, LEHI)
    (whole,) = permitted_windows([], day, LEHI)
    assert found == sorted(found)
    assert all(a < b for a, b in found)
    for rule in some:
        alone = permitted_windows([rule], day, LEHI)
        assert all(any(c <= a and b <= d for c, d in alone) for a, b in found)
    assert all(a >= whole[0] for a, _ in found)
