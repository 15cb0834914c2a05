"""Doors found in the field: each becomes a prospect, and part of the finder's territory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import shapely
from django.db.models import F
from shapely.geometry import shape

from accounts.audit import Change, note
from accounts.models import Member
from accounts.rights import hold_organisation
from canvass.errors.found_doors import (
    FoundDoorCampaignNotFound,
    FoundDoorIdReused,
    FoundDoorInvalid,
)
from canvass.holding import held_on
from canvass.models import Campaign, FeedTerritory, FoundDoor
from canvass.payloads import once, payload_hash, replayed
from canvass.sync.feed import Own, mark
from canvass.visit_ground import take_up
from common.clock import clamped
from common.scoping import ScopedQuerySet
from territories.found_doors import Address, NotADoor, door_at
from territories.locating import locate_if_bounded
from territories.models import Door, Territory, TerritoryDoor


@dataclass(frozen=True)
class NewDoor:
    """A door that is on no list, as the phone tells it; it made the `id`, a UUIDv7."""

    id: UUID
    campaign_id: int
    address: Address
    found_at: datetime


def record_found_door(*, actor: Member, new: NewDoor, now: datetime) -> tuple[FoundDoor, bool]:
    """Record a door that was found; returns that and whether it is new.

    A door that is known by its address is that door. It is a prospect of the campaign at once, with
    whatever forbids to knock there, and joins the territory of the campaign's cut that it lies in,
    if that was the actor's on the local day; else it is kept without one, for the next cut. The
    same again returns the stored row. A `found_at` more than CLOCK_TOLERANCE ahead of `now` becomes
    `now`. Raises FoundDoorIdReused, FoundDoorCampaignNotFound and FoundDoorInvalid.
    """
    return once(lambda: insert_found_door(actor, new, now))


def insert_found_door(actor: Member, new: NewDoor, now: datetime) -> tuple[FoundDoor, bool]:
    """As `record_found_door`, in its transaction."""
    stored = replayed(FoundDoor.objects.all(), actor, new, FoundDoorIdReused)
    if stored is not None:
        return stored, False
    ours = {"organisation_id": actor.organisation_id}
    campaign = Campaign.objects.filter(**ours, pk=new.campaign_id).first()
    if campaign is None:
        raise FoundDoorCampaignNotFound
    hold_organisation(actor.organisation_id)  # imports and other finds take turns
    at = clamped(new.found_at, now)
    try:
        door, known = door_at(actor.organisation_id, new.address)
    except NotADoor as error:
        raise FoundDoorInvalid(reason=error.reason.value) from None
    territory, has_joined = territory_for(actor, campaign, door, at)
    found = FoundDoor(
        **ours,
        id=new.id,
        campaign=campaign,
        door=door,
        member=actor,
        territory=territory,
        known=known,
        found_at=at,
        received_at=now,
        payload_hash=payload_hash(new),
    )
    found.save()
    take_up(actor, found, now)
    if not known:
        locate_if_bounded(actor.organisation_id, actor.pk, now)
    told = {"door": door.pk, "territory": territory and territory.pk, "known": known}
    note(actor, "door.found", Change(found, None, told), now=now)
    mark(doors=[door.pk], own=showing(territory) if territory and has_joined else [])
    return found, True


def territory_for(
    actor: Member, campaign: Campaign, door: Door, at: datetime
) -> tuple[Territory | None, bool]:
    """The actor's territory that a door lies in, and whether the door has joined it just now.

    A door that has its place stays there. One in a building that has goes with the building, any
    other by the outlines.
    """
    held = held_on(actor, at, campaign.time_zone).filter(territory__cut=campaign.cut_id)
    mine = Territory.objects.filter(pk__in=held.values("territory"))
    placed = TerritoryDoor.objects.filter(cut=campaign.cut_id)
    own = placed.filter(door=door).first()
    if own:
        return mine.filter(pk=own.territory_id).first(), False
    beside = placed.filter(door__building=door.building_id).order_by("pk").first()
    home = mine.filter(pk=beside.territory_id).first() if beside else around(door, mine)
    if home:
        join(home, door, campaign.door_s)
    return home, home is not None


def around(door: Door, territories: ScopedQuerySet[Territory]) -> Territory | None:
    """The first of some territories whose outline holds a door."""
    boxed = territories.filter(
        west__lte=door.lon, east__gte=door.lon, south__lte=door.lat, north__gte=door.lat
    )
    for one in boxed.exclude(outline=None).order_by("number"):
        if shapely.intersects_xy(shape(one.outline or {}), door.lon, door.lat):
            return one
    return None


def join(territory: Territory, door: Door, door_s: int) -> None:
    """Let a door be one of a territory's."""
    TerritoryDoor.objects.create(
        organisation_id=door.organisation_id,
        cut_id=territory.cut_id,
        territory=territory,
        door=door,
    )
    Territory.objects.filter(pk=territory.pk).update(
        door_count=F("door_count") + 1, expected_minutes=F("expected_minutes") + door_s / 60
    )


def showing(territory: Territory) -> list[Own]:
    """The territory, on every phone that shows it."""
    rows = FeedTerritory.objects.filter(territory=territory).values_list("feed__member", flat=True)
    return [Own(member, "territory", str(territory.pk)) for member in rows]
