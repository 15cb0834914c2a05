"""Why a door is worth a knock, by what is known of its prospect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from canvass.models import OutcomeKind, Prospect, Temperature
from routing.appeal import VALUES, appeal_of
from routing.models import Appeal
from tests.cast import NOON

HOUR = timedelta(hours=1)


def appeal(**known: object) -> Appeal:
    """The appeal in a shift that starts at NOON."""
    return appeal_of(Prospect(**known), NOON)


def visited(kind: OutcomeKind, attempts: int = 1, **known: object) -> Appeal:
    return appeal(last_kind=kind, attempts=attempts, **known)


def test_a_door_never_visited_is_fresh() -> None:
    """Nothing is known of it."""
    assert appeal() is Appeal.FRESH


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [
        (NOON, Appeal.CALLBACK),
        (NOON + HOUR, Appeal.CALLBACK),
        (NOON - timedelta(seconds=1), Appeal.OVERDUE),
    ],
)
def test_an_agreed_time_comes_first(due_at: object, expected: Appeal) -> None:
    """From the start of the shift it is a callback, before it overdue, whatever else is known."""
    assert visited(OutcomeKind.HOSTILE, next_due_at=due_at) is expected
    assert visited(OutcomeKind.DEMO, temperature=Temperature.WARM, next_due_at=due_at) is expected


def test_interest_counts_however_the_last_visit_ended() -> None:
    """Warm and nobody home is warm; warm and hostile is unwelcome."""
    assert visited(OutcomeKind.NO_ANSWER, 9, temperature=Temperature.WARM) is Appeal.WARM
    assert visited(OutcomeKind.HOSTILE, temperature=Temperature.WARM) is Appeal.UNWELCOME


@pytest.mark.parametrize("kind", [OutcomeKind.NO_ANSWER, OutcomeKind.NOT_HOME_DECISION_MAKER])
def test_nobody_home_three_times_is_seldom(kind: OutcomeKind) -> None:
    """Twice it is bad luck."""
    assert visited(kind, 2) is Appeal.NOT_HOME
    assert visited(kind, 3) is Appeal.SELDOM_HOME


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (OutcomeKind.REFUSED, Appeal.DECLINED),
        (OutcomeKind.NOT_INTERESTED, Appeal.DECLINED),
        (OutcomeKind.VACANT, Appeal.UNLIKELY),
        (OutcomeKind.INACCESSIBLE, Appeal.UNLIKELY),
        (OutcomeKind.HOSTILE, Appeal.UNWELCOME),
    ],
)
def test_the_last_outcome_decides_what_a_cold_door_is_worth(
    kind: OutcomeKind, expected: Appeal
) -> None:
    """However often it was visited."""
    assert {visited(kind, attempts) for attempts in (1, 5)} == {expected}


def test_every_appeal_has_a_value_in_the_order_of_the_trade() -> None:
    """Promises before interest before luck; only who is unwelcome is worth nothing."""
    ranked = sorted(Appeal, key=VALUES.__getitem__, reverse=True)
    assert ranked == list(Appeal)
    assert [appeal for appeal in Appeal if VALUES[appeal] == 0] == [Appeal.UNWELCOME]
