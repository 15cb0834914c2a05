"""At what hours somebody may knock: a pure function of the rules of a place and the day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation, sunrise, sunset

from canvass.business_days import is_holiday
from canvass.errors import HoursInvalid
from common.clock import day_bounds, local_day, local_instant

Window = tuple[datetime, datetime]

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
SUN = re.compile(r"(sunrise|sunset)([+-]\d{1,3})?")
MIDNIGHT = "24:00"


@dataclass(frozen=True)
class Place:
    """A position in degrees, and the time zone whose clocks count there."""

    lon: float
    lat: float
    time_zone: str


@dataclass(frozen=True)
class DayHours:
    """The hours of some weekdays (0 is Monday), from `opens` to `closes`.

    Each is a time by the clock (`09:00`, `24:00`) or so many minutes before or after the sun rises
    or sets (`sunset`, `sunset+30`, `sunrise-15`). Raises HoursInvalid.
    """

    weekdays: tuple[int, ...]
    opens: str
    closes: str

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise HoursInvalid(weekdays=list(self.weekdays))
        for moment in (self.opens, self.closes):
            if moment != MIDNIGHT and not CLOCK.fullmatch(moment) and not SUN.fullmatch(moment):
                raise HoursInvalid(moment=moment)
        by_clock = not (SUN.match(self.opens) or SUN.match(self.closes))
        if by_clock and self.opens >= self.closes:
            raise HoursInvalid(moment=self.closes)


@dataclass(frozen=True)
class HoursRule:
    """What one ordinance says of hours: without `hours`, nothing but the holidays.

    On weekdays that `hours` leave out nobody may knock, nor on holidays of `closed_on_holidays_of`
    (as in `US` or `US-OH`; empty for no such rule).
    """

    hours: tuple[DayHours, ...] = ()
    closed_on_holidays_of: str = ""


# "After dark only by appointment": a company's own rule for those who are not invited.
BY_DAYLIGHT = HoursRule((DayHours(tuple(range(7)), "sunrise", "sunset"),))


def is_dark(at: datetime, place: Place) -> bool:
    """Whether the sun is down at a place: before it rises, or from sunset on."""
    day = local_day(at, place.time_zone)
    return not any(begin <= at < end for begin, end in windows_by(BY_DAYLIGHT, day, place))


def permitted_windows(rules: Iterable[HoursRule], day: date, place: Place) -> list[Window]:
    """When all of the rules permit to knock on a local day: UTC windows [from, to), in order.

    Without rules that is the whole day. O(rules · windows).
    """
    windows = [day_bounds(day, place.time_zone)]
    for rule in rules:
        windows = overlap(windows, windows_by(rule, day, place))
    return windows


def windows_by(rule: HoursRule, day: date, place: Place) -> list[Window]:
    """When one rule permits to knock."""
    if is_holiday(day, rule.closed_on_holidays_of):
        return []
    if not rule.hours:
        return [day_bounds(day, place.time_zone)]
    today = [hours for hours in rule.hours if day.weekday() in hours.weekdays]
    spans = [(instant(one.opens, day, place), instant(one.closes, day, place)) for one in today]
    return joined([span for span in spans if span[0] < span[1]])


def joined(windows: Sequence[Window]) -> list[Window]:
    """The same instants as windows that do not touch, in order."""
    found: list[Window] = []
    for begin, end in sorted(windows):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def overlap(some: Sequence[Window], others: Sequence[Window]) -> list[Window]:
    """What lies in a window of both."""
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(begin, end) for begin, end in pairs if begin < end]


def instant(moment: str, day: date, place: Place) -> datetime:
    """When a moment of a rule is on that day."""
    if moment == MIDNIGHT:
        return day_bounds(day, place.time_zone)[1]
    by_clock = CLOCK.fullmatch(moment)
    if by_clock:
        return local_instant(day, time(int(by_clock[1]), int(by_clock[2])), place.time_zone)
    by_sun = SUN.fullmatch(moment)
    if by_sun is None:
        raise HoursInvalid(moment=moment)
    return sun_instant(by_sun[1], day, place) + timedelta(minutes=int(by_sun[2] or 0))


def sun_instant(event: str, day: date, place: Place) -> datetime:
    """When the sun rises or sets, by astral (NOAA's equations), to a minute or so.

    Where it does not, the day is as long as the calendar's under a midnight sun, and over at noon
    in a polar night.
    """
    observer, zone = Observer(place.lat, place.lon), ZoneInfo(place.time_zone)
    find = sunrise if event == "sunrise" else sunset
    try:
        return find(observer, date=day, tzinfo=zone).astimezone(ZoneInfo("UTC"))
    except ValueError:
        noon = local_instant(day, time(12), place.time_zone)
        begin, end = day_bounds(day, place.time_zone)
        if elevation(observer, noon) < 0:
            return noon
        return begin if event == "sunrise" else end
