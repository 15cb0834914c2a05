"""What recording visits looks up: all of it at once, for one visit as for five hundred."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from accounts.models import Member, Role
from canvass.do_not_knock_doors import cover_door
from canvass.errors import (
    VisitCampaignNotFound,
    VisitDoorNotFound,
    VisitOutcomeNotFound,
    VisitScriptNotFound,
)
from canvass.flag_rules import HOUR, Seen
from canvass.models import Campaign, Outcome, Prospect, Script, Shift, Visit
from canvass.new_visits import NewVisit
from canvass.prospect_state import VisitFacts
from common.clock import day_bounds, local_day
from territories.models import Assignment, Door

MOST_RECENT = 100  # of the visits within an hour; whoever has had more is flagged anyway
DAY = timedelta(days=1)
NOTICED = (
    "campaign", "door", "member", "id", "outcome__kind", "occurred_at", "callback_at",
    "supersedes", "callback_until", "counts", "door__building", "lon", "lat", "accuracy_m",
)  # fmt: skip

Key = tuple[int, int]  # campaign and door


class Held(NamedTuple):
    """The days of an assignment of the actor's, and when it ended early."""

    starts_on: date
    ends_on: date | None
    ended_at: datetime | None

    def on(self, day: date, zone: str) -> bool:
        """Whether it held at some time of a local day."""
        open_then = self.ends_on is None or self.ends_on > day
        in_force = self.ended_at is None or self.ended_at > day_bounds(day, zone)[0]
        return self.starts_on <= day and open_then and in_force


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
    shifts: list[Shift] = field(default_factory=list)

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

    def recent(self, seen: Seen) -> Sequence[Seen]:
        """The actor's latest visits within the hour before a visit, in their order."""
        first = bisect_left(self.own, seen.occurred_at - HOUR, key=lambda one: one.occurred_at)
        last = bisect_right(self.own, (seen.occurred_at, seen.id), key=moment)
        return [one for one in self.own[max(first, last - MOST_RECENT) : last] if one.id != seen.id]

    def shifts_near(self, campaign: Campaign, instant: datetime) -> list[tuple[datetime, datetime]]:
        """The actor's shifts in a campaign on a local day, or around midnight of it."""
        day = local_day(instant, campaign.time_zone)
        near = (shift for shift in self.shifts if shift.campaign_id == campaign.pk)
        return [(shift.starts_at, shift.ends_at) for shift in near if shift.day == day]


def moment(seen: Seen) -> tuple[datetime, UUID]:
    """By what visits are in order."""
    return seen.occurred_at, seen.id


def ground_for(
    actor: Member, news: Sequence[NewVisit], times: Sequence[datetime], now: datetime
) -> Ground:
    """Look up all that visits at these times need, and hold their prospects.

    To be called within a transaction. At most seven queries; two more, and one that inserts, where
    a door came after its campaign took up the cut.
    """
    found = Ground(actor)
    hold_prospects(found, news, now)
    ours = {"organisation_id": actor.organisation_id}
    codes = {new.outcome for new in news}
    found.outcomes = {row.code: row for row in Outcome.objects.filter(**ours, code__in=codes)}
    versions = {new.script_version for new in news if new.script_version}
    if versions:
        scripts = Script.objects.filter(**ours, version__in=versions)
        of_these = scripts.filter(campaign__in={new.campaign_id for new in news})
        found.scripts = {(row.campaign_id, row.version): row for row in of_these}
    doors = {door for _, door in found.prospects}
    if actor.role == Role.REP:
        rows = Assignment.objects.filter(member=actor, territory__placements__door__in=doors)
        columns = ("territory__placements__door", "starts_on", "ends_on", "ended_at")
        for door, *dates in rows.values_list(*columns):
            found.held[door].append(Held(*dates))
    notice_visits(found, doors, times)
    days = Q(day__gte=min(times) - DAY, day__lte=max(times) + DAY)
    found.shifts = list(Shift.objects.filter(days, member=actor))
    return found


def hold_prospects(found: Ground, news: Sequence[NewVisit], now: datetime) -> None:
    """Hold the visits' prospects until the transaction ends, and make those that are missing.

    A door that came after its campaign took up the cut becomes a prospect here.
    """
    ours = {"organisation_id": found.actor.organisation_id}
    wanted = {(new.campaign_id, new.door_id) for new in news}
    campaigns, doors = {key[0] for key in wanted}, {key[1] for key in wanted}
    rows = Prospect.objects.filter(**ours, campaign__in=campaigns, door__in=doors)
    held = rows.select_related("campaign", "door").order_by("pk")
    held = held.select_for_update(of=("self",), no_key=True)
    found.prospects = {(row.campaign_id, row.door_id): row for row in held}
    found.campaigns = {key[0] for key in found.prospects}
    missing = wanted - found.prospects.keys()
    if not missing:
        return
    found.campaigns = set(
        Campaign.objects.filter(**ours, pk__in=campaigns).values_list("pk", flat=True)
    )
    there = Door.objects.filter(**ours).select_related("building").in_bulk(doors)
    made = [
        Prospect(**ours, campaign_id=campaign, door_id=door)
        for campaign, door in sorted(missing)
        if campaign in found.campaigns and door in there
    ]
    if made:
        Prospect.objects.bulk_create(made, ignore_conflicts=True)
        for door in {row.door_id for row in made}:
            cover_door(there[door], now)
        found.prospects = {(row.campaign_id, row.door_id): row for row in held.all()}


def notice_visits(found: Ground, doors: set[int], times: Sequence[datetime]) -> None:
    """Load the stored visits to these doors, and the actor's own around these times."""
    campaigns = {key[0] for key in found.prospects}
    at_doors = Q(campaign__in=campaigns, door__in=doors)
    of_actor = Q(
        member=found.actor, occurred_at__gte=min(times) - HOUR, occurred_at__lte=max(times)
    )
    rows = Visit.objects.filter(at_doors | of_actor).values_list(*NOTICED)
    for campaign, door, member, *facts, building, lon, lat, accuracy_m in rows:
        told = VisitFacts(*facts)
        if (campaign, door) in found.prospects:
            found.known[campaign, door].append(Known(member, told))
        if member == found.actor.pk:
            place = None if lon is None else (lon, lat)
            found.own.append(Seen(told.id, door, building, told.occurred_at, place, accuracy_m))
    found.own.sort(key=moment)
