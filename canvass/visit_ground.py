"""What recording visits looks up: all of it at once, for one visit as for five hundred."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from accounts.models import Member, Role
from canvass.campaigns import add_prospects
from canvass.company_rows import Company, Held, Window
from canvass.do_not_knock_doors import Forbids, Pair, cover_doors, covering
from canvass.errors import (
    VisitCampaignNotFound,
    VisitDoorNotFound,
    VisitOutcomeNotFound,
    VisitScriptNotFound,
)
from canvass.flag_rules import HOUR, Seen, Thresholds
from canvass.ground_queries import (
    BUILDING,
    DOOR,
    ENTRY,
    NOTICED,
    OWN,
    RULES,
    SCRIPT,
    WARNED,
    held_prospects,
    noticed_visits,
)
from canvass.hostility import Hostility
from canvass.models import (
    DO_NOT_KNOCK_KINDS,
    Campaign,
    DoNotKnockEntry,
    Outcome,
    OutcomeKind,
    Prospect,
    Script,
    Visit,
)
from canvass.new_visits import NewVisit
from canvass.prospect_state import VisitFacts
from common.clock import local_day
from common.prepared import Row
from territories.models import Building, Door

MOST_RECENT = 100  # of the visits within an hour; whoever has had more is flagged anyway
INVITED = timedelta(minutes=30)  # as early or late as somebody who is expected may be
Key = tuple[int, int]  # campaign and door


class AtDoor(Protocol):
    """Something that happened at a door in a campaign."""

    @property
    def campaign_id(self) -> int:
        """The campaign's id."""

    @property
    def door_id(self) -> int:
        """The door's id."""


class Known(NamedTuple):
    """A visit that is stored already, and who made it."""

    member: int
    facts: VisitFacts


