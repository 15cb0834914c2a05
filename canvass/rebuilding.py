"""Every prospect of a campaign anew from its visits: after a rule has changed, or to make sure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Member
from canvass.cadence import Cadence
from canvass.campaigns import lock_campaign
from canvass.models import Campaign, Outcome, Prospect, RebuildRun, Visit
from canvass.prospect_rows import COLUMNS, write_states
from canvass.prospect_state import ProspectState, VisitFacts, prospect_state
from common.runs import Progress, RunState
from common.worker import enqueue

CHUNK = 5000  # prospects that are held at once: a visit to one of them waits half a second
FACTS = (
    "door", "id", "outcome", "occurred_at", "callback_at", "supersedes", "callback_until", "counts",
)  # fmt: skip


@dataclass(frozen=True)
class Rebuilt:
    """How many prospects were looked at, and how many were not as their visits say."""

    prospects: int
    changed: int


def cadence_of(campaign: Campaign) -> Cadence | None:
    """The cadence of a campaign, if it has one."""
    return Cadence.of(campaign.cadence, campaign.time_zone) if campaign.cadence else None


def change_cadence(
    *, actor: Member, campaign: Campaign, cadence: Cadence, now: datetime
) -> RebuildRun:
    """Let a campaign try again by another cadence; a run brings all its prospects up to date.

    One that waits already is that run. Raises NotFound.
    """
    with transaction.atomic():
        found = lock_campaign(actor, campaign)
        Campaign.objects.filter(pk=found.pk).update(cadence=cadence.stored())
        waiting = RebuildRun.objects.filter(campaign=found, state=RunState.QUEUED)
        run = waiting.select_for_update(no_key=True).first()
        if run is None:
            run = RebuildRun.objects.create(
                organisation_id=found.organisation_id,
                campaign=found,
                requested_by=actor,
                created_at=now,
                sent_at=now,
            )
            enqueue(run)
    campaign.refresh_from_db()
    return run


def carry_out_rebuild(run: RebuildRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """The job of a RebuildRun."""
    done = rebuild_prospects(run.campaign, progress)
    return lambda: {"prospects": done.prospects, "changed": done.changed}


def rebuild_prospects(campaign: Campaign, progress: Progress) -> Rebuilt:
    """Compute every prospect of a campaign from its visits, and write what differs.

    Doors go by in the order of their ids, CHUNK at a time, each chunk in a transaction that holds
    its prospects: visits may come in meanwhile, and a rebuild that was cut off is simply begun
    again. O(visits); a million prospects with three million visits take about a minute.
    """
    kinds = dict(
        Outcome.objects.filter(organisation=campaign.organisation_id).values_list("pk", "kind")
    )
    total = campaign.prospects.count()
    seen = changed = last = 0
    while True:
        with transaction.atomic():
            campaign.refresh_from_db(fields=["cadence", "time_zone"])
            rows = held_prospects(campaign, last)
            if not rows:
                return Rebuilt(seen, changed)
            states = changed_states(campaign, rows, kinds)
            write_states(states)
        seen, changed, last = seen + len(rows), changed + len(states), rows[-1][1]
        progress.report(seen, max(total, seen))


def held_prospects(campaign: Campaign, after: int) -> list[tuple[Any, ...]]:
    """The next CHUNK prospects behind doors with higher ids, as (id, door, *COLUMNS), held."""
    rows = Prospect.objects.filter(campaign=campaign, door__gt=after).order_by("door")
    held = rows.select_for_update(no_key=True).values_list("pk", "door_id", *COLUMNS)
    return list(held[:CHUNK])


def changed_states(
    campaign: Campaign, rows: Sequence[tuple[Any, ...]], kinds: dict[int, str]
) -> list[tuple[int, ProspectState]]:
    """The prospects among `rows` that are not what their visits add up to, and what that is."""
    cadence = cadence_of(campaign)
    facts = facts_between(campaign, rows[0][1], rows[-1][1], kinds)
    never = ProspectState()
    found = []
    for pk, door, *stored in rows:
        visits = facts.get(door)
        state = prospect_state(visits, cadence) if visits else never
        if ProspectState(*stored) != state:
            found.append((pk, state))
    return found


def facts_between(
    campaign: Campaign, first: int, last: int, kinds: dict[int, str]
) -> dict[int, list[VisitFacts]]:
    """The facts of every visit of a campaign to the doors first … last, by door."""
    facts: defaultdict[int, list[VisitFacts]] = defaultdict(list)
    visits = Visit.objects.filter(campaign=campaign, door__gte=first, door__lte=last)
    for door, pk, outcome, *rest in visits.values_list(*FACTS).iterator(chunk_size=10_000):
        facts[door].append(VisitFacts(pk, kinds[outcome], *rest))
    return facts
