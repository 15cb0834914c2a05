"""Which doors a do-not-knock entry covers, and whether somebody may knock at a door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, compress
from typing import NamedTuple, Self, cast
from uuid import UUID

import numpy as np
import shapely
from django.db import transaction
from django.db.models import Q
from shapely.geometry import shape

from accounts.models import Organisation
from accounts.rights import hold_organisation
from canvass.models import (
    DoNotKnockDoor,
    DoNotKnockEntry,
    DoNotKnockScope,
    Reach,
)
from canvass.sync.feed import mark
from territories.boundaries.mending import Area
from territories.importing.keys import fold
from territories.models import Building, Door, DoorUse

AT_ONCE = 500  # ids in one query; SQLite takes some thousand
BATCH = 2000
LATELY = timedelta(hours=2)  # twice as long as from one look to the next
WIDE = (Reach.STREET.value, Reach.AREA.value)  # what takes in doors that come later

Pair = tuple[int, int]  # the ids of an entry and of a door that it covers


def in_force(door: Door, when: datetime) -> bool:
    """Whether nobody may knock at the door at that instant. One query."""
    return DoNotKnockDoor.objects.in_force(when).filter(door=door).exists()


class Forbids(NamedTuple):
    """What of a do-not-knock entry matters to visits at the doors that it covers."""

    id: int | None
    starts_at: datetime
    ends_at: datetime | None
    lifted_at: datetime | None
    created_at: datetime
    added_by: int | None
    visit: UUID | None

    @classmethod
    def of(cls, entry: DoNotKnockEntry) -> Self:
        """What of an entry of a building, a street or an area matters: such have no visit."""
        times = entry.starts_at, entry.ends_at, None, entry.created_at
        return cls(entry.pk, *times, entry.added_by_id, None)

    def forbade(self, member: int, at: datetime) -> bool:
        """Whether a member knew that it forbade before an instant, and it still did then.

        It is known once it is written down; to who said it themselves, from its start. So what
        somebody said, or was read on a sign, does not count against that visit, nor against others'
        visits before it was uploaded.
        """
        known_at = self.starts_at if self.added_by == member else self.created_at
        over = [end for end in (self.ends_at, self.lifted_at) if end is not None]
        return self.starts_at < at and known_at <= at and all(at < end for end in over)


def cover(entries: Sequence[DoNotKnockEntry]) -> int:
    """Note the doors that new entries cover; returns how many there are. Repeating adds none."""
    pairs = list(covered(entries))
    add(pairs, {entry.pk: entry.organisation_id for entry in entries})
    return len(pairs)


def add(pairs: Iterable[Pair], organisations: dict[int, int]) -> None:
    """Write which entries cover which doors; `organisations` are the entries'."""
    rows = [
        DoNotKnockDoor(organisation_id=organisations[entry], entry_id=entry, door_id=door)
        for entry, door in pairs
    ]
    DoNotKnockDoor.objects.bulk_create(rows, BATCH, ignore_conflicts=True)


def cover_doors(organisation_id: int, doors: Sequence[Door], now: datetime) -> None:
    """Note which entries cover doors that have just become known to a campaign.

    They come with their buildings. Two queries, however many.
    """
    buildings = {door.building_id for door in doors}
    entries = DoNotKnockEntry.objects.unended(now).filter(
        Q(building__in=buildings) | Q(reach__in=WIDE), organisation=organisation_id
    )
    here = list(covering(entries, doors))
    add(here, dict.fromkeys((entry for entry, _ in here), organisation_id))


def covering(entries: Iterable[DoNotKnockEntry], doors: Sequence[Door]) -> Iterator[Pair]:
    """The entries of buildings, streets and areas with those of these doors that they cover.

    All are of one organisation; the doors come with their buildings.
    """
    streets: defaultdict[tuple[str, ...], list[Door]] = defaultdict(list)
    for door in doors:
        streets[door.building.street, door.building.city, door.building.postcode].append(door)
    for entry in entries:
        here: Iterable[Door]
        if entry.reach == Reach.STREET:
            on = (some for some in streets.values() if is_on(entry, some[0].building))
            here = chain.from_iterable(on)
        elif entry.reach == Reach.AREA:
            area = shape_of(entry)
            here = (door for door in doors if shapely.intersects_xy(area, door.lon, door.lat))
        else:
            here = (door for door in doors if door.building_id == entry.building_id)
        yield from ((entry.pk, door.pk) for door in here if meant(entry, door.use))


def cover_again(organisation_id: int, now: datetime) -> int:
    """Work out anew which doors the entries cover, after doors have come, moved or changed.

    Returns how many rows changed; running it again changes nothing. A query for every street and
    area, and a few for all the rest.
    """
    unended = DoNotKnockEntry.objects.unended(now).filter(organisation=organisation_id)
    if not unended.exists():
        return 0
    with transaction.atomic():
        hold_organisation(organisation_id)
        entries = list(unended)
        wanted = set(covered(entries))
        rows = DoNotKnockDoor.objects.filter(entry__in=[entry.pk for entry in entries])
        known = {(entry, door): pk for pk, entry, door in rows.values_list("pk", "entry", "door")}
        gone = [pk for pair, pk in known.items() if pair not in wanted]
        for some in parts(gone):
            DoNotKnockDoor.objects.filter(pk__in=some).delete()
        new = wanted - known.keys()
        add(sorted(new), dict.fromkeys((entry for entry, _ in new), organisation_id))
        mark(doors={door for _, door in new | (known.keys() - wanted)})
    return len(gone) + len(new)


