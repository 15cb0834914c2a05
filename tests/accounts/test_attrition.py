"""Who came and who left, counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.attrition import Attrition, LeftFor, Stay, attrition
from accounts.models import Member
from tests.calls import SignIn, problem
from tests.cast import Company

URL = "/api/v1/reports/attrition/"
JUNE = {"from": "2026-06-01", "to": "2026-07-01"}
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_a_summer_by_hand() -> None:
    """Two were there, three came, three left: after 30 days, after 31, and nobody knows."""
    stays = [
        Stay(date(2026, 5, 1), None),
        Stay(None, date(2026, 6, 30), "Family"),
        Stay(date(2026, 5, 31), date(2026, 5, 31), "Rain"),
        Stay(date(2026, 6, 1), date(2026, 6, 30), "Rain"),
        Stay(date(2026, 6, 30), None),
        Stay(date(2026, 6, 15), date(2026, 7, 1), "School"),
        Stay(date(2026, 7, 1), None),
    ]
    found = attrition(stays, date(2026, 6, 1), date(2026, 7, 1))
    assert found == Attrition(
        serving_first=2, hired=3, left=2, serving_last=3, left_soon=1, median_days=30,
        reasons=[LeftFor("Family", 1), LeftFor("Rain", 1)],
    )  # fmt: skip
    assert found.attrition_rate == 2 / 5
    longer = attrition(
        [*stays, Stay(date(2026, 5, 31), date(2026, 6, 30))], date(2026, 6, 1), date(2026, 7, 1)
    )
    assert (longer.left_soon, longer.median_days) == (1, 30.5)


@given(st.lists(st.tuples(st.none() | DAYS, st.none() | DAYS)), DAYS, DAYS)
def test_what_one_month_ends_with_the_next_begins_with(
    pairs: list[tuple[date | None, date | None]], one: date, other: date
) -> None:
    """Figures of days that follow each other add up, and agree with who serves on a day."""
    stays = [Stay(a, b) for a, b in pairs if not (a and b and b < a)]
    first, middle, last = date(2025, 12, 31), *sorted({one, other})[-1:], date(2027, 1, 2)
    before, after = attrition(stays, first, middle), attrition(stays, middle, last)
    whole = attrition(stays, first, last)
    assert before.serving_last == after.serving_first
    assert (before.hired + after.hired, before.left + after.left) == (whole.hired, whole.left)
    yesterday = middle - timedelta(days=1)
    there = [s for s in stays if (s.hired_on is None or s.hired_on <= yesterday)
             and (s.left_on is None or s.left_on > yesterday)]  # fmt: skip
    assert after.serving_first == len(there)


def test_managers_see_their_own_people(sunrise: Company, as_member: SignIn) -> None:
    """The subtree's; reps nothing; another company none of it."""
    Member.objects.filter(pk=sunrise.rui.pk).update(
        left_on=date(2026, 6, 3), left_reason="Went home"
    )
    told: dict[str, Any] = as_member(sunrise.max).get(URL, {**JUNE, "role": "rep"}).json()
    assert told == {
        "serving_first": 2, "hired": 0, "left": 1, "serving_last": 1, "attrition_rate": 0.5,
        "left_soon": 0, "median_days": 34.0, "reasons": [{"reason": "Went home", "left": 1}],
    }  # fmt: skip
    assert as_member(sunrise.mona).get(URL, JUNE).json()["left"] == 0
    assert as_member(sunrise.ada).get(URL, JUNE).json()["serving_first"] == 6
    assert problem(as_member(sunrise.rosa).get(URL, JUNE))[0] == 403


@pytest.mark.parametrize(
    "query", [{}, {"from": "2026-06-01"}, {"from": "2026-06-01", "to": "2026-06-01"},
              {**JUNE, "role": "boss"}]
)  # fmt: skip
def test_bad_questions_are_refused(
    sunrise: Company, as_member: SignIn, query: dict[str, str]
) -> None:
    """400."""
    assert problem(as_member(sunrise.ada).get(URL, query)) == (400, "invalid")
