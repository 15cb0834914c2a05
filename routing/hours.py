"""How much of its value a knock has at each time of a shift: more when people are at home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from canvass.contact_rates import contact_rates
from canvass.models import Shift

HOUR = timedelta(hours=1)
FLAT = (10,)


@dataclass(frozen=True)
class Hours:
    """What share of its value a knock has, in tenths, before, between and after some edges.

    The k ascending `edges` are seconds from the start of the time looked at; `tenths` are k + 1.
    """

    edges: tuple[int, ...] = ()
    tenths: tuple[int, ...] = FLAT

    def values(self, value: int) -> tuple[int, ...]:
        """The value (at the best hour) in each part; one, where it is always the same."""
        return tuple((value * share + 5) // 10 for share in self.tenths)


def shift_hours(shift: Shift, starts_at: datetime) -> Hours:
    """The hours of a shift from then on: each one's likelihood of a contact beside the best one's.

    Hours that are as good to a tenth are one: finer differences are not worth a search. One query.
    """
    zone = ZoneInfo(shift.campaign.time_zone)
    rates = contact_rates(shift.campaign, shift.day, starts_at)
    hours = list(local_hours(starts_at, shift.ends_at, zone))
    best = max(rates[hour] for _, hour in hours)
    edges: list[int] = []
    tenths: list[int] = []
    for begins_at, hour in hours:
        share = max(1, round(10 * rates[hour] / best))
        if not tenths or share != tenths[-1]:
            edges.append(int((begins_at - starts_at).total_seconds()))
            tenths.append(share)
    return Hours(tuple(edges[1:]), tuple(tenths))


def local_hours(
    starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, int]]:
    """When each local hour of a time begins, the first with the time itself, and which it is."""
    local = starts_at.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    at = starts_at
    while at < ends_at:
        yield at, at.astimezone(zone).hour
        at = at - past + HOUR if at == starts_at else at + HOUR
