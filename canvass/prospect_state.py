"""What the visits to one door in one campaign add up to: the one rule for every prospect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from canvass.models import (
    CONTACT_KINDS,
    DO_NOT_KNOCK_KINDS,
    INTEREST_KINDS,
    SALE_KINDS,
    Temperature,
)


@dataclass(frozen=True)
class VisitFacts:
    """What of a visit matters to the prospect; `kind` is its outcome's OutcomeKind."""

    id: UUID
    kind: str
    occurred_at: datetime
    callback_at: datetime | None = None
    supersedes: UUID | None = None


@dataclass(frozen=True)
class ProspectState:
    """The derived columns of a Prospect; the defaults are those of a door never visited."""

    temperature: str = Temperature.COLD.value
    attempts: int = 0
    contacts: int = 0
    last_kind: str = ""
    last_visited_at: datetime | None = None
    next_due_at: datetime | None = None
    do_not_knock: bool = False
    customer: bool = False


def prospect_state(visits: Iterable[VisitFacts]) -> ProspectState:
    """The state of a prospect after all visits ever recorded at its door in its campaign.

    Superseded visits count for nothing. The order and repetition of `visits` do not matter: they
    are taken in order of time, and of id where two happened at once. Interest, do-not-knock and
    being a customer last until the visit that brought them is corrected. O(n log n).
    """
    standing = standing_in_order(visits)
    if not standing:
        return ProspectState()
    kinds = [visit.kind for visit in standing]
    do_not_knock = not DO_NOT_KNOCK_KINDS.isdisjoint(kinds)
    interested = not INTEREST_KINDS.isdisjoint(kinds)
    return ProspectState(
        temperature=(Temperature.WARM if interested else Temperature.COLD).value,
        attempts=len(standing),
        contacts=sum(kind in CONTACT_KINDS for kind in kinds),
        last_kind=kinds[-1],
        last_visited_at=standing[-1].occurred_at,
        next_due_at=None if do_not_knock else agreed_callback(standing),
        do_not_knock=do_not_knock,
        customer=not SALE_KINDS.isdisjoint(kinds),
    )


def standing_in_order(visits: Iterable[VisitFacts]) -> list[VisitFacts]:
    """Each visit once, without those that a correction supersedes, the earliest first."""
    known = {visit.id: visit for visit in visits}
    superseded = {visit.supersedes for visit in known.values()}
    standing = (visit for visit in known.values() if visit.id not in superseded)
    return sorted(standing, key=lambda visit: (visit.occurred_at, visit.id))


def agreed_callback(standing: Sequence[VisitFacts]) -> datetime | None:
    """The time agreed last, unless somebody answered afterwards and agreed on none.

    A knock that nobody answers leaves the appointment as it is, kept or overdue.
    """
    due = None
    for visit in standing:
        if visit.callback_at or visit.kind in CONTACT_KINDS:
            due = visit.callback_at
    return due
