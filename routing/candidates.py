"""Which doors a shift could knock at, grouped into the stops that a route is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q
from numpy.typing import NDArray

from canvass.callback_times import TOLERANCE
from canvass.deliveries import deliveries
from canvass.models import Jurisdiction, Prospect, ProspectQuerySet, Shift
from common.clock import day_bounds
from routing.appeal import VALUES, appeal_of
from routing.knocking_times import ANY_TIME, KnockingTimes, Times
from routing.lawful import ShiftLaw
from routing.models import Appeal, LeftOutReason
from territories.cutting.doors import number_key
from territories.models import Assignment, Building, TerritoryDoor

MAX_STOPS = 300
LONGEST_STOP_S = 1800
CALLBACK_TOLERANCE_S = int(TOLERANCE.total_seconds())  # either way; at every door of the stop


@dataclass(frozen=True)
class CandidateDoor:
    """A door and why it is worth a knock."""

    door_id: int
    appeal: Appeal


@dataclass(frozen=True)
class CandidateStop:
    """Doors of one building that are knocked at in one go.

    With `due_at` somebody at each of them has agreed on that time, or on a window from then on.
    Those stops and deliveries are required. Each door is knocked at within one of `times` (closed
    windows, in order; none: at any time of the shift).
    """

    building: Building
    doors: tuple[CandidateDoor, ...]
    due_at: datetime | None = None
    times: Times = ANY_TIME

    @property
    def value(self) -> int:
        """What the doors are worth together."""
        return sum(VALUES[door.appeal] for door in self.doors)

    @property
    def appeal(self) -> Appeal:
        """The strongest appeal among the doors."""
        return max((door.appeal for door in self.doors), key=VALUES.__getitem__)

    @property
    def required(self) -> bool:
        """Whether the route must make the stop: what was promised goes before what may come."""
        return self.due_at is not None or self.appeal is Appeal.DELIVERY

    @property
    def address_order(self) -> tuple[object, ...]:
        """The key that sorts stops like an address list: by street, then by number."""
        return self.building.street, number_key(self.building.number), self.building.pk


@dataclass(frozen=True)
class Gathered:
    """The stops that a shift may make, the doors that it may not make and why, and its permits.

    `permits` is what `routing.lawful.ShiftLaw.permits` tells.
    """

    stops: list[CandidateStop]
    left_out: Sequence[tuple[CandidateDoor, LeftOutReason]] = ()
    permits: Mapping[str, Any] = field(default_factory=dict)


def candidates(shift: Shift) -> ProspectQuerySet:
    """The prospects that the shift's member may knock at, building by building.

    They stand behind the doors of the territories, of the campaign's cut, that are assigned to the
    member on the shift's day. Nobody who wants no knock, is a customer already, or has agreed on a
    time after the shift is among them; customers to whom the member is to bring something are,
    wherever they live, and have `has_goods_coming`. Nobody is visited twice on a day who has not
    agreed to it. Each says whether the organisation has written down a law (`has_law`).
    """
    held = Assignment.objects.on(shift.day).filter(
        member=shift.member_id, territory__cut=shift.campaign.cut_id
    )
    placed = TerritoryDoor.objects.filter(territory__in=held.values("territory"))
    bring = deliveries(shift).order_by().values("door")
    marked = shift.campaign.prospects.annotate(
        has_goods_coming=Exists(deliveries(shift).filter(door=OuterRef("door"))),
        has_law=Exists(Jurisdiction.objects.filter(organisation=shift.organisation_id)),
    )
    prospects = marked.filter(
        Q(customer=False) | Q(has_goods_coming=True),
        door__in=placed.values("door").union(bring),
    )
    allowed = prospects.knockable(shift.starts_at, shift.ends_at)
    later = allowed.exclude(next_due_at__gte=shift.ends_at)
    begins_at = day_bounds(shift.day, shift.campaign.time_zone)[0]
    later = later.exclude(last_visited_at__gte=begins_at, next_due_at=None, has_goods_coming=False)
    return later.select_related("door__building").order_by("door__building", "door__unit", "pk")


def candidate_stops(shift: Shift) -> list[CandidateStop]:
    """The candidates that a plan may consider, as stops; see `gathered`."""
    return gathered(shift).stops


def gathered(shift: Shift) -> Gathered:
    """The candidates as stops, the doors of a building together, and those that no plan may have.

    Agreed times and deliveries are stops apart, and so are doors that may be knocked at at other
    times than their neighbours, and those where a knock is worth nothing, lest the neighbours'
    value bring somebody there. Three queries more where a law is written down.
    """
    groups: defaultdict[tuple[int, datetime | None, bool, bool, Times], list[CandidateDoor]]
    groups = defaultdict(list)
    prospects = list(candidates(shift))
    buildings = {each.door.building_id: each.door.building for each in prospects}
    has_law = bool(prospects) and vars(prospects[0])["has_law"]
    has_law = has_law or shift.campaign.after_dark_by_appointment
    law = ShiftLaw(shift, list(buildings.values())) if has_law else None
    times, left_out = KnockingTimes(shift, law), []
    for prospect in prospects:
        door = CandidateDoor(prospect.door_id, appeal_in(shift, prospect))
        knocking = times.of(prospect, door.appeal)
        if knocking.reason is not None:
            left_out.append((door, knocking.reason))
            continue
        due_at = prospect.next_due_at if door.appeal is Appeal.CALLBACK else None
        key = due_at, door.appeal is Appeal.DELIVERY, VALUES[door.appeal] > 0, knocking.times
        groups[prospect.door.building_id, *key].append(door)
    stops = [
        CandidateStop(buildings[building_id], tuple(part), due_at, when)
        for (building_id, due_at, *_, when), doors in groups.items()
        for part in parts(doors, most_doors(shift, when, agreed=due_at is not None))
    ]
    return Gathered(stops, left_out, law.permits() if law else {})


def appeal_in(shift: Shift, prospect: Prospect) -> Appeal:
    """Why one of the shift's candidates is worth a knock."""
    has_goods_coming = getattr(prospect, "has_goods_coming", False)
    return appeal_of(prospect, shift.starts_at, has_goods_coming=has_goods_coming)


