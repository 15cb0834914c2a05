"""Until when a buyer may cancel. Every date is derived by hand, as the case says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvass.cancellation import (
    CancellationTerms,
    DayKind,
    SaleFacts,
    cancellation_deadline,
    cancellation_right,
    refund_deadline,
)

NEW_YORK = "America/New_York"
FEDERAL = CancellationTerms(
    days=3, currency="USD", home_from_minor=2500, elsewhere_from_minor=13000, citation="16 CFR 429"
)
LONGER = replace(FEDERAL, days=5, citation="a state's")
OVER_70 = replace(
    FEDERAL, days=90, day_kind=DayKind.CALENDAR, buyer_age_from=70, citation="the company's"
)


def at(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def sale(sold: str, zone: str = NEW_YORK, **more: object) -> SaleFacts:
    usual = {"total_minor": 10_000, "currency": "USD", "time_zone": zone}
    return SaleFacts(sold_at=at(sold, zone), **{**usual, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sold", "last_day", "why"),
    [
        ("2026-06-08T14:00", "2026-06-11", "Monday: Tuesday, Wednesday, Thursday"),
        ("2026-06-10T14:00", "2026-06-13", "Wednesday: Thursday, Friday, and Saturday counts"),
        ("2026-06-11T14:00", "2026-06-15", "Thursday: Friday, Saturday, not Sunday, Monday"),
        ("2026-06-13T14:00", "2026-06-17", "Saturday: not Sunday; Monday to Wednesday"),
        ("2026-06-14T14:00", "2026-06-17", "Sunday: Monday, Tuesday, Wednesday"),
        ("2026-06-17T14:00", "2026-06-22", "Juneteenth is Friday the 19th: 18, 20, 22"),
        ("2026-05-22T14:00", "2026-05-27", "Memorial Day is Monday the 25th: 23, 26, 27"),
        ("2026-07-01T14:00", "2026-07-07", "the Fourth is a Saturday, kept on Friday: 2, 6, 7"),
        ("2021-07-02T14:00", "2021-07-07", "the Fourth is a Sunday, kept on Monday: 3, 6, 7"),
        ("2022-12-23T14:00", "2022-12-28", "Christmas is a Sunday, kept on Monday: 24, 27, 28"),
        ("2025-12-30T14:00", "2026-01-03", "over New Year: 31, not 1, 2, Saturday 3"),
        ("2021-12-30T14:00", "2022-01-05", "New Year is a Saturday, kept on 31: 3, 4, 5"),
        ("2028-02-26T14:00", "2028-03-01", "Saturday of a leap year: Monday 28, 29, 1"),
        ("2026-11-25T14:00", "2026-11-30", "before Thanksgiving: 27, 28, Monday 30"),
    ],
)
def test_the_third_business_day_is_the_last(sold: str, last_day: str, why: str) -> None:
    """Saturdays count; Sundays and federal holidays, where they are kept too, do not."""
    right = cancellation_right([FEDERAL], sale(sold))
    assert right is not None
    assert right.last_day == date.fromisoformat(last_day), why
    midnight = at(last_day + "T00:00") + timedelta(days=1)  # by the clocks there
    assert right.until == midnight.astimezone(UTC)


def test_it_is_the_midnight_that_ends_the_day() -> None:
    """On day three at 23:59 it is in time, at 00:00 and at 00:01 it is too late."""
    right = cancellation_right([FEDERAL], sale("2026-06-08T14:00"))
    assert right is not None
    assert right.holds(at("2026-06-11T23:59"))
    assert not right.holds(at("2026-06-12T00:00"))
    assert not right.holds(at("2026-06-12T00:01"))


@pytest.mark.parametrize(
    ("sold", "until"),
    [
        ("2026-03-05T20:00", "2026-03-10T04:00+00:00"),  # Friday, Saturday, Monday; now EDT
        ("2026-10-29T20:00", "2026-11-03T05:00+00:00"),  # Friday, Saturday, Monday; now EST
    ],
)
def test_midnight_is_by_the_clocks_of_its_own_day(sold: str, until: str) -> None:
    """A change of the clocks on the Sunday between moves the instant, not the midnight."""
    found = cancellation_deadline([FEDERAL], sale(sold))
    assert found == datetime.fromisoformat(until)


def test_the_day_is_the_one_of_the_place() -> None:
    """Sold at 23:30 on Monday in New York, which is Tuesday in UTC: Thursday is the last day.

    In Honolulu the same instant is Monday evening, and Thursday ends six hours later.
    """
    late = sale("2026-06-08T23:30")
    assert late.sold_at.astimezone(UTC).date() == date(2026, 6, 9)
    assert cancellation_deadline([FEDERAL], late) == datetime(2026, 6, 12, 4, tzinfo=UTC)
    west = replace(late, time_zone="Pacific/Honolulu")
    assert cancellation_deadline([FEDERAL], west) == datetime(2026, 6, 12, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "at_home", "covered"),
    [
        (2500, True, True),
        (2499, True, False),
        (13000, False, True),
        (12999, False, False),
    ],
)
def test_the_thresholds(total: int, at_home: bool, covered: bool) -> None:
    """25 dollars at home, 130 elsewhere, exactly so much included."""
    found = cancellation_deadline(
        [FEDERAL], sale("2026-06-08T14:00", total_minor=total, at_home=at_home)
    )
    assert (found is not None) is covered


def test_other_money_is_not_covered() -> None:
    """A threshold in dollars says nothing of euros."""
    assert cancellation_right([FEDERAL], sale("2026-06-08T14:00", currency="EUR")) is None


def test_a_threshold_left_out_covers_nothing() -> None:
    """A rule for sales at home only."""
    home_only = replace(FEDERAL, elsewhere_from_minor=None)
    away = sale("2026-06-08T14:00", at_home=False, total_minor=10**9)
    assert cancellation_right([home_only], away) is None


def test_the_longest_right_decides() -> None:
    """A state's five business days, Monday to Saturday; in whatever order the rules come."""
    bought = sale("2026-06-08T14:00")
    for terms in ([FEDERAL, LONGER], [LONGER, FEDERAL]):
        right = cancellation_right(terms, bought)
        assert right is not None
        assert (right.last_day, right.terms) == (date(2026, 6, 13), LONGER)


