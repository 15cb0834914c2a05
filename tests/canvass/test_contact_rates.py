"""How likely somebody answers, by kind of day and hour."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from canvass.contact_rates import (
    BEST,
    DEFAULT_CONTACT_RATES,
    are_contact_rates,
    contact_rates,
    day_kind,
    shrunk,
)
from canvass.models import Campaign
from tests.canvass.world import NOW, TODAY, Town, local, record

COUNTS = st.integers(0, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@pytest.mark.parametrize(
    ("day", "kind"), [(10, "weekday"), (12, "weekday"), (13, "saturday"), (14, "sunday")]
)
def test_days_are_of_three_kinds(day: int, kind: str) -> None:
    """10 June 2026 is a Wednesday."""
    assert day_kind(date(2026, 6, day)) == kind


def test_the_defaults_are_best_when_the_trade_says() -> None:
    """Weekdays from 17 to 20 o'clock, Saturdays from 10 to 16, and never else."""
    assert are_contact_rates(DEFAULT_CONTACT_RATES)
    best = {
        kind: [hour for hour, rate in enumerate(rates) if rate == BEST]
        for kind, rates in DEFAULT_CONTACT_RATES.items()
    }
    assert best == {"weekday": [17, 18, 19], "saturday": list(range(10, 16)), "sunday": []}


def test_without_visits_the_rates_are_the_expected_ones(town: Town) -> None:
    """The trade's, or the campaign's own."""
    assert contact_rates(town.campaign, TODAY, NOW) == pytest.approx(
        DEFAULT_CONTACT_RATES["weekday"]
    )
    own = {kind: [0.5] * 24 for kind in DEFAULT_CONTACT_RATES}
    town.campaign.contact_rates = own
    assert contact_rates(town.campaign, TODAY, NOW) == pytest.approx([0.5] * 24)


def seen(town: Town, at: Any, answered: int, silent: int) -> None:
    """So many contacts, and knocks that nobody answered, at one time."""
    for number in range(answered + silent):
        kind = "not_interested" if number < answered else "no_answer"
        record(town.company.ada, town.visit(town.north[0], kind, occurred_at=at))


def test_the_campaigns_visits_replace_what_is_expected(town: Town) -> None:
    """Many contacts at three raise three o'clock; the hours beside it keep their proportions."""
    seen(town, local(9, 15, 30), answered=20, silent=0)
    rates, usual = contact_rates(town.campaign, TODAY, NOW), DEFAULT_CONTACT_RATES["weekday"]
    assert rates[15] > 2 * usual[15]
    assert rates[18] / rates[10] == pytest.approx(usual[18] / usual[10])
    assert contact_rates(town.campaign, date(2026, 6, 13), NOW) == pytest.approx(
        DEFAULT_CONTACT_RATES["saturday"]
    )


def test_what_nobody_did_and_what_was_corrected_counts_for_nothing(town: Town) -> None:
    """Simulated visits, superseded ones, those of another campaign, and those after the shift."""
    expected = contact_rates(town.campaign, TODAY, NOW)
    at = local(9, 15)
    record(town.company.ada, town.visit(town.north[0], occurred_at=at, simulated=True))
    record(town.company.ada, town.visit(town.north[0], occurred_at=local(10, 15)), local(10, 16))
    assert contact_rates(town.campaign, TODAY, NOW) == expected
    wrong = record(town.company.ada, town.visit(town.north[0], "sale", occurred_at=at))
    right = town.visit(town.north[0], occurred_at=at, supersedes=wrong.pk)
    record(town.company.ada, right)
    assert contact_rates(town.campaign, TODAY, NOW)[15] == pytest.approx(
        shrunk(DEFAULT_CONTACT_RATES["weekday"], [(int(h == 15), 0) for h in range(24)])[15]
    )


def test_a_company_that_meets_few_people_expects_few_at_every_hour(town: Town) -> None:
    """Forty silent doors at six: seven o'clock is no better for not having been tried."""
    seen(town, local(9, 18), answered=0, silent=40)
    rates = contact_rates(town.campaign, TODAY, NOW)
    assert rates[19] < 0.75 * BEST
    assert rates[18] < rates[19]


@given(st.lists(COUNTS, min_size=23, max_size=23))
def test_a_rate_lies_between_what_is_expected_and_what_was_seen(
    counts: list[tuple[int, int]],
) -> None:
    """What is expected is the usual rate at the level that an hour without visits shows."""
    usual = DEFAULT_CONTACT_RATES["sunday"]
    unseen, *rates = shrunk(usual, [(0, 0), *counts])
    level = unseen / usual[0]
    for (visits, contacts), expected, rate in zip(counts, usual[1:], rates, strict=True):
        ends = {level * expected, contacts / visits if visits else level * expected}
        assert 0 < rate <= 1
        assert min(1, *ends) - 1e-9 <= rate <= max(ends) + 1e-9


def test_as_much_as_was_expected_weighs_what_was_seen_at_33_doors() -> None:
    """After 33 visits an hour's rate is half way; after 330 it is nearly what was seen."""
    usual = [0.3] * 24
    for visits, weight in ((33, 0.5), (330, 10 / 11)):
        seen_rate = 2 / 3
        rates = shrunk(usual, [(visits, 2 * visits // 3), *[(0, 0)] * 23])
        assert rates[0] == pytest.approx(weight * seen_rate + (1 - weight) * rates[1])


@pytest.mark.parametrize(
    "table",
    [
        {},
        [0.3] * 24,
        {"weekday": [0.3] * 24},
        {kind: [0.3] * 23 for kind in DEFAULT_CONTACT_RATES},
        {kind: [0.0] * 24 for kind in DEFAULT_CONTACT_RATES},
        {kind: [1.1] * 24 for kind in DEFAULT_CONTACT_RATES},
        {kind: [float("nan")] * 24 for kind in DEFAULT_CONTACT_RATES},
        {kind: [True] * 24 for kind in DEFAULT_CONTACT_RATES},
        {kind: ["much"] * 24 for kind in DEFAULT_CONTACT_RATES},
        dict.fromkeys(DEFAULT_CONTACT_RATES, 0.3),
    ],
)
def test_a_table_has_24_rates_for_each_kind_of_day(table: Any) -> None:
    """From 0.001 to 1, and nothing else."""
    assert not are_contact_rates(table)


def test_any_number_of_visits_takes_one_query(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Of which the latest count."""
    for days in range(1, 4):
        seen(town, NOW - timedelta(days=days), answered=1, silent=2)
    campaign = Campaign.objects.get(pk=town.campaign.pk)
    with django_assert_max_num_queries(1):
        contact_rates(campaign, TODAY, NOW)