def most_doors(shift: Shift, times: Times = ANY_TIME, *, agreed: bool) -> int:
    """How many doors a stop has at most, so that a tower block does not fill a shift by itself.

    Where a time was agreed, whoever comes at that time is still in time at the last door; and
    there is a window in which all of them can be knocked at.
    """
    door_s = max(1, shift.campaign.door_s)
    longest = max((end - begin for begin, end in times), default=timedelta.max)
    in_window = 1 + int(longest.total_seconds() - 1) // door_s
    if agreed:
        return min(in_window, 1 + CALLBACK_TOLERANCE_S // door_s)
    return min(in_window, max(1, LONGEST_STOP_S // door_s))


def parts(doors: Sequence[CandidateDoor], size: int) -> Iterator[Sequence[CandidateDoor]]:
    """The doors in order, `size` at a time."""
    return (doors[start : start + size] for start in range(0, len(doors), size))


def shortlist(
    stops: Sequence[CandidateStop], alone_s: NDArray[np.int64]
) -> tuple[list[CandidateStop], list[CandidateStop]]:
    """The stops that the plan considers, at most MAX_STOPS, and the others.

    Required stops come first, then those worth most for the time (n,) that somebody needs who goes
    to them alone: near ones and valuable ones.
    """
    if len(stops) <= MAX_STOPS:
        return list(stops), []
    required = np.array([stop.required for stop in stops])
    worth = np.array([stop.value for stop in stops]) / np.maximum(alone_s, 1)
    ranks = np.lexsort((-worth, ~required))
    first, rest = np.sort(ranks[:MAX_STOPS]), np.sort(ranks[MAX_STOPS:])
    return [stops[at] for at in first], [stops[at] for at in rest]
