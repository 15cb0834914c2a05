"""Recording visits: once, for ever, whatever the network does and in whatever order they arrive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Member, Role
from canvass.cadence import Cadence
from canvass.do_not_knock import heed_visits
from canvass.do_not_knock_doors import cover_door
from canvass.errors import (
    VisitAlreadyCorrected,
    VisitCallbackInPast,
    VisitCampaignNotFound,
    VisitDoorNotFound,
    VisitIdReused,
    VisitOutcomeNotFound,
    VisitScriptNotFound,
    VisitToCorrectNotFound,
)
from canvass.holding import held_door
from canvass.models import Campaign, Outcome, Prospect, Script, Visit
from canvass.prospect_rows import write_states
from canvass.prospect_state import ProspectState, VisitFacts, prospect_state
from canvass.questions import Question, refuse_bad_answers
from canvass.rebuilding import cadence_of
from territories.models import Door

CLOCK_TOLERANCE = timedelta(minutes=5)
MAX_SKEW_S = 2**31 - 1  # what the column takes: 68 years


@dataclass(frozen=True)
class NewVisit:
    """One attempt at one door, as the phone tells it; `outcome` is the outcome's code.

    `id` is a UUIDv7 that the phone made. `supersedes` names an own earlier visit to the same door
    that this one corrects. `simulated` marks visits that nobody made. `answers` are to that
    version of the campaign's script, by its questions' keys; `photos` are SHA-256 digests in
    hexadecimal.
    """

    id: UUID
    campaign_id: int
    door_id: int
    outcome: str
    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    callback_at: datetime | None = None
    note: str = ""
    supersedes: UUID | None = None
    simulated: bool = False
    at_door_s: int | None = None
    script_version: int | None = None
    answers: Mapping[str, Any] | None = None
    photos: Sequence[str] = ()

    def payload_hash(self) -> str:
        """The SHA-256 of the visit as canonical JSON: sorted names, times in UTC.

        Fields at their default are left out, so that a field added later changes no old hash.
        """
        defaults = {field.name: field.default for field in fields(self)}
        given = {
            name: value
            for name, value in asdict(self).items()
            if defaults[name] is MISSING or value != defaults[name]
        }
        text = json.dumps(given, sort_keys=True, separators=(",", ":"), default=canonical)
        return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> str:
    """An id or an instant as text, the same for the same instant in any zone."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def record_visit(*, actor: Member, new: NewVisit, now: datetime) -> tuple[Visit, bool]:
    """Record a visit and bring its prospect up to date; returns the visit and whether it is new.

    Recording the same again returns the stored visit, for ever and whatever has changed since;
    the same id with anything different, or somebody else's id, raises VisitIdReused. A rep's door
    must have been in a territory assigned to them on the local day of the visit, so that what a
    phone uploads late still counts. An `occurred_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`, with the difference in `skew_s`. Raises VisitCampaignNotFound, VisitDoorNotFound,
    VisitOutcomeNotFound, VisitToCorrectNotFound, VisitAlreadyCorrected, VisitCallbackInPast,
    VisitScriptNotFound and VisitAnswersInvalid.
    """
    digest = new.payload_hash()
    stored = replayed(actor, new, digest)
    if stored:
        return stored, False
    try:
        with transaction.atomic():
            return insert_visit(actor, new, digest, now), True
    except IntegrityError:
        # The same id came in twice at once, and the other was faster.
        stored = replayed(actor, new, digest)
        if stored is None:
            raise
        return stored, False


def replayed(actor: Member, new: NewVisit, digest: str) -> Visit | None:
    """The visit that is stored under this id, if it is the same one; VisitIdReused if not."""
    stored = Visit.objects.select_related("outcome", "script").filter(pk=new.id).first()
    if stored and (stored.member_id, stored.payload_hash) != (actor.pk, digest):
        raise VisitIdReused
    return stored


