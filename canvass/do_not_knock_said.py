"""What a rep is told of a door without visiting it: that nobody may knock there any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists

from accounts.models import Member, Role
from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.errors.do_not_knock import DoNotKnockDoorNotFound
from canvass.holding import held_door
from canvass.models import Campaign, DoNotKnockEntry
from territories.models import Door


@dataclass(frozen=True)
class NewSaid:
    """That nobody may knock at a door, as a phone tells it: who said so, and when."""

    campaign_id: int
    door_id: int
    source: str
    said_at: datetime
    note: str = ""


def record_said(*, actor: Member, new: NewSaid, now: datetime) -> DoNotKnockEntry:
    """Let nobody knock at the door, for ever, from when it was said; at once where that is ahead.

    A rep's door must have been assigned to them on that local day of the campaign. Raises
    DoNotKnockDoorNotFound.
    """
    ours = {"organisation_id": actor.organisation_id}
    doors = Door.objects.filter(**ours, pk=new.door_id)
    campaign = Campaign.objects.filter(Exists(doors), **ours, pk=new.campaign_id).first()
    if campaign is None:
        raise DoNotKnockDoorNotFound
    at, zone = min(new.said_at, now), campaign.time_zone
    if actor.role == Role.REP and not held_door(actor, new.door_id, at, zone):
        raise DoNotKnockDoorNotFound
    place = Place(door=doors.get())
    entry = NewEntry(place, new.source, zone, starts_at=at, note=new.note)
    return add_entry(actor=actor, new=entry, now=now)
