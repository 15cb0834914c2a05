"""When an entry of a list ends by itself: pure functions of the list's own rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canvass.errors import ExpiryInvalid
from canvass.models import ExpiryKind
from common.clock import day_bounds, local_day

LONGEST_DAYS, LONGEST_YEARS = 36_500, 100


@dataclass(frozen=True)
class Expiry:
    """A rule: never, so many days or years after the start, or with the year of the start.

    `on_day` is the first day on which an entry of the kind ON_DAY is over. Raises ExpiryInvalid.
    """

    kind: str = ExpiryKind.NEVER.value
    count: int = 0
    on_day: date | None = None

    def __post_init__(self) -> None:
        most = {ExpiryKind.DAYS.value: LONGEST_DAYS, ExpiryKind.YEARS.value: LONGEST_YEARS}
        counted = self.kind in most
        if self.kind not in ExpiryKind.values:
            raise ExpiryInvalid(known=ExpiryKind.values)
        if (self.on_day is not None) != (self.kind == ExpiryKind.ON_DAY):
            raise ExpiryInvalid
        if counted != (self.count > 0) or self.count > most.get(self.kind, 0):
            raise ExpiryInvalid(most=most.get(self.kind, 0))

    def ends_at(self, starts_at: datetime, time_zone: str) -> datetime | None:
        """The midnight, by the clocks of the zone, at which what starts then is over; or None."""
        day = self.first_day_over(local_day(starts_at, time_zone))
        return None if day is None else day_bounds(day, time_zone)[0]

    def first_day_over(self, starts_on: date) -> date | None:
        """The first day on which what starts on that day is over.

        A year after 29 February is 1 March. What ends on 31 December is over on 1 January.
        """
        if self.kind == ExpiryKind.DAYS:
            return starts_on + timedelta(days=self.count)
        if self.kind == ExpiryKind.YEARS:
            return years_later(starts_on, self.count)
        if self.kind == ExpiryKind.YEAR_END:
            return date(starts_on.year + 1, 1, 1)
        return self.on_day


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 1 March where that year has no 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
