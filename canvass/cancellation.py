"""Until when a buyer may cancel, and until when the money must be back: pure functions of rules.

The rules are data (`CancellationTerms`, kept as rows with their citation); what is here only
counts days. The pattern is the cooling-off rule of the United States: "Rule Concerning Cooling-Off
Period for Sales Made at Homes or at Certain Other Locations", 16 CFR Part 429.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from canvass.business_days import nth_business_day
from common.clock import day_bounds, local_day

REFUND_DAYS = 10  # 16 CFR 429.1(g); what receipts say in words, as its text does


class DayKind(StrEnum):
    """Which days a period counts."""

    BUSINESS = "business"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class CancellationTerms:
    """One right to cancel: of which sales, for how long, and how fast the money is back.

    - `home_from_minor`, `elsewhere_from_minor`: the least total of a sale at the buyer's home, or
      elsewhere, that it covers, in minor units of `currency`; None where it covers no such sale.
    - `days`: how many days after the day of the sale the buyer has, counted as `day_kind` says.
    - `holidays`: whose holidays are no business days, as in `US` or `US-MD`; empty for nobody's.
      Sundays never are, Saturdays only where `saturdays_count`.
    - `buyer_age_from`: the least age of a buyer that it covers; None for everybody.
    - `refund_days`: business days that the seller has to give back what was paid.
    """

    days: int
    currency: str
    home_from_minor: int | None
    elsewhere_from_minor: int | None = None
    day_kind: DayKind = DayKind.BUSINESS
    saturdays_count: bool = True
    holidays: str = "US"
    buyer_age_from: int | None = None
    refund_days: int = REFUND_DAYS
    citation: str = ""


@dataclass(frozen=True)
class SaleFacts:
    """What of a sale decides on the right to cancel it.

    `time_zone` is that of the place of the sale, whose calendar names its day. `total_minor` is
    everything that the buyer is to pay, in minor units of `currency`. `buyer_age` is None where
    nobody has said it.
    """

    sold_at: datetime
    time_zone: str
    total_minor: int
    currency: str
    at_home: bool = True
    buyer_age: int | None = None


@dataclass(frozen=True)
class CancellationRight:
    """That the buyer may cancel before `until`, the midnight that ends `last_day`, by `terms`."""

    last_day: date
    until: datetime
    terms: CancellationTerms

    def holds(self, at: datetime) -> bool:
        """Whether a cancellation at that instant is in time: on the last day still, at 23:59:59."""
        return at < self.until


def cancellation_right(
    terms: Iterable[CancellationTerms], sale: SaleFacts
) -> CancellationRight | None:
    """The right that lasts longest among those that cover the sale; None if none does.

    So a state's longer period goes before the federal one, and a shorter one takes nothing away.
    Days are counted from the sale's local date, and `until` is a UTC instant.
    """
    rights = [right_by(each, sale) for each in terms if covers(each, sale)]
    return max(rights, key=lambda right: right.until, default=None)


def cancellation_deadline(terms: Iterable[CancellationTerms], sale: SaleFacts) -> datetime | None:
    """The instant before which the buyer may cancel, or None; see `cancellation_right`."""
    right = cancellation_right(terms, sale)
    return right.until if right else None


def covers(terms: CancellationTerms, sale: SaleFacts) -> bool:
    """Whether the sale is one of those that the terms are about."""
    least = terms.home_from_minor if sale.at_home else terms.elsewhere_from_minor
    if least is None or sale.currency != terms.currency or sale.total_minor < least:
        return False
    if terms.buyer_age_from is None:
        return True
    return sale.buyer_age is not None and sale.buyer_age >= terms.buyer_age_from


def right_by(terms: CancellationTerms, sale: SaleFacts) -> CancellationRight:
    """The right that the terms give the buyer of a sale that they cover."""
    sold_on = local_day(sale.sold_at, sale.time_zone)
    last_day = sold_on + timedelta(days=terms.days)
    if terms.day_kind == DayKind.BUSINESS:
        last_day = nth_business_day(
            sold_on, terms.days, terms.holidays, saturdays_count=terms.saturdays_count
        )
    return CancellationRight(last_day, day_bounds(last_day, sale.time_zone)[1], terms)


def refund_deadline(terms: CancellationTerms, cancelled_at: datetime, time_zone: str) -> datetime:
    """The instant before which everything paid is to be back, by the terms of the right used.

    That is the midnight which ends the `refund_days`-th business day after the cancellation's
    local date, as a UTC instant.
    """
    last_day = nth_business_day(
        local_day(cancelled_at, time_zone),
        terms.refund_days,
        terms.holidays,
        saturdays_count=terms.saturdays_count,
    )
    return day_bounds(last_day, time_zone)[1]
