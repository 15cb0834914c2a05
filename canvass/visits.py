"""Recording visits: once, for ever, whatever the network does and in whatever order they arrive."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Member
from canvass.callback_times import refuse_unlawful
from canvass.company_rows import Company, company_for
from canvass.do_not_knock import heed_visits
from canvass.errors import (
    VisitAlreadyCorrected,
    VisitCallbackInPast,
    VisitIdReused,
    VisitToCorrectNotFound,
)
from canvass.flag_rules import Case, Seen, flags_of
from canvass.law import LawBook
from canvass.models import Prospect, Visit, VisitFlag
from canvass.new_visits import NewVisit
from canvass.payloads import is_same, payload_hash
from canvass.permitted_hours import Place
from canvass.prospect_rows import write_states
from canvass.prospect_state import ProspectState, VisitFacts, prospect_state
from canvass.questions import Question, refuse_bad_answers
from canvass.rebuilding import cadence_of
from canvass.sync.feed import Marks, Own
from canvass.visit_ground import Ground, Key, Known, ground_for, moment
from common.clock import clamped
from common.errors import DomainError
from common.prepared import insert

MAX_SKEW_S = 2**31 - 1  # what the column takes: 68 years


@dataclass(frozen=True)
class Recorded:
    """What became of a visit that was sent: stored, now or before, or refused with an error."""

    id: UUID
    visit: Visit | None = None
    is_new: bool = False
    error: DomainError | None = None


def record_visit(*, actor: Member, new: NewVisit, now: datetime) -> tuple[Visit, bool]:
    """Record a visit and bring its prospect up to date; returns the visit and whether it is new.

    As `record_visits` does it. Raises VisitIdReused, VisitCampaignNotFound, VisitDoorNotFound,
    VisitOutcomeNotFound, VisitToCorrectNotFound, VisitAlreadyCorrected, VisitCallbackInPast,
    VisitScriptNotFound and VisitAnswersInvalid. At most 12 queries, whatever is said of knocking,
    also where the door came after its campaign took up the cut.
    """
    (answer,) = record_visits(actor=actor, news=[new], now=now)
    if answer.visit is None:
        raise answer.error or AssertionError
    return answer.visit, answer.is_new


def record_visits(
    *, actor: Member, news: Sequence[NewVisit], now: datetime, clock_s: int = 0
) -> list[Recorded]:
    """Record visits in this order and bring their prospects up to date; an answer for each.

    Each is recorded or refused by itself. Recording the same again returns the stored visit, for
    ever and whatever has changed since; the same id with anything different, or somebody else's id,
    is refused. A rep's door must have been in a territory assigned to them on the local day of the
    visit, so that what a phone uploads late still counts; a former assignee's later visit is kept,
    flagged, and does not count. An `occurred_at` more than CLOCK_TOLERANCE ahead of `now` becomes
    `now`, with the difference in `skew_s`. Where the phone's clock is known to be `clock_s` seconds
    ahead, or behind, its visits are flagged. One transaction, and as many queries as for one.
    """
    company = company_for(actor, news, [told_time(new, now) for new in news])
    try:
        looked = Looked(company, stored_visits(company.stored), clock_s)
        answers = recorded(actor, news, looked, now)
        return unless_anothers(actor, news, answers)
    except IntegrityError:
        # An id came in twice at once, and the other was faster: now it is stored. Or it is another
        # organisation's.
        stored = stored_visits([new.id for new in news])
        return recorded(actor, news, Looked(company, stored, clock_s), now)


def unless_anothers(
    actor: Member, news: Sequence[NewVisit], answers: list[Recorded]
) -> list[Recorded]:
    """The answers; for an id of another organisation only that it is used. A query for refusals."""
    stored = stored_visits([answer.id for answer in answers if answer.error])
    return [
        replay(actor, new, stored[new.id]) if answer.error and new.id in stored else answer
        for new, answer in zip(news, answers, strict=True)
    ]


class Looked(NamedTuple):
    """What is known before recording: the company, stored visits, how far the clock is off."""

    company: Company
    stored: dict[UUID, Visit]
    clock_s: int


def stored_visits(ids: Collection[UUID]) -> dict[UUID, Visit]:
    """The stored ones of these visits; no query for none."""
    return Visit.objects.select_related("outcome", "script").in_bulk(list(ids)) if ids else {}


def recorded(
    actor: Member, news: Sequence[NewVisit], looked: Looked, now: datetime
) -> list[Recorded]:
    """As `record_visits`; IntegrityError where one of the ids is stored after all."""
    stored = looked.stored
    waiting = [new for new in news if new.id not in stored]
    if not waiting:
        return [replay(actor, new, stored[new.id]) for new in news]
    with transaction.atomic():
        times = [told_time(new, now) for new in waiting]
        ground = ground_for(actor, waiting, times, looked.company, now)
        session = Session(actor, now, ground, stored, looked.clock_s)
        answers = [session.answer(new) for new in news]
        if session.visits:
            session.write()
        else:
            transaction.set_rollback(True)  # no prospect is made for a visit that was refused
    return answers


def told_time(new: NewVisit, now: datetime) -> datetime:
    """When a visit was: as the phone says, unless its clock is ahead."""
    return clamped(new.occurred_at, now)


def replay(actor: Member, new: NewVisit, stored: Visit) -> Recorded:
    """The visit that is stored under this id, if it is the same one."""
    if not is_same(stored, actor, new):
        return Recorded(new.id, error=VisitIdReused())
    return Recorded(new.id, stored)


@dataclass
class Session:
    """Recording some visits of one actor: what is accepted so far, to be written at the end."""

    actor: Member
    now: datetime
    ground: Ground
    stored: dict[UUID, Visit]
    clock_s: int = 0
    visits: list[Visit] = field(default_factory=list)
    flags: list[VisitFlag] = field(default_factory=list)
    touched: dict[Key, Prospect] = field(default_factory=dict)

    def answer(self, new: NewVisit) -> Recorded:
        """Accept a visit, find it again, or say why it is refused."""
        if new.id in self.stored:
            return replay(self.actor, new, self.stored[new.id])
        try:
            visit = self.accept(new)
        except DomainError as error:
            return Recorded(new.id, error=error)
        self.stored[visit.pk] = visit
        return Recorded(new.id, visit, is_new=True)

    def accept(self, new: NewVisit) -> Visit:
        """Check a visit, and note it with its flags. Raises what is wrong with it."""
        prospect, at = self.ground.prospect(new), told_time(new, self.now)
        key = (new.campaign_id, new.door_id)
        if new.callback_at and new.callback_at <= new.occurred_at:
            raise VisitCallbackInPast
        self.refuse_unlawful_callback(prospect, new)
        counts = self.ground.was_held(prospect, at)
        refuse_bad_correction(self.actor, new, self.ground.known[key])
        visit = self.unsaved(prospect, new, at, counts)
        self.touched[key] = prospect
        self.visits.append(visit)
        self.note(visit, prospect)
        self.ground.heed(visit, facts_of(visit), self.now)
        return visit

    def refuse_unlawful_callback(self, prospect: Prospect, new: NewVisit) -> None:
        """Raise unless an agreed time is one at which the law permits an invited visit."""
        if new.callback_at:
            place = Place(prospect.door.lon, prospect.door.lat, prospect.campaign.time_zone)
            refuse_unlawful(self.law, place, new.callback_at, new.callback_until)

    @cached_property
    def law(self) -> LawBook:
        """The law of the actor's organisation, asked for once."""
        return LawBook(self.actor.organisation_id, self.now.date())

    def unsaved(self, prospect: Prospect, new: NewVisit, at: datetime, counts: bool) -> Visit:
        """The row of a visit. Raises what its outcome, script or answers break."""
        skew_s = round((new.occurred_at - at).total_seconds())
        script = self.ground.script(new)
        if script:
            refuse_bad_answers(map(Question.of, script.questions), new.answers or {})
        return Visit(
            id=new.id,
            organisation_id=self.actor.organisation_id,
            campaign=prospect.campaign,
            door=prospect.door,
            member=self.actor,
            outcome=self.ground.outcome(new.outcome),
            occurred_at=at,
            received_at=self.now,
            skew_s=min(skew_s, MAX_SKEW_S),
            lon=new.lon,
            lat=new.lat,
            accuracy_m=new.accuracy_m,
            callback_at=new.callback_at,
            callback_until=new.callback_until,
            note=new.note,
            supersedes_id=new.supersedes,
            simulated=new.simulated,
            counts=counts,
            at_door_s=new.at_door_s,
            script=script,
            answers=dict(new.answers or {}),
            photos=list(new.photos),
            payload_hash=payload_hash(new),
        )

    def note(self, visit: Visit, prospect: Prospect) -> None:
        """Note what is odd about a visit; nothing is about one that nobody made."""
        place = None if visit.lon is None or visit.lat is None else (visit.lon, visit.lat)
        door, campaign = prospect.door, prospect.campaign
        seen = Seen(visit.pk, door.pk, door.building_id, visit.occurred_at, place, visit.accuracy_m)
        case = Case(
            visit=seen,
            door=(door.lon, door.lat),
            recent=self.ground.recent(seen),
            shifts=self.ground.shifts_near(campaign, visit.occurred_at),
            hours=(campaign.shift_starts_at, campaign.shift_ends_at),
            zone=campaign.time_zone,
            thresholds=self.ground.limits(campaign),
            skew_s=visit.skew_s or self.clock_s,
            in_assignment=visit.counts,
            forbidden_since=self.ground.forbidden_since(visit),
            closed_since=self.ground.closed.get(door.pk),
            by_daylight=campaign.after_dark_by_appointment,
            invited=self.ground.was_invited(visit),
        )
        insort(self.ground.own, seen, key=moment)
        for kind, details in flags_of(case).items() if not visit.simulated else ():
            ours = {"organisation_id": visit.organisation_id, "raised_at": self.now}
            self.flags.append(VisitFlag(**ours, visit=visit, kind=kind, details=dict(details)))

    def write(self) -> None:
        """Insert what was accepted, write what it makes of the prospects, and tell phones."""
        insert(self.visits)
        insert(self.flags)
        ground = self.ground
        heed_visits(self.visits, ground.said(self.touched), self.now, ground.covers)
        if ground.hostility.counts:
            ground.hostility.write(self.actor, self.now)
        write_states(self.states(), self.marks() if self.ground.has_phones else None)

    def states(self) -> list[tuple[int, ProspectState]]:
        """What the visits to each door that was visited add up to now, by the prospect's id."""
        campaigns = {key[0]: prospect.campaign for key, prospect in self.touched.items()}
        cadences = {pk: cadence_of(campaign) for pk, campaign in campaigns.items()}
        return [
            (
                prospect.pk,
                prospect_state(
                    (known.facts for known in self.ground.known[key]),
                    cadences[prospect.campaign_id],
                    referred=prospect.referred,
                ),
            )
            for key, prospect in self.touched.items()
        ]

    def marks(self) -> Marks:
        """What phones are to be told: the doors, and the actor's own visits."""
        own = [Own(self.actor.pk, "visit", str(visit.pk)) for visit in self.visits]
        return Marks({visit.door_id for visit in self.visits}, own)


def facts_of(visit: Visit) -> VisitFacts:
    """What of a visit, loaded with its outcome, matters to the prospect."""
    return VisitFacts(
        visit.pk,
        visit.outcome.kind,
        visit.occurred_at,
        visit.callback_at,
        visit.supersedes_id,
        visit.callback_until,
        visit.counts,
    )


def refuse_bad_correction(actor: Member, new: NewVisit, earlier: Iterable[Known]) -> None:
    """Raise unless `supersedes` is empty or one of the actor's own standing visits there."""
    if new.supersedes is None:
        return
    if not any(known.facts.id == new.supersedes and known.member == actor.pk for known in earlier):
        raise VisitToCorrectNotFound
    # The same, sent twice at once, is no other: inserting it finds that it is stored.
    others = (known for known in earlier if known.facts.id != new.id)
    if any(known.facts.supersedes == new.supersedes for known in others):
        raise VisitAlreadyCorrected
