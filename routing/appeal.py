"""What a knock is worth: the one place where the values of the route's objective are set."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from canvass.models import OutcomeKind, Prospect, Temperature
from routing.models import Appeal

# Points for one door, at the hour of the shift at which most people are at home. Only their
# proportions matter: two doors never visited are worth a warm one.
# They follow the trade's experience in its rough order, promises before interest before luck, and
# are to be replaced by an organisation's own yields once it has some.
VALUES: Final[dict[Appeal, int]] = {
    Appeal.CALLBACK: 600,
    Appeal.DELIVERY: 500,
    Appeal.OVERDUE: 400,
    Appeal.WARM: 300,
    Appeal.FRESH: 150,
    Appeal.NOT_HOME: 120,
    Appeal.SELDOM_HOME: 60,
    Appeal.DECLINED: 20,
    Appeal.UNLIKELY: 10,
    Appeal.UNWELCOME: 0,
}

SELDOM_HOME_ATTEMPTS = 3
UNLIKELY_KINDS = frozenset({OutcomeKind.VACANT, OutcomeKind.INACCESSIBLE})
NOT_HOME_KINDS = frozenset({OutcomeKind.NO_ANSWER, OutcomeKind.NOT_HOME_DECISION_MAKER})


def appeal_of(
    prospect: Prospect, shift_starts_at: datetime, *, has_goods_coming: bool = False
) -> Appeal:
    """Why the prospect is worth a knock in a shift that starts then; the first that holds.

    The prospect is a candidate: an agreed time, if there is one, is not after the shift. An agreed
    window has passed with its end.
    """
    due_at, until = prospect.next_due_at, prospect.next_due_until
    is_ahead = due_at is not None and due_at >= shift_starts_at
    if is_ahead or (until is not None and until > shift_starts_at):
        return Appeal.CALLBACK
    if has_goods_coming:
        return Appeal.DELIVERY
    if due_at is not None:
        return Appeal.OVERDUE
    if prospect.last_kind == OutcomeKind.HOSTILE:
        return Appeal.UNWELCOME
    if prospect.temperature == Temperature.WARM:
        return Appeal.WARM
    return cold_appeal(prospect)


def cold_appeal(prospect: Prospect) -> Appeal:
    """Why a prospect that has shown no interest yet is worth a knock."""
    if not prospect.attempts:
        return Appeal.FRESH
    if prospect.last_kind in UNLIKELY_KINDS:
        return Appeal.UNLIKELY
    if prospect.last_kind not in NOT_HOME_KINDS:
        return Appeal.DECLINED
    often = prospect.attempts >= SELDOM_HOME_ATTEMPTS
    return Appeal.SELDOM_HOME if often else Appeal.NOT_HOME