@dataclass
class Ground:
    """What is known around some new visits of one actor; recording adds what it accepts."""

    actor: Member
    prospects: dict[Key, Prospect] = field(default_factory=dict)
    campaigns: set[int] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    scripts: dict[Key, Script] = field(default_factory=dict)
    held: defaultdict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))
    known: defaultdict[Key, list[Known]] = field(default_factory=lambda: defaultdict(list))
    own: list[Seen] = field(default_factory=list)
    hostility: Hostility = field(default_factory=Hostility)
    shifts: set[Window] = field(default_factory=set)
    has_phones: bool = False
    thresholds: Mapping[str, Any] = field(default_factory=dict)  # the organisation's own
    in_force: dict[int, Thresholds] = field(default_factory=dict)  # by campaign
    closed: dict[int, datetime | None] = field(default_factory=dict)
    forbids: defaultdict[int, set[Forbids]] = field(default_factory=lambda: defaultdict(set))
    covers: list[Pair] = field(default_factory=list)  # entries with new doors, not yet written

    def prospect(self, new: NewVisit) -> Prospect:
        """Where a visit was. Raises VisitCampaignNotFound and VisitDoorNotFound."""
        found = self.prospects.get((new.campaign_id, new.door_id))
        if found is None:
            raise VisitDoorNotFound if new.campaign_id in self.campaigns else VisitCampaignNotFound
        return found

    def outcome(self, code: str) -> Outcome:
        """The outcome with that code, retired or not: a phone may not know yet."""
        if code not in self.outcomes:
            raise VisitOutcomeNotFound(outcome=code)
        return self.outcomes[code]

    def script(self, new: NewVisit) -> Script | None:
        """The version of the script that a visit answers. Raises VisitScriptNotFound."""
        if new.script_version is None:
            return None
        if (new.campaign_id, new.script_version) not in self.scripts:
            raise VisitScriptNotFound
        return self.scripts[new.campaign_id, new.script_version]

    def was_held(self, prospect: Prospect, instant: datetime) -> bool:
        """Whether the door was the actor's on that local day, or the actor is no rep.

        False for a former assignee; raises VisitDoorNotFound for who had not had it by then.
        """
        if self.actor.role != Role.REP:
            return True
        zone = prospect.campaign.time_zone
        day, held = local_day(instant, zone), self.held[prospect.door_id]
        if any(one.on(day, zone) for one in held):
            return True
        if not any(one.starts_on <= day for one in held):
            raise VisitDoorNotFound
        return False

    def limits(self, campaign: Campaign) -> Thresholds:
        """The thresholds by which visits in a campaign are flagged."""
        if campaign.pk not in self.in_force:
            own = campaign.flag_thresholds
            self.in_force[campaign.pk] = Thresholds.in_force(self.thresholds, own)
        return self.in_force[campaign.pk]

    def recent(self, seen: Seen) -> Sequence[Seen]:
        """The actor's latest visits within the hour before a visit, in their order."""
        first = bisect_left(self.own, seen.occurred_at - HOUR, key=lambda one: one.occurred_at)
        last = bisect_right(self.own, (seen.occurred_at, seen.id), key=moment)
        return [one for one in self.own[max(first, last - MOST_RECENT) : last] if one.id != seen.id]

    def shifts_near(self, campaign: Campaign, instant: datetime) -> list[tuple[datetime, datetime]]:
        """The actor's shifts in a campaign on a local day, or around midnight of it."""
        day = local_day(instant, campaign.time_zone)
        near = sorted(shift for shift in self.shifts if shift[:2] == (campaign.pk, day))
        return [(shift.starts_at, shift.ends_at) for shift in near]

    def was_invited(self, visit: Visit) -> bool:
        """Whether an earlier visit there agreed on a time within half an hour of this one's."""
        at, earlier = visit.occurred_at, self.known[visit.campaign_id, visit.door_id]
        return any(
            facts.callback_at - INVITED
            <= at
            <= (facts.callback_until or facts.callback_at) + INVITED
            for _, facts in earlier
            if facts.callback_at and facts.occurred_at < at
        )

    def forbidden_since(self, visit: Visit) -> datetime | None:
        """From when on nobody was to knock where a visit was, if its member could know it."""
        entries = self.forbids[visit.door_id]
        said = (entry for entry in entries if entry.forbade(visit.member_id, visit.occurred_at))
        return min((entry.starts_at for entry in said), default=None)

    def cover(self, entries: Iterable[DoNotKnockEntry]) -> None:
        """Let entries count, from now on, for the doors that they cover."""
        doors = {prospect.door_id: prospect.door for prospect in self.prospects.values()}
        told = {entry.pk: Forbids.of(entry) for entry in entries}
        for pk, door in covering(entries, list(doors.values())):
            if told[pk] not in self.forbids[door]:
                self.forbids[door].add(told[pk])
                self.covers.append((pk, door))

    def heed(self, visit: Visit, facts: VisitFacts, now: datetime) -> None:
        """Let an accepted visit, and what it says of knocking, count for those after it."""
        self.known[visit.campaign_id, visit.door_id].append(Known(self.actor.pk, facts))
        if self.hostility.counts:
            self.hostility.notice(visit.door_id, facts, visit.outcome.severity)
            self.closed[visit.door_id] = self.hostility.warning(visit.door_id).closed_at
        self.heed_knocking(visit, now)

    def heed_knocking(self, visit: Visit, now: datetime) -> None:
        """As `do_not_knock.heed_visits` will write it: an entry begins, is taken over or lifted."""
        here, since = self.forbids[visit.door_id], min(visit.occurred_at, now)
        says = visit.outcome.kind in DO_NOT_KNOCK_KINDS
        key = visit.campaign_id, visit.door_id
        if visit.supersedes_id and visit.supersedes_id in self.said([key]):
            told = {"visit": visit.pk, "starts_at": since} if says else {"lifted_at": now}
            old = {one for one in here if (one.visit, one.lifted_at) == (visit.supersedes_id, None)}
            here -= old
            here |= {one._replace(**told) for one in old}
        elif says:
            here.add(Forbids(None, since, None, None, now, visit.member_id, visit.pk))

    def said(self, keys: Iterable[Key]) -> set[UUID]:
        """The ids of the visits there at which it was said, or read, that nobody may knock."""
        known = (known.facts for key in keys for known in self.known[key])
        return {facts.id for facts in known if facts.kind in DO_NOT_KNOCK_KINDS}


def moment(seen: Seen) -> tuple[datetime, UUID]:
    """By what visits are in order."""
    return seen.occurred_at, seen.id


def ground_for(
    actor: Member,
    news: Sequence[NewVisit],
    times: Sequence[datetime],
    company: Company,
    now: datetime,
) -> Ground:
    """Look up all that visits at these times need, and hold their prospects.

    To be called within a transaction. Two queries; one more that inserts, where a door came after
    its campaign took up the cut. Which older do-not-knock entries cover such doors is in `covers`.
    """
    found = Ground(actor, outcomes=company.outcomes, held=company.held, shifts=company.shifts)
    hostile = any(row.kind == OutcomeKind.HOSTILE for row in found.outcomes.values())
    found.hostility.counts = hostile or any(new.supersedes for new in news)
    versions = {new.script_version for new in news if new.script_version}
    hold_prospects(found, news, versions, all_listed=company.all_listed)
    notice_visits(found, times, None if company.all_listed else now)
    return found


def take_up(actor: Member, new: AtDoor, now: datetime) -> Ground:
    """Hold the prospect of what happened at a door, made and under its entries if it is new."""
    found = Ground(actor)
    hold_prospects(found, [new], all_listed=True)
    if not found.prospects:
        hold_prospects(found, [new])
        doors = [prospect.door for prospect in found.prospects.values()]
        cover_doors(actor.organisation_id, doors, now)
    return found


