"""Doors at which somebody was hostile: warned of, and closed after the second time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member
from canvass.errors.safety import DoorNotClosed
from canvass.models import OutcomeKind
from canvass.models.safety import ClosureDecision, DoorWarning
from canvass.prospect_state import VisitFacts
from canvass.sync.feed import mark
from common.errors import NotFound
from common.origin import aside
from territories.models import Door

CLOSING_VISITS = 2
TEXTS = ("decision", "reason")
DERIVED = ("severity", "visits", "last_at", "closed_at", "decided_at", "decided_by", *TEXTS)
KEPT = ("counts_from", "closed_at", "decided_at", "decided_by_id", *TEXTS)


class Hostile(NamedTuple):
    """One visit at which somebody was hostile."""

    occurred_at: datetime
    id: UUID
    severity: int


@dataclass
class Hostility:
    """The hostile visits of all campaigns to some doors, and the doors' warnings as stored.

    `counts` says whether they are looked up at all: where visits that are being recorded are
    hostile or correct others. Their doors are then held.
    """

    counts: bool = False
    visits: defaultdict[int, list[Hostile]] = field(default_factory=lambda: defaultdict(list))
    corrected: set[UUID] = field(default_factory=set)
    warnings: dict[int, dict[str, Any]] = field(default_factory=dict)

    def notice(self, door: int, facts: VisitFacts, severity: int) -> None:
        """Note a visit, stored or new."""
        if facts.kind == OutcomeKind.HOSTILE:
            self.visits[door].append(Hostile(facts.occurred_at, facts.id, severity))
        if facts.supersedes:
            self.corrected.add(facts.supersedes)

    def notice_warning(self, door: int, columns: Sequence[Any]) -> None:
        """Note a door's warning, the columns KEPT of it; all of them None where there is none."""
        stored = dict(zip(KEPT, columns, strict=True))
        self.warnings[door] = {**stored, **{name: stored[name] or "" for name in TEXTS}}

    def warning(self, door: int) -> DoorWarning:
        """The unsaved warning of a door, as the visits that are noted make it."""
        found = DoorWarning(door_id=door, **self.warnings.get(door, {}))
        noted = sorted(self.visits.get(door, ()))
        bring_up_to_date(found, [visit for visit in noted if visit.id not in self.corrected])
        return found

    def write(self, actor: Member, now: datetime) -> None:
        """Bring the warnings of the doors with hostile visits up to date. One statement.

        One more where that closes doors, or opens them: whose visit did is told.
        """
        warnings: list[DoorWarning] = []
        closed: list[Change] = []
        opened: list[Change] = []
        for door in sorted(self.visits):
            warning = self.warning(door)
            warning.organisation_id = actor.organisation_id
            was_closed_at = self.warnings.get(door, {}).get("closed_at")
            warnings.append(warning)
            told = Change(
                warning,
                {"closed_at": was_closed_at},
                {"closed_at": warning.closed_at, "door": door, "visits": warning.visits},
            )
            if (was_closed_at is None) != (warning.closed_at is None):
                (opened if was_closed_at else closed).append(told)
        if warnings:
            DoorWarning.objects.bulk_create(
                warnings, update_conflicts=True, unique_fields=["door"], update_fields=DERIVED
            )
            with aside():
                note(actor, "door_warning.closed", *closed, now=now)
                note(actor, "door_warning.opened", *opened, now=now)


def bring_up_to_date(warning: DoorWarning, visits: Sequence[Hostile]) -> None:
    """Derive a warning from the visits; close its door, or open what a correction has opened."""
    warning.visits = len(visits)
    warning.severity = max((visit.severity for visit in visits), default=1)
    warning.last_at = visits[-1].occurred_at if visits else None
    since = warning.counts_from
    counting = [visit for visit in visits if since is None or visit.occurred_at > since]
    if len(counting) >= CLOSING_VISITS:
        if warning.closed_at is None:
            warning.decision, warning.reason = "", ""
            warning.decided_at = warning.decided_by = None
        warning.closed_at = counting[CLOSING_VISITS - 1].occurred_at
    elif warning.decision != ClosureDecision.KEPT_CLOSED:
        warning.closed_at = None


def decide_closure(
    *, actor: Member, warning: DoorWarning, decision: ClosureDecision, reason: str, now: datetime
) -> DoorWarning:
    """Reopen a closed door, or keep it closed, and say why.

    What was kept closed may still be reopened. Raises DoorNotClosed and NotFound.
    """
    with transaction.atomic():
        Door.objects.select_for_update(no_key=True).get(pk=warning.door_id)
        found = DoorWarning.objects.for_member(actor).filter(pk=warning.pk).first()
        if found is None:
            raise NotFound
        if found.closed_at is None:
            raise DoorNotClosed
        before = {"closed_at": found.closed_at, "decision": found.decision}
        if decision == ClosureDecision.REOPENED:
            found.closed_at, found.counts_from = None, now
        found.decision, found.reason = decision.value, reason
        found.decided_at, found.decided_by = now, actor
        found.save()
        after = {"closed_at": found.closed_at, "decision": found.decision, "reason": reason}
        note(actor, f"door_warning.{decision.value}", Change(found, before, after), now=now)
        mark(doors=[found.door_id])
    return found
