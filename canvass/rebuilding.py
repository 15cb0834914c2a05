"""Every prospect of a campaign anew from its visits: after a rule has changed, or to make sure."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Subquery

from accounts.audit import Change, note
from accounts.models import Member
from canvass.agreed_times import moves_between
from canvass.cadence import Cadence
from canvass.campaigns import lock_campaign
from canvass.models import Campaign, Outcome, Prospect, RebuildRun, Referral
from canvass.prospect_rows import (
    Row,
    held_rows,
    to_instant,
    to_stored_form,
    visit_rows,
    write_rows,
)
from canvass.prospect_state import ProspectState, VisitFacts, prospect_state
from canvass.sync.feed import mark
from common.runs import Progress, RunState
from common.worker import enqueue

CHUNK = 5000  # prospects that are held at once: a visit to one of them waits half a second


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
        new = cadence.stored()
        Campaign.objects.filter(pk=found.pk).update(cadence=new)
        note(actor, "campaign.cadence_changed", Change(found, found.cadence, new), now=now)
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
    again. O(visits).
    """
    kinds = kinds_of(campaign.organisation_id)
    total = campaign.prospects.count()
    seen = changed = last = 0
    while True:
        with transaction.atomic(), uncollected():
            rows = held_rows(campaign.pk, last, CHUNK)
            campaign.refresh_from_db(fields=["cadence", "time_zone"])  # what holds once they do
            wrong = changed_rows(campaign, rows, kinds) if rows else []
            write_rows(wrong)
            doors = {pk: door for *_, pk, door in rows}
            mark(doors=[doors[pk] for *_, pk in wrong])
        if rows:
            seen, changed, last = seen + len(rows), changed + len(wrong), rows[-1][-1]
            progress.report(seen, max(total, seen))
        if len(rows) < CHUNK:
            return Rebuilt(seen, changed)


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no circles of garbage meanwhile: a chunk makes none, but much to look through.

    A sixth of the time of a rebuild.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def changed_rows(campaign: Campaign, rows: Sequence[Row], kinds: dict[int, str]) -> list[Row]:
    """What to write of held rows, as (*COLUMNS, id): those that are not what their visits say."""
    cadence = cadence_of(campaign)
    first, last = rows[0][-1], rows[-1][-1]
    facts = facts_between(campaign, first, last, kinds)
    referred = referred_between(campaign, first, last)
    stored_form = to_stored_form()
    never = stored_form(ProspectState())
    found = []
    for *stored, pk, door in rows:
        visits, is_referred = facts.get(door, ()), door in referred
        known = visits or is_referred
        state = prospect_state(visits, cadence, referred=is_referred) if known else None
        right = stored_form(state) if state else never
        if tuple(stored) != right:
            found.append((*right, pk))
    return found


def facts_between(
    campaign: Campaign, first: int, last: int, kinds: dict[int, str]
) -> defaultdict[int, list[VisitFacts]]:
    """The facts of every visit of a campaign to the doors first … last, by door."""
    facts: defaultdict[int, list[VisitFacts]] = defaultdict(list)
    moves, instant = moves_between(campaign, first, last), to_instant()
    for door, outcome, pk, at, due, supersedes, until, counts in visit_rows(
        campaign.pk, first, last
    ):
        agreed = moves[pk] if pk in moves else (due and instant(due), until and instant(until))
        times = (instant(at), agreed[0], supersedes, agreed[1])
        facts[door].append(VisitFacts(pk, kinds[outcome], *times, counts))
    return facts


def referred_between(campaign: Campaign, first: int, last: int) -> set[int]:
    """The doors first … last of which a neighbour has said something that stands."""
    rows = Referral.objects.standing().filter(campaign=campaign, door__gte=first, door__lte=last)
    return set(rows.values_list("door", flat=True))


def kinds_of(organisation_id: int) -> dict[int, str]:
    """The fixed kind of each outcome of an organisation."""
    rows = Outcome.objects.filter(organisation=organisation_id)
    return dict(rows.values_list("pk", "kind"))


def state_now(prospect: Prospect) -> ProspectState:
    """What all that is stored of a held prospect adds up to, by its campaign's cadence of now.

    Three queries.
    """
    campaign, door = prospect.campaign, prospect.door_id
    cadence = Subquery(Campaign.objects.filter(pk=campaign.pk).values("cadence"))
    outcomes = Outcome.objects.filter(organisation=campaign.organisation_id)
    kinds = {}
    for pk, kind, campaign.cadence in outcomes.values_list("pk", "kind", cadence):
        kinds[pk] = kind
    facts = facts_between(campaign, door, door, kinds)
    referred = bool(referred_between(campaign, door, door))
    return prospect_state(facts[door], cadence_of(campaign), referred=referred)