def hold_prospects(
    found: Ground,
    news: Sequence[AtDoor],
    versions: Collection[int] = (),
    *,
    all_listed: bool = False,
) -> None:
    """Hold the prospects of what happened at doors until the transaction ends.

    Unless they are `all_listed`, the missing ones are made: a door that came after its campaign
    took up the cut becomes a prospect here, and comes with its building. They come with these
    versions of their campaigns' scripts. The doors are held too where `hostility` counts: it is
    counted over all campaigns.
    """
    organisation = found.actor.organisation_id
    wanted = {(new.campaign_id, new.door_id) for new in news}
    campaigns, doors = {key[0] for key in wanted}, {key[1] for key in wanted}
    if not all_listed:
        add_prospects(organisation_id=organisation, keys=wanted)
    held = held_prospects(
        with_doors=found.hostility.counts,
        with_scripts=bool(versions),
        with_buildings=not all_listed,
    )
    given = {"organisation": organisation, "campaigns": campaigns, "doors": doors}
    rows = held.rows(**given, versions=versions)
    notice_prospects(found, rows, with_scripts=bool(versions))
    found.campaigns = {key[0] for key in found.prospects}
    if wanted - found.prospects.keys():
        ours = Campaign.objects.filter(organisation=organisation, pk__in=campaigns)
        found.campaigns = set(ours.values_list("pk", flat=True))


def notice_prospects(found: Ground, rows: Sequence[Row], *, with_scripts: bool) -> None:
    """Note prospects with what forbids to knock there and the scripts that are asked."""
    campaigns: dict[int, Campaign] = {}
    for row in rows:
        own, door, rules, told = parts(row, len(OWN), len(DOOR), len(RULES))
        lengths = len(Forbids._fields), 3, len(SCRIPT) if with_scripts else 0
        forbids, (closed_at, thresholds, has_phones), script, building = parts(told, *lengths)
        prospect = Prospect.from_db(None, OWN, own)
        prospect.door = Door.from_db(None, DOOR, door)
        if building:
            prospect.door.building = Building.from_db(None, BUILDING, building)
        pk = prospect.campaign_id
        if pk not in campaigns:
            campaigns[pk] = Campaign.from_db(None, RULES, rules)
        prospect.campaign = campaigns[pk]
        found.prospects[pk, prospect.door_id] = prospect
        found.has_phones |= bool(has_phones)
        found.thresholds = thresholds or {}
        entry = Forbids(*forbids)
        if entry.id:
            found.forbids[prospect.door_id].add(entry)
        if closed_at:
            found.closed[prospect.door_id] = closed_at
        if any(script):
            named = dict(zip(SCRIPT, script, strict=True))
            ours = {"organisation_id": prospect.organisation_id, "campaign": prospect.campaign}
            asked = Script(**ours, **named)
            found.scripts[pk, asked.version] = asked


def parts(row: Row, *lengths: int) -> list[Row]:
    """A row in parts of these lengths, and what is left."""
    ends = list(accumulate(lengths))
    return [row[start:end] for start, end in zip([0, *ends], [*ends, len(row)], strict=True)]


def notice_visits(found: Ground, times: Sequence[datetime], new_at: datetime | None) -> None:
    """Load the stored visits to the doors, and the actor's own around these times.

    Where doors may be new, at `new_at`, also which entries cover them. The cadences are those of
    now: one that was read with the prospects may be from before they could be held, and whoever
    changed it since has passed them already.
    """
    more, doors = found.hostility.counts, {door for _, door in found.prospects}
    rows = noticed_visits(of_all_campaigns=more, with_entries=new_at is not None).rows(
        organisation=found.actor.organisation_id,
        doors=doors,
        campaigns={key[0] for key in found.prospects},
        actor=found.actor.pk,
        first=min(times) - HOUR,
        last=max(times),
        now=new_at,
        buildings={prospect.door.building_id for prospect in found.prospects.values()},
    )
    campaigns = {key[0]: prospect.campaign for key, prospect in found.prospects.items()}
    entries = []
    for row in rows:
        visit, warned, cadence, entry = parts(row, len(NOTICED), len(WARNED) if more else 0, 2)
        if cadence[0]:
            campaigns[cadence[0]].cadence = cadence[1]
            continue
        if any(entry):
            entries.append(DoNotKnockEntry(**dict(zip(ENTRY, entry, strict=True))))
            continue
        campaign, door, member, *facts, building, lon, lat, accuracy_m = visit
        told = VisitFacts(*facts)
        if more and door in doors:
            severity, *warning = warned
            found.hostility.notice(door, told, severity)
            found.hostility.notice_warning(door, warning)
        if (campaign, door) in found.prospects:
            found.known[campaign, door].append(Known(member, told))
        if member == found.actor.pk:
            place = None if lon is None else (lon, lat)
            found.own.append(Seen(told.id, door, building, told.occurred_at, place, accuracy_m))
    found.own.sort(key=moment)
    if entries:
        found.cover(entries)
