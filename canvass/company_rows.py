"""What recording visits looks up of the actor and the company, in one query for all of it.

Outcomes, assignments and shifts are different tables: their columns come beside one another, and
those of the others are empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Field,
    FilteredRelation,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from accounts.models import Member, Role
from canvass.models import Outcome, Prospect, Shift, Visit
from canvass.new_visits import NewVisit
from common.clock import day_bounds
from common.prepared import Among, Given, Prepared
from territories.models import Assignment

DAY = timedelta(days=1)


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


class Window(NamedTuple):
    """A shift of the actor's."""

    campaign: int
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass
class Company:
    """What outcomes mean by their codes, when a rep's doors were theirs, and the actor's shifts.

    `stored` are the ids of visits that the organisation has already; `all_listed` says that all
    their doors are prospects of their campaigns.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    held: defaultdict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))
    shifts: set[Window] = field(default_factory=set)
    stored: set[UUID] = field(default_factory=set)
    all_listed: bool = False


def nothing(*kinds: Field[Any, Any]) -> list[Cast]:
    """Empty columns of these kinds."""
    return [Cast(Value(None), kind) for kind in kinds]


NAMED = ("pk", "code", "kind", "severity")
NO_HELD = nothing(BigIntegerField(), DateField(), DateField(), DateTimeField())
NO_WINDOW = nothing(BigIntegerField(), DateField(), DateTimeField(), DateTimeField())
NO_OUTCOME = nothing(
    BigIntegerField(), CharField(), CharField(), BigIntegerField(), UUIDField(), BigIntegerField()
)
ORGANISATION, ACTOR = (Given(name, BigIntegerField()) for name in ("organisation", "actor"))
FIRST, LAST = (Given(name, DateField()) for name in ("first", "last"))
SENT = Among("visits__pk", "visits", Visit._meta.pk)


def company_for(actor: Member, news: Sequence[NewVisit], times: Sequence[datetime]) -> Company:
    """What visits at these times name, and may refer to. One query.

    Of the assignments, a rep's that their doors are in; managers are not bound by any.
    """
    found = Company()
    campaigns, doors = {new.campaign_id for new in news}, {new.door_id for new in news}
    rows = company_rows(is_bound=actor.role == Role.REP).rows(
        organisation=actor.organisation_id,
        actor=actor.pk,
        first=min(times) - DAY,
        last=max(times) + DAY,
        campaigns=campaigns,
        doors=doors,
        visits=[new.id for new in news],
        codes={new.outcome for new in news},
    )
    for row in rows:
        door, held, window = row[0], Held(*row[1:4]), Window(*row[4:8])
        outcome, stored = dict(zip(NAMED, row[8:12], strict=True)), row[12]
        found.all_listed |= (row[13] or 0) == len(campaigns) * len(doors)
        if door:
            found.held[door].append(held)
        if window.campaign:
            found.shifts.add(window)
        if outcome["pk"] and outcome["code"] not in found.outcomes:
            told = Outcome(organisation_id=actor.organisation_id, **outcome)
            found.outcomes[told.code] = told
        if stored:
            found.stored.add(stored)
    return found


@cache
def company_rows(*, is_bound: bool) -> Prepared:
    """The query of `company_for`, for who is bound by assignments and for who is not."""
    rows = held_near() if is_bound else shifts_near()
    return Prepared(rows.union(named_outcomes(), all=True))


def named_outcomes() -> QuerySet[Any, Any]:
    """The outcomes of some visits, each with every one of them that is stored, or once.

    Also how many prospects there are of their doors in their campaigns.
    """
    rows = Outcome.objects.filter(organisation=ORGANISATION).annotate(
        sent=FilteredRelation("visits", condition=Q(SENT))
    )
    is_named = Among("code", "codes", CharField())
    at_doors = (Among(name, f"{name}s", BigIntegerField()) for name in ("campaign", "door"))
    listed = Prospect.objects.filter(*at_doors, organisation=ORGANISATION).order_by()
    count = listed.values("organisation").annotate(count=Count("pk")).values("count")
    return (
        rows.filter(Q(is_named) | Q(sent__isnull=False))
        .order_by()
        .values_list(*NO_HELD, *NO_WINDOW, *NAMED, "sent__pk", Subquery(count))
    )


def held_near() -> QuerySet[Any, Any]:
    """The actor's assignments of some doors, each with every shift of some days, or once."""
    days = Q(member__shifts__day__gte=FIRST, member__shifts__day__lte=LAST)
    at_doors = Among("territory__placements__door", "doors", BigIntegerField())
    held = Assignment.objects.filter(at_doors, member=ACTOR)
    held = held.annotate(near=FilteredRelation("member__shifts", condition=days))
    dates = ("territory__placements__door", "starts_on", "ends_on", "ended_at")
    shift = (f"near__{name}" for name in Window._fields)
    return held.order_by().values_list(*dates, *shift, *NO_OUTCOME)


def shifts_near() -> QuerySet[Any, Any]:
    """The actor's shifts of some days."""
    days = Q(day__gte=FIRST, day__lte=LAST)
    rows = Shift.objects.filter(days, member=ACTOR)
    return rows.order_by().values_list(*NO_HELD, *Window._fields, *NO_OUTCOME)
