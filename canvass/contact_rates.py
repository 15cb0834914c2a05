"""How likely somebody answers the door, by kind of day and hour.

A campaign begins with the trade's rates, or with its own, and its visits replace them little by
little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from canvass.models import CONTACT_KINDS, Campaign, Visit, VisitQuerySet

HOURS = 24
SATURDAY = 6
LEAST_RATE = 0.001

# Contacts per knock. The trade reports 20 to 40%, the most on weekdays from 17 to 20 and Saturdays
# from 10 to 16 o'clock. That somebody is at home on evenings and weekends rather than on weekdays
# is what surveys found as well: Weeks, Jones, Folsom and Benrud 1980, Optimal times to contact
# sample households, doi:10.1086/268569.
BEST, USUAL, LOW = 0.4, 0.3, 0.2
DEFAULT_CONTACT_RATES: Final[dict[str, tuple[float, ...]]] = {
    "weekday": (LOW,) * 16 + (USUAL,) + (BEST,) * 3 + (USUAL,) + (LOW,) * 3,
    "saturday": (LOW,) * 9 + (USUAL,) + (BEST,) * 6 + (USUAL,) * 5 + (LOW,) * 3,
    "sunday": (LOW,) * 9 + (USUAL,) * 12 + (LOW,) * 3,
}

# What a rate that is not measured yet weighs. Hours differ by about 0.08 (standard deviation), and
# so does a rate of 0.3 that is measured at 33 doors.
PRIOR_VISITS: Final = 33
LATEST_VISITS: Final = 20_000  # more would say the same to half a percent, and take longer


def day_kind(day: date) -> str:
    """The key of a day in a table of contact rates."""
    return {SATURDAY: "saturday", SATURDAY + 1: "sunday"}.get(day.isoweekday(), "weekday")


def are_contact_rates(table: Any) -> bool:
    """Whether the table has, for each kind of day, 24 rates from LEAST_RATE to 1."""
    return (
        isinstance(table, Mapping)
        and table.keys() == DEFAULT_CONTACT_RATES.keys()
        and all(isinstance(rates, list | tuple) and len(rates) == HOURS for rates in table.values())
        and all(is_rate(rate) for rates in table.values() for rate in rates)
    )


def is_rate(rate: Any) -> bool:
    """Whether it is a number from LEAST_RATE to 1."""
    is_number = isinstance(rate, int | float) and not isinstance(rate, bool)
    return is_number and LEAST_RATE <= rate <= 1


def contact_rates(campaign: Campaign, day: date, before: datetime) -> list[float]:
    """The likelihood of a contact in each of the 24 local hours of such a day.

    Every hour's rate lies between what is expected there and what the campaign's visits of before
    then have shown, nearer to the latter the more there were: empirical Bayes with a beta prior
    (Casella 1985, An introduction to empirical Bayes data analysis, doi:10.2307/2682801). What is
    expected follows the campaign's level, so that an hour without visits is not taken for a good
    one by a company that meets few people. One query.
    """
    usual = (campaign.contact_rates or DEFAULT_CONTACT_RATES)[day_kind(day)]
    seen = tallies(campaign, day, before)
    return shrunk(usual, [seen.get(hour, (0, 0)) for hour in range(HOURS)])


def shrunk(usual: Sequence[float], seen: Sequence[tuple[int, int]]) -> list[float]:
    """The usual rate of each hour moved towards what was seen: (visits, contacts)."""
    expected = sum(visits * rate for (visits, _), rate in zip(seen, usual, strict=True))
    prior = PRIOR_VISITS * sum(usual) / len(usual)
    level = (sum(contacts for _, contacts in seen) + prior) / (expected + prior)
    return [
        min(1.0, (contacts + PRIOR_VISITS * level * rate) / (visits + PRIOR_VISITS))
        for (visits, contacts), rate in zip(seen, usual, strict=True)
    ]


def tallies(campaign: Campaign, day: date, before: datetime) -> dict[int, tuple[int, int]]:
    """The visits and contacts of each local hour, among the latest visits on such days.

    Corrected visits count as their corrections say; visits that nobody made teach nothing.
    """
    zone = ZoneInfo(campaign.time_zone)
    latest = on_such_days(campaign, day).filter(occurred_at__lt=before)
    rows = (
        Visit.objects.filter(pk__in=latest.order_by("-occurred_at").values("pk")[:LATEST_VISITS])
        .values(hour=ExtractHour("occurred_at", tzinfo=zone))
        .annotate(
            visits=Count("pk"), contacts=Count("pk", filter=Q(outcome__kind__in=CONTACT_KINDS))
        )
        .order_by("hour")
    )
    return {row["hour"]: (row["visits"], row["contacts"]) for row in rows}


def on_such_days(campaign: Campaign, day: date) -> VisitQuerySet:
    """The campaign's standing visits on days of that kind."""
    weekday = day.isoweekday()
    days = range(1, SATURDAY) if weekday < SATURDAY else [weekday]
    isoweekday = ExtractIsoWeekDay("occurred_at", tzinfo=ZoneInfo(campaign.time_zone))
    rows = Visit.objects.filter(campaign=campaign, simulated=False).standing()
    return rows.annotate(isoweekday=isoweekday).filter(isoweekday__in=days)
