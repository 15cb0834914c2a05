"""Recording what neighbours say: it makes a prospect warm, whenever it arrives, until withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.errors.referrals import (
    ReferralCampaignNotFound,
    ReferralDoorNotFound,
    ReferralIdReused,
    ReferralOfItself,
    ReferralSayerNotFound,
)
from canvass.holding import held_door
from canvass.models import Prospect, Referral, ReferralWithdrawal
from canvass.payloads import once, payload_hash, replayed
from canvass.prospect_rows import write_states
from canvass.rebuilding import state_now
from canvass.sync.feed import mark
from canvass.visit_ground import take_up
from common.clock import clamped
from common.errors import NotAllowed, NotFound
from territories.models import Door


@dataclass(frozen=True)
class NewReferral:
    """That a door is worth a knock, as the phone tells it; it made the `id`, a UUIDv7.

    Who said it is a door, or words, or both.
    """

    id: UUID
    campaign_id: int
    door_id: int
    said_at: datetime
    said_by_door_id: int | None = None
    said_by: str = ""
    note: str = ""


def record_referral(*, actor: Member, new: NewReferral, now: datetime) -> tuple[Referral, bool]:
    """Record a referral and make its prospect warm; returns it and whether it is new.

    The same again returns the stored one. A `said_at` more than CLOCK_TOLERANCE ahead of `now`
    becomes `now`. A rep's door must have been assigned to them on that local day. Raises
    ReferralIdReused, ReferralCampaignNotFound, ReferralDoorNotFound, ReferralSayerNotFound and
    ReferralOfItself. At most twelve queries.
    """
    if new.said_by_door_id == new.door_id:
        raise ReferralOfItself
    return once(lambda: insert_referral(actor, new, now))


def insert_referral(actor: Member, new: NewReferral, now: datetime) -> tuple[Referral, bool]:
    """As `record_referral`, in its transaction."""
    stored = replayed(Referral.objects.all(), actor, new, ReferralIdReused)
    if stored is not None:
        return stored, False
    at = clamped(new.said_at, now)
    prospect = held_prospect(actor, new, at, now)
    if new.said_by_door_id is not None:
        neighbours = Door.objects.for_member(actor).filter(pk=new.said_by_door_id)
        if not neighbours.exists():
            raise ReferralSayerNotFound
    referral = Referral(
        id=new.id,
        organisation_id=actor.organisation_id,
        campaign_id=new.campaign_id,
        door_id=new.door_id,
        member=actor,
        said_at=at,
        received_at=now,
        said_by_door_id=new.said_by_door_id,
        said_by=new.said_by,
        note=new.note,
        payload_hash=payload_hash(new),
    )
    referral.save()
    if not prospect.referred:
        write_states([(prospect.pk, state_now(prospect))])
    told = {"door": new.door_id, "campaign": new.campaign_id, "said_by_door": new.said_by_door_id}
    note(actor, "referral.recorded", Change(referral, None, told), now=now)
    if not prospect.referred:
        mark(doors=[new.door_id])
    return referral, True


def withdraw_referral(*, actor: Member, referral: Referral, reason: str, now: datetime) -> Referral:
    """Say that a referral was a mistake; its prospect is what it would be without it.

    Again changes nothing. Raises NotFound, and NotAllowed for a rep who has not heard it.
    """
    with transaction.atomic():
        rows = Prospect.objects.filter(campaign=referral.campaign_id, door=referral.door_id)
        held = rows.select_related("campaign", "door").select_for_update(of=("self",), no_key=True)
        prospect = held.get()
        seen = Referral.objects.for_member(actor).select_related("withdrawal")
        found = seen.filter(pk=referral.pk).first()
        if found is None:
            raise NotFound
        if actor.role == Role.REP and found.member_id != actor.pk:
            raise NotAllowed("Whoever heard it withdraws it, or a manager.")
        if getattr(found, "withdrawal", None) is None:
            made = ReferralWithdrawal(
                organisation_id=actor.organisation_id,
                referral=found,
                member=actor,
                withdrawn_at=now,
                reason=reason,
            )
            made.save()
            write_states([(prospect.pk, state_now(prospect))])
            told = {"referral": found.pk, "door": found.door_id}
            note(actor, "referral.withdrawn", Change(made, None, told), now=now)
            mark(doors=[found.door_id])
    return found


def held_prospect(actor: Member, new: NewReferral, at: datetime, now: datetime) -> Prospect:
    """The prospect of a referral, held until the transaction ends."""
    ground = take_up(actor, new, now)
    found = ground.prospects.get((new.campaign_id, new.door_id))
    if found is None:
        is_here = new.campaign_id in ground.campaigns
        raise ReferralDoorNotFound if is_here else ReferralCampaignNotFound
    zone = found.campaign.time_zone
    if actor.role == Role.REP and not held_door(actor, new.door_id, at, zone):
        raise ReferralDoorNotFound
    return found
