"""What sales earn whom: tables by hand, and a judge that counts piece by piece."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from canvass.commission import Rule, SoldLine, commission_entries
from tests.canvass.world import NOW

DAY = timedelta(days=1)
START = date(2026, 6, 1)
ROSA, RUI, MAX = 1, 2, 3
NORTH = "/1/2/"


def rule(*tiers: tuple[int, int], **more: Any) -> Rule:
    """A rule for everybody from June on, of percentages unless said otherwise."""
    given = {"id": 1, "per_unit": False, "starts_on": START, **more}
    return Rule(tiers=tiers, **given)


def sold(number: int, quantity: int = 1, net: int = 10_000, **more: Any) -> SoldLine:
    """Line `number`, sold so many hours after NOW by Rosa."""
    at = NOW + timedelta(hours=number)
    line = SoldLine(UUID(int=number), 1, ROSA, NORTH, 7, quantity, net, at, at.date())
    return replace(line, **more)


def amounts(rules: list[Rule], *lines: SoldLine, now: datetime = NOW + 90 * DAY) -> list[int]:
    return [entry.amount_minor for entry in commission_entries(rules, lines, now)]


def test_a_percentage_is_of_the_line_without_tax() -> None:
    """15 % of 100.00 and of 33.33; rounded once, halves up."""
    assert amounts([rule((0, 1500))], sold(1), sold(2, net=3333)) == [1500, 500]
    assert amounts([rule((0, 50))], sold(1, net=100), sold(2, net=99)) == [1, 0]


def test_a_rate_by_the_piece() -> None:
    """Three pieces at 7.50 each, whatever they were sold for."""
    assert amounts([rule((0, 750), per_unit=True)], sold(1, 3, 1)) == [2250]


def test_a_line_across_tiers_is_divided() -> None:
    """10 % up to the third piece, 20 % from the fourth on: of 2, 2 and 2 pieces at 100.00."""
    tiers = ((0, 1000), (3, 2000))
    lines = [sold(n, 2, 20_000) for n in (1, 2, 3)]
    assert amounts([rule(*tiers)], *lines) == [2000, 1000 + 2000, 4000]


def test_tiers_of_money() -> None:
    """5 % of the first 150.00, 10 % above: of 100.00, 100.00 and 100.00."""
    tiers = rule((0, 500), (15_000, 1000), tier_by_units=False)
    assert amounts([tiers], sold(1), sold(2), sold(3)) == [500, 250 + 500, 1000]


def test_tiers_by_the_piece() -> None:
    """1.00 for each of the first two, 3.00 for each of the others."""
    tiers = rule((0, 100), (2, 300), per_unit=True)
    assert amounts([tiers], sold(1, 1), sold(2, 3)) == [100, 100 + 600]


def test_what_is_cancelled_is_taken_back_and_counts_no_longer() -> None:
    """Of three sales the first is cancelled between the others: the third is a second one."""
    first = sold(
        1, cancelled_at=NOW + timedelta(hours=2, minutes=30), cancelled_on=date(2026, 6, 10)
    )
    entries = commission_entries([rule((0, 1000), (2, 5000))], [first, sold(2), sold(3)], NOW + DAY)
    told = [(entry.sale_id.int, entry.kind, entry.amount_minor) for entry in entries]
    assert told == [
        (1, "commission", 1000),
        (2, "commission", 1000),
        (1, "clawback", -1000),
        (3, "commission", 1000),
    ]


def test_it_is_pending_while_the_buyer_may_cancel() -> None:
    """Until the very end of the time; not where the buyer has no right, or has cancelled."""
    until = NOW + 3 * DAY
    lines = [sold(1, cancel_until=until), sold(2)]

    def pending(now: datetime) -> list[bool]:
        return [entry.pending for entry in commission_entries([rule((0, 1000))], lines, now)]

    assert pending(until - timedelta(microseconds=1)) == [True, False]
    assert pending(until) == [False, False]
    gone = replace(lines[0], cancelled_at=NOW + DAY, cancelled_on=START)
    entries = commission_entries([rule((0, 1000))], [gone], NOW + DAY)
    assert [(entry.amount_minor, entry.pending) for entry in entries] == [
        (1000, False),
        (-1000, False),
    ]


def test_one_rule_decides() -> None:
    """The seller's own before the product's, that before the general, the newer of two equals."""
    rules = [
        rule((0, 100)),
        rule((0, 200), id=2, product_id=7),
        rule((0, 300), id=3, member_id=ROSA),
        rule((0, 400), id=4, starts_on=START + DAY),
        rule((0, 9000), id=5, product_id=8),
        rule((0, 9000), id=6, member_id=RUI),
    ]
    assert amounts(rules, sold(1)) == [300]
    assert amounts(rules[:2] + rules[3:], sold(1)) == [200]
    assert amounts([rules[0], *rules[3:]], sold(1)) == [400]
    assert amounts(rules[:1], sold(1)) == [100]


def test_rules_hold_on_their_days() -> None:
    """From the first day until before the last, by the day of the sale."""
    days = [START - DAY, START, START + DAY, START + 2 * DAY]
    lines = [sold(n, sold_on=day) for n, day in enumerate(days, start=1)]
    dated = rule((0, 1000), ends_on=START + 2 * DAY)
    entries = commission_entries([dated], lines, NOW + 90 * DAY)
    assert [entry.sale_id.int for entry in entries] == [2, 3]


def test_a_new_rule_goes_on_counting() -> None:
    """What was sold under the old rule counts for the tiers of the new: it is one campaign."""
    old = rule((0, 1000), (1, 2000), ends_on=date(2026, 6, 11))
    new = rule((0, 100), (2, 5000), id=2, starts_on=date(2026, 6, 11))
    lines = [sold(1), sold(2), sold(3, sold_on=date(2026, 6, 11))]
    assert amounts([old, new], *lines) == [1000, 2000, 5000]


def test_a_manager_earns_by_the_team() -> None:
    """Two per cent of what the others of the north sell, below it too; not of the own sales."""
    override = rule((0, 200), id=2, member_id=MAX, team_path=NORTH)
    lines = [
        sold(1),
        sold(2, member_id=RUI, team_path="/1/2/9/"),
        sold(3, member_id=MAX),
        sold(4, member_id=9, team_path="/1/3/"),
    ]
    entries = commission_entries([rule((0, 1000)), override], lines, NOW + 90 * DAY)
    assert [(entry.sale_id.int, entry.member_id, entry.amount_minor) for entry in entries] == [
        (1, ROSA, 1000),
        (1, MAX, 200),
        (2, RUI, 1000),
        (2, MAX, 200),
        (3, MAX, 1000),
        (4, 9, 1000),
    ]


tiers = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 10_000)), max_size=3, unique_by=lambda t: t[0]
).map(sorted)
seasons = st.lists(
    st.tuples(
        st.integers(0, 20),  # hour of the sale
        st.sampled_from([ROSA, RUI]),
        st.integers(1, 5),
        st.integers(0, 400),
        st.none() | st.integers(0, 20),  # hours until the cancellation
    ),
    max_size=8,
)


def judged(unit_rule: Rule, lines: list[SoldLine]) -> Counter[int]:
    """What everybody ends up with: each piece at the rate of its place in the row, one by one."""
    totals: Counter[int] = Counter()
    for line in lines:
        if line.cancelled_at is not None:
            continue
        here = (line.sold_at, line.sale_id, line.position)
        stood = sum(
            other.quantity
            for other in lines
            if other.member_id == line.member_id
            and (other.sold_at, other.sale_id, other.position) < here
            and (other.cancelled_at is None or other.cancelled_at >= line.sold_at)
        )
        exact = Fraction(0)
        for place in range(stood, stood + line.quantity):
            rate = max(tier for tier in unit_rule.tiers if tier[0] <= place)[1]
            share = Fraction(line.net_minor, line.quantity) * Fraction(rate, 10_000)
            exact += rate if unit_rule.per_unit else share
        totals[line.member_id] += floor(exact + Fraction(1, 2))
    return totals


@given(first=st.integers(0, 10_000), higher=tiers, per_unit=st.booleans(), season=seasons)
def test_the_entries_add_up_to_what_is_derived_piece_by_piece(
    first: int,
    higher: list[tuple[int, int]],
    per_unit: bool,
    season: list[tuple[int, int, int, int, int | None]],
) -> None:
    """For everybody, whatever is sold and cancelled; and a cancelled sale leaves nothing."""
    one = rule((0, first), *higher, per_unit=per_unit)
    lines = []
    for number, (hour, who, quantity, net, after) in enumerate(season, start=1):
        line = sold(number, quantity, net, member_id=who, sold_at=NOW + timedelta(hours=hour))
        if after is not None:
            at = line.sold_at + timedelta(hours=after, minutes=1)
            line = replace(line, cancelled_at=at, cancelled_on=at.date())
        lines.append(line)
    entries = commission_entries([one], lines, NOW)
    totals: Counter[int] = Counter()
    for entry in entries:
        totals[entry.member_id] += entry.amount_minor
    assert +totals == +judged(one, lines)
    for line in lines:
        if line.cancelled_at is not None:
            mine = [entry.amount_minor for entry in entries if entry.sale_id == line.sale_id]
            assert sum(mine) == 0
    assert commission_entries([one], lines[::-1], NOW) == entries