def test_a_wider_right_covers_what_the_federal_does_not() -> None:
    """A state that begins at nothing covers a sale of ten dollars."""
    wider = replace(FEDERAL, home_from_minor=0)
    assert cancellation_right([FEDERAL, wider], sale("2026-06-08T14:00", total_minor=1000))


@pytest.mark.parametrize(("age", "last_day"), [(70, "2026-09-06"), (69, "2026-06-11")])
def test_ninety_days_for_old_buyers(age: int, last_day: str) -> None:
    """From 8 June: 22 days of June, 31 of July, 31 of August are 84, and 6 of September."""
    right = cancellation_right([FEDERAL, OVER_70], sale("2026-06-08T14:00", buyer_age=age))
    assert right is not None
    assert right.last_day == date.fromisoformat(last_day)


def test_an_age_that_nobody_said_is_no_age() -> None:
    """The general rule stands."""
    right = cancellation_right([FEDERAL, OVER_70], sale("2026-06-08T14:00"))
    assert right is not None
    assert right.terms == FEDERAL


def test_no_rules_no_right() -> None:
    """None, not a guess."""
    assert cancellation_deadline([], sale("2026-06-08T14:00")) is None


@pytest.mark.parametrize(
    ("cancelled", "until"),
    [
        # 12 13 | 15 16 17 18 (19 is Juneteenth) 20 | 22 23 24: ten.
        ("2026-06-11T23:59", "2026-06-25T04:00+00:00"),
        # 19 | 21 22 23 24 (25 is Christmas) 26 | 28 29 30 31: ten.
        ("2026-12-18T09:00", "2027-01-01T05:00+00:00"),
    ],
)
def test_ten_business_days_to_refund(cancelled: str, until: str) -> None:
    """After the local day of the cancellation, to the midnight that ends the tenth."""
    found = refund_deadline(FEDERAL, at(cancelled), NEW_YORK)
    assert found == datetime.fromisoformat(until)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_counted_one_by_one(sold_on: date, days: int) -> None:
    """As many days that are neither Sundays nor holidays lie in the period as the rule says."""
    terms = replace(FEDERAL, days=days)
    right = cancellation_right([terms], sale(f"{sold_on}T14:00"))
    assert right is not None
    between = (right.last_day - sold_on).days
    calendar = holidays.country_holidays("US", years=range(sold_on.year, sold_on.year + 2))
    period = [sold_on + timedelta(days=n) for n in range(1, between + 1)]
    assert sum(day.weekday() != 6 and day not in calendar for day in period) == days
    assert not period or (period[-1].weekday() != 6 and period[-1] not in calendar)
