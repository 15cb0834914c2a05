"""What recording visits looks up of the actor and the company, in one query for all of it.

Outcomes, assignments and shifts are different tables: their columns come beside one another, and
those of the others are empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    FilteredRelation,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from accounts.models import Member, Role
from canvass.models import Outcome, Shift
from canvass.new_visits import NewVisit
from common.clock import day_bounds
from territories.models import Assignment

Span = tuple[datetime, datetime]
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

    `stored` are the ids of visits that the organisation has already.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    held: defaultdict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))
    shifts: set[Window] = field(default_factory=set)
    stored: set[UUID] = field(default_factory=set)


def nothing(*kinds: Field[Any, Any]) -> list[Cast]:
    """Empty columns of these kinds."""
    return [Cast(Value(None), kind) for kind in kinds]


NAMED = ("pk", "code", "kind", "severity")
NO_HELD = nothing(BigIntegerField(), DateField(), DateField(), DateTimeField())
NO_WINDOW = nothing(BigIntegerField(), DateField(), DateTimeField(), DateTimeField())
NO_OUTCOME = nothing(BigIntegerField(), CharField(), CharField(), BigIntegerField(), UUIDField())


def company_for(actor: Member, news: Sequence[NewVisit], times: Sequence[datetime]) -> Company:
    """What visits at these times name, and may refer to. One query.

    Of the assignments, a rep's that their doors are in; managers are not bound by any.
    """
    span, doors = (min(times) - DAY, max(times) + DAY), {new.door_id for new in news}
    rows = held_near(actor, doors, span) if actor.role == Role.REP else shifts_near(actor, span)
    found = Company()
    for row in rows.union(outcomes_of(actor, news), all=True):
        door, held, window = row[0], Held(*row[1:4]), Window(*row[4:8])
        outcome, stored = dict(zip(NAMED, row[8:12], strict=True)), row[12]
        if door:
            found.held[door].append(held)
        if window.campaign:
            found.shifts.add(window)
        if outcome["pk"]:
            told = Outcome(organisation_id=actor.organisation_id, **outcome)
            found.outcomes[told.code] = told
        if stored:
            found.stored.add(stored)
    return found


def outcomes_of(actor: Member, news: Sequence[NewVisit]) -> QuerySet[Any, Any]:
    """The outcomes of some visits, each with every one of them that is stored, or once."""
    is_sent = Q(visits__in=[new.id for new in news])
    rows = Outcome.objects.filter(organisation=actor.organisation_id).annotate(
        sent=FilteredRelation("visits", condition=is_sent)
    )
    named = rows.filter(Q(code__in={new.outcome for new in news}) | Q(sent__isnull=False))
    return named.order_by().values_list(*NO_HELD, *NO_WINDOW, *NAMED, "sent__pk")


def held_near(actor: Member, doors: Collection[int], span: Span) -> QuerySet[Any, Any]:
    """The actor's assignments of some doors, each with every shift of some days, or once."""
    days = Q(member__shifts__day__gte=span[0], member__shifts__day__lte=span[1])
    held = Assignment.objects.filter(member=actor, territory__placements__door__in=doors)
    held = held.annotate(near=FilteredRelation("member__shifts", condition=days))
    dates = ("territory__placements__door", "starts_on", "ends_on", "ended_at")
    shift = (f"near__{name}" for name in Window._fields)
    return held.order_by().values_list(*dates, *shift, *NO_OUTCOME)


def shifts_near(actor: Member, span: Span) -> QuerySet[Any, Any]:
    """The actor's shifts of some days."""
    days = Q(day__gte=span[0], day__lte=span[1])
    rows = Shift.objects.filter(days, member=actor)
    return rows.order_by().values_list(*NO_HELD, *Window._fields, *NO_OUTCOME)
