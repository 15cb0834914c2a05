"""Which doors a shift could knock at, grouped into the stops that a route is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Exists, OuterRef, Q
from numpy.typing import NDArray

from canvass.deliveries import deliveries
from canvass.models import Prospect, ProspectQuerySet, Shift
from common.clock import day_bounds
from routing.appeal import VALUES, appeal_of
from routing.models import Appeal
from territories.cutting.doors import number_key
from territories.models import Assignment, Building, TerritoryDoor

MAX_STOPS = 300
LONGEST_STOP_S = 1800
CALLBACK_TOLERANCE_S = 15 * 60  # either way; at every door of the stop


@dataclass(frozen=True)
class CandidateDoor:
    """A door and why it is worth a knock."""

    door_id: int
    appeal: Appeal


@dataclass(frozen=True)
class CandidateStop:
    """Doors of one building that are knocked at in one go.

    With `due_at` somebody at each of them has agreed on that time. Those stops and deliveries are
    required.
    """

    building: Building
    doors: tuple[CandidateDoor, ...]
    due_at: datetime | None = None

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


def candidates(shift: Shift) -> ProspectQuerySet:
    """The prospects that the shift's member may knock at, building by building.

    They stand behind the doors of the territories, of the campaign's cut, that are assigned to the
    member on the shift's day. Nobody who wants no knock, is a customer already, or has agreed on a
    time after the shift is among them; customers to whom the member is to bring something are,
    wherever they live, and have `has_goods_coming`. Nobody is visited twice on a day who has not
    agreed to it.
    """
    held = Assignment.objects.on(shift.day).filter(
        member=shift.member_id, territory__cut=shift.campaign.cut_id
    )
    placed = TerritoryDoor.objects.filter(territory__in=held.values("territory"))
    bring = deliveries(shift).order_by().values("door")
    marked = shift.campaign.prospects.annotate(
        has_goods_coming=Exists(deliveries(shift).filter(door=OuterRef("door")))
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
    """The candidates as stops: the doors of a building together.

    Agreed times and deliveries are stops apart, and so are the doors where a knock is worth
    nothing, lest the neighbours' value bring somebody there.
    """
    groups: defaultdict[tuple[int, datetime | None, bool, bool], list[CandidateDoor]]
    groups = defaultdict(list)
    buildings: dict[int, Building] = {}
    for prospect in candidates(shift):
        building = prospect.door.building
        buildings[building.pk] = building
        door = CandidateDoor(prospect.door_id, appeal_in(shift, prospect))
        due_at = prospect.next_due_at if door.appeal is Appeal.CALLBACK else None
        is_delivery = door.appeal is Appeal.DELIVERY
        groups[building.pk, due_at, is_delivery, VALUES[door.appeal] > 0].append(door)
    return [
        CandidateStop(buildings[building_id], tuple(part), due_at)
        for (building_id, due_at, *_), doors in groups.items()
        for part in parts(doors, most_doors(shift, agreed=due_at is not None))
    ]


def appeal_in(shift: Shift, prospect: Prospect) -> Appeal:
    """Why one of the shift's candidates is worth a knock."""
    has_goods_coming = getattr(prospect, "has_goods_coming", False)
    return appeal_of(prospect, shift.starts_at, has_goods_coming=has_goods_coming)


def most_doors(shift: Shift, *, agreed: bool) -> int:
    """How many doors a stop has at most, so that a tower block does not fill a shift by itself.

    Where a time was agreed, whoever comes at that time is still in time at the last door.
    """
    door_s = max(1, shift.campaign.door_s)
    if agreed:
        return 1 + CALLBACK_TOLERANCE_S // door_s
    return max(1, LONGEST_STOP_S // door_s)


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
