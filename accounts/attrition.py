"""Who came and who left: the trade loses people fast, so the figures are had at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import starmap
from statistics import median
from typing import NamedTuple

from accounts.models import Member

SOON = timedelta(days=30)


class Stay(NamedTuple):
    """From which day until which, both included, somebody served; unknown or open where None."""

    hired_on: date | None
    left_on: date | None
    reason: str = ""


class LeftFor(NamedTuple):
    """How many left for a reason, as it was written down."""

    reason: str
    left: int


@dataclass(frozen=True)
class Attrition:
    """Who served on the days [from_day, to_day): serving_first + hired - left = serving_last.

    `left_soon` counts those of the ones who left who had served SOON at most, `median_days` the
    days that those who left had served; both of whom the day of hiring is known.
    """

    serving_first: int
    hired: int
    left: int
    serving_last: int
    left_soon: int
    median_days: float | None
    reasons: list[LeftFor]

    @property
    def attrition_rate(self) -> float | None:
        """The share of all who served that left, or None where nobody did."""
        served = self.serving_first + self.hired
        return self.left / served if served else None


def attrition(stays: Sequence[Stay], from_day: date, to_day: date) -> Attrition:
    """The figures of some stays; whose day of hiring is unknown was there before. O(n log n)."""
    came = [one for one in stays if one.hired_on and from_day <= one.hired_on < to_day]
    gone = [one for one in stays if one.left_on and from_day <= one.left_on < to_day]
    first = [
        one
        for one in stays
        if (one.hired_on is None or one.hired_on < from_day)
        and (one.left_on is None or one.left_on >= from_day)
    ]
    served = [
        one.left_on - one.hired_on + timedelta(days=1)
        for one in gone
        if one.left_on and one.hired_on
    ]
    reasons = Counter(one.reason for one in gone)
    return Attrition(
        serving_first=len(first),
        hired=len(came),
        left=len(gone),
        serving_last=len(first) + len(came) - len(gone),
        left_soon=sum(days <= SOON for days in served),
        median_days=median(days.days for days in served) if served else None,
        reasons=sorted(starmap(LeftFor, reasons.items()), key=lambda row: (-row.left, row.reason)),
    )


def attrition_report(
    member: Member, from_day: date, to_day: date, role: str | None = None
) -> Attrition:
    """The figures of whom a member sees, of one role or all. One query."""
    rows = Member.objects.for_member(member)
    if role:
        rows = rows.filter(role=role)
    found = rows.values_list("hired_on", "left_on", "left_reason")
    return attrition([Stay(*row) for row in found], from_day, to_day)