def insert_visit(actor: Member, new: NewVisit, digest: str, now: datetime) -> Visit:
    """Check and insert a visit under the prospect's lock, and recompute the prospect."""
    prospect = lock_prospect(actor, new, now)
    occurred_at, skew = (new.occurred_at, timedelta())
    if new.occurred_at > now + CLOCK_TOLERANCE:
        occurred_at, skew = now, new.occurred_at - now
    if new.callback_at and new.callback_at <= new.occurred_at:
        raise VisitCallbackInPast
    if actor.role == Role.REP:
        refuse_door_of_others(actor, prospect, occurred_at)
    earlier = visits_to(prospect)
    refuse_bad_correction(actor, new, earlier)
    visit = Visit.objects.create(
        id=new.id,
        organisation_id=actor.organisation_id,
        campaign=prospect.campaign,
        door_id=new.door_id,
        member=actor,
        outcome=outcome_with(actor, new.outcome),
        occurred_at=occurred_at,
        received_at=now,
        skew_s=min(round(skew.total_seconds()), MAX_SKEW_S),
        lon=new.lon,
        lat=new.lat,
        accuracy_m=new.accuracy_m,
        callback_at=new.callback_at,
        note=new.note,
        supersedes_id=new.supersedes,
        simulated=new.simulated,
        at_door_s=new.at_door_s,
        script=answered_script(prospect, new),
        answers=dict(new.answers or {}),
        photos=list(new.photos),
        payload_hash=digest,
    )
    cadence = cadence_of(prospect.campaign)
    write_states([(prospect.pk, state_after([*earlier, visit], cadence))])
    heed_visits([visit], now)
    return visit


def lock_prospect(actor: Member, new: NewVisit, now: datetime) -> Prospect:
    """The prospect of a visit with its campaign, held until the transaction ends.

    A door that came after the campaign took up its cut becomes a prospect here. Raises
    VisitCampaignNotFound and VisitDoorNotFound.
    """
    ours = {"organisation_id": actor.organisation_id}
    rows = Prospect.objects.filter(**ours, campaign=new.campaign_id, door=new.door_id)
    rows = rows.select_related("campaign").select_for_update(of=("self",), no_key=True)
    found = rows.first()
    if found is not None:
        return found
    if not Campaign.objects.filter(**ours, pk=new.campaign_id).exists():
        raise VisitCampaignNotFound
    door = Door.objects.filter(**ours, pk=new.door_id).select_related("building").first()
    if door is None:
        raise VisitDoorNotFound
    missing = Prospect(**ours, campaign_id=new.campaign_id, door_id=new.door_id)
    Prospect.objects.bulk_create([missing], ignore_conflicts=True)
    cover_door(door, now)
    return rows.get()


def refuse_door_of_others(actor: Member, prospect: Prospect, occurred_at: datetime) -> None:
    """Raise unless the door was assigned to the actor at some time of the visit's local day."""
    zone = prospect.campaign.time_zone
    if not held_door(actor, prospect.door_id, occurred_at, zone):
        raise VisitDoorNotFound


def outcome_with(actor: Member, code: str) -> Outcome:
    """The organisation's outcome with that code, retired or not: a phone may not know yet."""
    found = Outcome.objects.filter(organisation_id=actor.organisation_id, code=code).first()
    if found is None:
        raise VisitOutcomeNotFound(outcome=code)
    return found


def answered_script(prospect: Prospect, new: NewVisit) -> Script | None:
    """The version of the script that a visit answers. Raises what its answers break."""
    if new.script_version is None:
        return None
    rows = Script.objects.filter(campaign=prospect.campaign_id, version=new.script_version)
    script = rows.first()
    if script is None:
        raise VisitScriptNotFound
    refuse_bad_answers(map(Question.of, script.questions), new.answers or {})
    return script


def visits_to(prospect: Prospect) -> list[Visit]:
    """Every visit ever recorded at a prospect, with its outcome, in no particular order."""
    rows = Visit.objects.filter(campaign=prospect.campaign_id, door=prospect.door_id)
    return list(rows.select_related("outcome"))


def refuse_bad_correction(actor: Member, new: NewVisit, earlier: Iterable[Visit]) -> None:
    """Raise unless `supersedes` is empty or one of the actor's own standing visits there."""
    if new.supersedes is None:
        return
    if not any(visit.pk == new.supersedes and visit.member_id == actor.pk for visit in earlier):
        raise VisitToCorrectNotFound
    others = (visit for visit in earlier if visit.pk != new.id)
    if any(visit.supersedes_id == new.supersedes for visit in others):
        raise VisitAlreadyCorrected


def state_after(visits: Iterable[Visit], cadence: Cadence | None) -> ProspectState:
    """What the visits, loaded with their outcomes, add up to."""
    facts = (
        VisitFacts(
            visit.pk,
            visit.outcome.kind,
            visit.occurred_at,
            visit.callback_at,
            visit.supersedes_id,
            visit.callback_until,
            visit.counts,
        )
        for visit in visits
    )
    return prospect_state(facts, cadence)
