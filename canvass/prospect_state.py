"""What the visits to one door in one campaign add up to: the one rule for every prospect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from canvass.cadence import Cadence
from canvass.models import (
    CONTACT_KINDS,
    DO_NOT_KNOCK_KINDS,
    INTEREST_KINDS,
    SALE_KINDS,
    Temperature,
)

COLD, WARM = Temperature.COLD.value, Temperature.WARM.value


class VisitFacts(NamedTuple):
    """What of a visit matters to the prospect; `kind` is its outcome's OutcomeKind.

    A tuple, because a rebuild makes millions. One that does not `count` (a former assignee's after
    the assignment) matters only where it says that nobody may knock.
    """

    id: UUID
    kind: str
    occurred_at: datetime
    callback_at: datetime | None = None
    supersedes: UUID | None = None
    callback_until: datetime | None = None
    counts: bool = True


@dataclass(frozen=True)
class ProspectState:
    """The derived columns of a Prospect; the defaults are those of a door never visited."""

    temperature: str = COLD
    attempts: int = 0
    contacts: int = 0
    last_kind: str = ""
    last_visited_at: datetime | None = None
    next_due_at: datetime | None = None
    next_due_until: datetime | None = None
    try_again_at: datetime | None = None
    given_up: bool = False
    do_not_knock: bool = False
    customer: bool = False
    referred: bool = False


def prospect_state(
    visits: Iterable[VisitFacts], cadence: Cadence | None = None, *, referred: bool = False
) -> ProspectState:
    """The state of a prospect after all visits ever recorded at its door in its campaign.

    Superseded visits count for nothing. The order and repetition of `visits` do not matter: they
    are taken in order of time, and of id where two happened at once. Interest, do-not-knock and
    being a customer last until the visit that brought them is corrected; whom a neighbour has
    `referred` is warm. Where no time is agreed, the `cadence` says when to try again. O(n log n).
    """
    everything = standing_in_order(visits)
    do_not_knock = any(visit.kind in DO_NOT_KNOCK_KINDS for visit in everything)
    standing = [visit for visit in everything if visit.counts]
    if not standing:
        temperature = WARM if referred else COLD
        return ProspectState(temperature, do_not_knock=do_not_knock, referred=referred)
    kinds = [visit.kind for visit in standing]
    agreed = None if do_not_knock else agreed_callback(standing)
    again = cadence if not do_not_knock and agreed is None else None
    return ProspectState(
        temperature=WARM if referred or not INTEREST_KINDS.isdisjoint(kinds) else COLD,
        attempts=len(standing),
        contacts=sum(kind in CONTACT_KINDS for kind in kinds),
        last_kind=kinds[-1],
        last_visited_at=standing[-1].occurred_at,
        next_due_at=agreed.callback_at if agreed else None,
        next_due_until=agreed.callback_until if agreed else None,
        try_again_at=again.next_try(standing) if again else None,
        given_up=again is not None and again.used_up(standing),
        do_not_knock=do_not_knock,
        customer=not SALE_KINDS.isdisjoint(kinds),
        referred=referred,
    )


def standing_in_order(visits: Iterable[VisitFacts]) -> list[VisitFacts]:
    """Each visit once, without those that a correction supersedes, the earliest first."""
    known = {visit.id: visit for visit in visits}
    superseded = {visit.supersedes for visit in known.values()}
    standing = [visit for visit in known.values() if visit.id not in superseded]
    return sorted(standing, key=lambda visit: (visit.occurred_at, visit.id))


def agreed_callback(standing: Sequence[VisitFacts]) -> VisitFacts | None:
    """The visit whose agreed time stands: the last, unless somebody answered and agreed on none.

    A knock that nobody answers leaves the appointment as it is, kept or overdue.
    """
    agreed = None
    for visit in standing:
        if visit.callback_at:
            agreed = visit
        elif visit.kind in CONTACT_KINDS:
            agreed = None
    return agreed
