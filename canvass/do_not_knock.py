"""Saying that nobody may knock somewhere, renewing it, lifting it; and what visits say of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Field, ForeignKey, Value, When
from shapely.geometry import mapping

from accounts.models import Member
from accounts.rights import hold_organisation
from canvass.do_not_knock_doors import Pair, add, cover, doors_on_street, mark_under
from canvass.errors import (
    DoNotKnockAreaInvalid,
    DoNotKnockLifted,
    DoNotKnockPlaceInvalid,
    DoNotKnockRenewed,
    DoNotKnockStreetUnknown,
)
from canvass.expiry import Expiry
from canvass.list_entries import lasting, lift, locked
from canvass.models import (
    DO_NOT_KNOCK_KINDS,
    DoNotKnockEntry,
    DoNotKnockScope,
    DoNotKnockSource,
    OutcomeKind,
    Reach,
    Visit,
)
from common.clock import local_day
from territories.boundaries.mending import Refused, mended
from territories.models import Building, Door

CORRECTED = "The visit at which it was said has been corrected."
SOURCES = {
    OutcomeKind.DO_NOT_KNOCK.value: DoNotKnockSource.HOUSEHOLDER,
    OutcomeKind.NO_SOLICITING_SIGN.value: DoNotKnockSource.SIGN,
}


@dataclass(frozen=True)
class Place:
    """Where nobody may knock: exactly one of a door, a building, a street or a GeoJSON area.

    City and postcode narrow a street. Raises DoNotKnockPlaceInvalid and DoNotKnockAreaInvalid.
    """

    door: Door | None = None
    building: Building | None = None
    street: str = ""
    city: str = ""
    postcode: str = ""
    area: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        named = [self.door, self.building, self.street or None, self.area]
        if sum(one is not None for one in named) != 1:
            raise DoNotKnockPlaceInvalid
        if (self.city or self.postcode) and not self.street:
            raise DoNotKnockPlaceInvalid

    @property
    def reach(self) -> Reach:
        """Which of the four it is."""
        if self.street:
            return Reach.STREET
        if self.area is not None:
            return Reach.AREA
        return Reach.BUILDING if self.door is None else Reach.DOOR

    def columns(self) -> dict[str, Any]:
        """The columns of an entry that say it; an area is mended first."""
        return {**vars(self), "reach": self.reach.value, "area": kept_area(self.area)}


@dataclass(frozen=True)
class NewEntry:
    """Who said that nobody may knock where, from when, and when it is over.

    `time_zone` is the place's: it says at which midnight an entry ends.
    """

    place: Place
    source: str
    time_zone: str
    scope: str = DoNotKnockScope.EVERY_DOOR.value
    starts_at: datetime | None = None
    expiry: Expiry = field(default_factory=Expiry)
    note: str = ""


def kept_area(area: dict[str, Any] | None) -> dict[str, Any] | None:
    """An area as it is kept: valid, in degrees. Raises DoNotKnockAreaInvalid."""
    if area is None:
        return None
    try:
        found: dict[str, Any] = mapping(mended(area).area)
    except Refused as error:
        raise DoNotKnockAreaInvalid(reason=error.reason.value) from None
    return found


def add_entry(*, actor: Member, new: NewEntry, now: datetime) -> DoNotKnockEntry:
    """Let nobody knock there, from the start on; at once, where that is now or past.

    Raises ExpiryInvalid, DoNotKnockEndsBeforeStart, DoNotKnockStreetUnknown, and those of Place.
    """
    entry = DoNotKnockEntry(
        organisation_id=actor.organisation_id,
        **new.place.columns(),
        **lasting(new.expiry, new.starts_at or now, new.time_zone),
        source=new.source,
        scope=new.scope,
        note=new.note,
        added_by=actor,
        created_at=now,
    )
    if entry.reach == Reach.STREET and not doors_on_street(entry):
        raise DoNotKnockStreetUnknown(street=entry.street)
    with transaction.atomic():
        hold_organisation(entry.organisation_id)
        entry.save(force_insert=True)
        cover([entry])
        mark_under([entry])
    return entry


def expiry_of(entry: DoNotKnockEntry) -> Expiry:
    """The rule by which an entry ends."""
    is_dated = entry.expiry == "on_day" and entry.ends_at is not None
    on_day = local_day(entry.ends_at, entry.time_zone) if is_dated and entry.ends_at else None
    return Expiry(entry.expiry, entry.expiry_count, on_day)


def renew_entry(
    *, actor: Member, entry: DoNotKnockEntry, expiry: Expiry | None = None, now: datetime
) -> DoNotKnockEntry:
    """Let an entry hold anew, from now until its own rule, or the rule given, ends it.

    The renewal is an entry of its own, so that the history stays; an entry that has run out can be
    renewed too. Raises DoNotKnockLifted, DoNotKnockRenewed, DoNotKnockEndsBeforeStart, NotFound.
    """
    with transaction.atomic():
        hold_organisation(actor.organisation_id)
        found = locked(actor, entry)
        if found.lifted_at is not None:
            raise DoNotKnockLifted
        if DoNotKnockEntry.objects.filter(renews=found).exists():
            raise DoNotKnockRenewed
        made = renewal(found, expiry or expiry_of(found), now)
        made.added_by = actor
        made.save(force_insert=True)
        cover([made])
        mark_under([made])
    return made


def renewal(entry: DoNotKnockEntry, expiry: Expiry, now: datetime) -> DoNotKnockEntry:
    """The unsaved row that lets an entry hold anew from now on."""
    return DoNotKnockEntry(
        organisation_id=entry.organisation_id,
        reach=entry.reach,
        door_id=entry.door_id,
        building_id=entry.building_id,
        street=entry.street,
        city=entry.city,
        postcode=entry.postcode,
        area=entry.area,
        source=entry.source,
        scope=entry.scope,
        dataset=entry.dataset,
        note=entry.note,
        renews=entry,
        created_at=now,
        **lasting(expiry, now, entry.time_zone),
    )


def lift_entry(
    *, actor: Member, entry: DoNotKnockEntry, reason: str, now: datetime
) -> DoNotKnockEntry:
    """Let an entry forbid no more, and keep why. Lifting it again changes nothing.

    Other entries for the same doors stay. Raises DoNotKnockRenewed where a renewal is to be lifted
    instead, and NotFound.
    """
    with transaction.atomic():
        hold_organisation(actor.organisation_id)
        found = locked(actor, entry)
        if DoNotKnockEntry.objects.filter(renews=found).exists():
            raise DoNotKnockRenewed
        if found.lifted_at is None:
            lift(found, actor, reason, now)
            mark_under([found])
    return found


def heed_visits(
    visits: Sequence[Visit],
    said_before: Container[UUID],
    now: datetime,
    covers: Iterable[Pair] = (),
) -> None:
    """Make what the visits say of knocking hold at once; part of recording them.

    Visits come with their outcomes and campaigns; `said_before` are the visits there that say it,
    these and stored ones. Where somebody asked never to come again, or a sign says so, an entry for
    the door begins with the visit. A correction that says it too takes over the entry, any other
    lifts it, as if each visit had come by itself. `covers` are older entries with doors of the
    visits that they cover too. No query where there is nothing of this; else one or two for each,
    however many visits there are.
    """
    new: dict[UUID, Visit] = {}
    moved: dict[UUID, UUID] = {}
    mistaken: list[UUID] = []
    for visit in visits:
        says, old = visit.outcome.kind in DO_NOT_KNOCK_KINDS, visit.supersedes_id
        if old is None or not (old in new or old in said_before):
            if says:
                new[visit.pk] = visit
        elif not says:
            mistaken.append(old)
        elif new.pop(old, None):
            new[visit.pk] = visit
        else:
            moved[visit.pk] = moved.pop(old, old)
    again = {moved[visit.pk]: visit for visit in visits if visit.pk in moved}
    pairs = [*covers, *write_entries([*new.values()], again, mistaken, now)]
    if pairs:
        add(pairs, dict.fromkeys((entry for entry, _ in pairs), visits[0].organisation_id))


def write_entries(
    new: Sequence[Visit], again: Mapping[UUID, Visit], mistaken: Sequence[UUID], now: datetime
) -> list[Pair]:
    """Add entries of visits, move those of the visits `again` corrects, lift the mistaken ones.

    Those to be lifted are by the visits that they are by in the end. Returns the new entries with
    their doors.
    """
    made = DoNotKnockEntry.objects.bulk_create(entry_of(visit, now) for visit in new)
    standing = DoNotKnockEntry.objects.filter(lifted_at=None)
    if again:
        told = {old: entry_of(visit, now) for old, visit in again.items()}
        columns = ("visit", "source", "starts_at")
        moves = {column: by_visit(column, told) for column in columns}
        standing.filter(visit__in=list(told)).update(**moves)
    if mistaken:
        standing.filter(visit__in=mistaken).update(lifted_at=now, lifted_reason=CORRECTED)
    return [(entry.pk, visit.door_id) for entry, visit in zip(made, new, strict=True)]


def by_visit(column: str, rows: Mapping[UUID, DoNotKnockEntry]) -> Case:
    """The value of a column of the row of each visit."""
    field = cast("Field[Any, Any]", DoNotKnockEntry._meta.get_field(column))
    kind = field.target_field if isinstance(field, ForeignKey) else field
    chosen = (
        When(visit=visit, then=Value(getattr(row, field.attname), output_field=kind))
        for visit, row in rows.items()
    )
    return Case(*chosen)


def entry_of(visit: Visit, now: datetime) -> DoNotKnockEntry:
    """The unsaved entry for what was said, or seen, at a visit: of that door, for ever.

    It holds at once, also where the phone's clock is a little ahead.
    """
    return DoNotKnockEntry(
        organisation_id=visit.organisation_id,
        reach=Reach.DOOR.value,
        door_id=visit.door_id,
        source=SOURCES[visit.outcome.kind],
        scope=DoNotKnockScope.EVERY_DOOR.value,
        visit=visit,
        added_by_id=visit.member_id,
        created_at=now,
        **lasting(Expiry(), min(visit.occurred_at, now), visit.campaign.time_zone),
    )