def mark_under(entries: Iterable[DoNotKnockEntry]) -> None:
    """Mark the doors that entries cover as changed on phones, at the end of the transaction.

    It holds the organisation from its beginning: a phone that is told of new doors meanwhile waits.
    """
    doors: set[int] = set()
    for some in parts([entry.pk for entry in entries]):
        rows = DoNotKnockDoor.objects.filter(entry__in=some)
        doors.update(rows.values_list("door", flat=True))
    mark(doors=doors)


def mark_turned(now: datetime) -> None:
    """Mark the doors of entries that have begun or ended by the clock in the last two hours."""
    lately = {"gt": now - LATELY, "lte": now}
    turned = Q(**{f"starts_at__{name}": at for name, at in lately.items()}) | Q(
        **{f"ends_at__{name}": at for name, at in lately.items()}
    )
    with transaction.atomic():
        mark_under(DoNotKnockEntry.objects.filter(turned, lifted_at=None))


def cover_all_again(now: datetime) -> int:
    """As `cover_again`, for every organisation that has entries; tells phones what has turned."""
    mark_turned(now)
    unended = DoNotKnockEntry.objects.unended(now)
    having = Organisation.objects.filter(pk__in=unended.values("organisation"))
    return sum(cover_again(pk, now) for pk in having.order_by("pk").values_list("pk", flat=True))


def covered(entries: Iterable[DoNotKnockEntry]) -> Iterator[Pair]:
    """Every entry with every door that it covers now."""
    by_reach: defaultdict[str, list[DoNotKnockEntry]] = defaultdict(list)
    for entry in entries:
        by_reach[entry.reach].append(entry)
    yield from by_id(by_reach[Reach.DOOR], "pk", "door_id")
    yield from by_id(by_reach[Reach.BUILDING], "building_id", "building_id")
    for entry in by_reach[Reach.STREET]:
        yield from ((entry.pk, door) for door in doors_on_street(entry))
    for entry in by_reach[Reach.AREA]:
        yield from ((entry.pk, door) for door in doors_within(entry))


def by_id(entries: Sequence[DoNotKnockEntry], column: str, named: str) -> Iterator[Pair]:
    """The doors whose `column` is what the entries name in `named`."""
    wanted: defaultdict[int, list[DoNotKnockEntry]] = defaultdict(list)
    for entry in entries:
        wanted[getattr(entry, named)].append(entry)
    for some in parts(sorted(wanted)):
        doors = Door.objects.filter(**{f"{column}__in": some}).values_list("pk", "use", column)
        for door, use, place in doors:
            yield from ((entry.pk, door) for entry in wanted[place] if meant(entry, use))


def meant(entry: DoNotKnockEntry, use: str) -> bool:
    """Whether the entry's scope takes in doors of that use."""
    return entry.scope != DoNotKnockScope.HOMES or use != DoorUse.BUSINESS


def doors_on_street(entry: DoNotKnockEntry) -> list[int]:
    """The ids of the doors of the street that the entry names."""
    buildings = Building.objects.filter(organisation=entry.organisation_id)
    addresses = buildings.values("street", "city", "postcode").distinct()
    here = [one for one in addresses if is_on(entry, Building(**one))]
    found: list[int] = []
    for one in here:
        doors = Door.objects.filter(
            organisation=entry.organisation_id,
            **{f"building__{name}": value for name, value in one.items()},
        )
        rows = doors.values_list("pk", "use")
        found += [door for door, use in rows if meant(entry, use)]
    return found


def is_on(entry: DoNotKnockEntry, building: Building) -> bool:
    """Whether a building is on the entry's street; city and postcode count where both say them."""
    said = [(entry.city, building.city), (entry.postcode, building.postcode)]
    same_place = all(fold(a) == fold(b) for a, b in said if a and b)
    return same_place and fold(building.street) == fold(entry.street)


def doors_within(entry: DoNotKnockEntry) -> list[int]:
    """The ids of the doors within the entry's area, its edge included."""
    area = shape_of(entry)
    west, south, east, north = area.bounds
    doors = Door.objects.filter(
        organisation=entry.organisation_id,
        lat__gte=south, lat__lte=north, lon__gte=west, lon__lte=east,
    )  # fmt: skip
    rows = list(doors.order_by("pk").values_list("pk", "use", "lon", "lat"))
    lon, lat = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    inside = shapely.intersects_xy(area, lon, lat)
    chosen = compress(rows, inside)
    return [door for door, use, _, _ in chosen if meant(entry, use)]


def shape_of(entry: DoNotKnockEntry) -> Area:
    """The area of an entry that has one."""
    area = cast("Area", shape(entry.area or {}))
    shapely.prepare(area)
    return area


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids, as many at a time as a query takes."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
