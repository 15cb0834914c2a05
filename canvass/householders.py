"""What is known of the people behind a door: shown to them, and erased, on request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member
from canvass.contacts import empty_contacts
from canvass.errors.keeping import ErasureSaleOpen
from canvass.models import (
    CallbackMove,
    ContactDetails,
    ContactReview,
    DoNotKnockEntry,
    Photo,
    Prospect,
    Referral,
    ReferralWithdrawal,
    Sale,
    SaleEvent,
    SaleStatus,
    TelephoneCall,
    TelephoneCallback,
    Visit,
)
from canvass.models.keeping import Erasure
from canvass.photos import remove_photos
from canvass.sales import owners_of
from canvass.sync.feed import Own, mark
from common.errors import NotFound
from territories.models import Door

SETTLED = (SaleStatus.COMPLETED, SaleStatus.REFUNDED)
SOLD = {"buyer_name": "", "buyer_age": None, "payment_reference": "", "trade_in": "", "note": ""}


def householder_data(door: Door) -> dict[str, Any]:
    """All that is kept about the people behind a door, in every campaign. Nine queries."""
    said = Q(door=door) | Q(said_by_door=door)
    return {
        "door": door,
        "contact": ContactDetails.objects.filter(door=door).first(),
        "contact_reviews": ContactReview.objects.filter(contact__door=door)
        .select_related("contact")
        .order_by("pk"),
        "prospects": Prospect.objects.filter(door=door).order_by("pk"),
        "visits": Visit.objects.filter(door=door)
        .select_related("outcome")
        .order_by("occurred_at", "pk"),
        "sales": Sale.objects.filter(door=door).order_by("sold_at", "pk"),
        "referrals": Referral.objects.filter(said)
        .select_related("withdrawal")
        .order_by("said_at", "pk"),
        "telephone_callbacks": TelephoneCallback.objects.filter(door=door).order_by("pk"),
        "do_not_knock": DoNotKnockEntry.objects.filter(door=door).order_by("pk"),
        "erasures": Erasure.objects.filter(door=door).order_by("pk"),
    }


def erase_householder(*, actor: Member, door: Door, now: datetime) -> tuple[Erasure, bool]:
    """Erase what is known of the people behind a door; returns the record, and whether it is new.

    Names, notes, answers, photos and referrals' words are emptied, also on rows that never change
    otherwise; outcomes, amounts and do-not-knock entries stay. Where nothing is left to erase, the
    last erasure is returned. Raises ErasureSaleOpen while goods or money are owed, and NotFound.
    """
    with transaction.atomic():
        held = Door.objects.for_member(actor).filter(pk=door.pk)
        if held.select_for_update(of=("self",), no_key=True).first() is None:
            raise NotFound
        refuse_open_sales(door)
        contacts = list(ContactDetails.objects.filter(door=door).select_for_update(no_key=True))
        emptied = {**empty_all(door), "contacts": empty_contacts(contacts, actor, now)}
        erased = {kind: count for kind, count in emptied.items() if count}
        last = Erasure.objects.filter(door=door).order_by("-pk").first()
        if last and not erased:
            return last, False
        made = Erasure(
            organisation_id=actor.organisation_id,
            door=door,
            erased_at=now,
            erased_by=actor,
            erased=erased,
        )
        made.save()
        mark(doors=[door.pk], own=told_of(door))
        note(actor, "householder.erased", Change(made, None, {"door": door.pk, **erased}), now=now)
    return made, True


def told_of(door: Door) -> list[Own]:
    """The visits and sales there that are on their members' phones."""
    own = [
        Own(member, "visit", str(pk))
        for member, pk in Visit.objects.filter(door=door).values_list("member", "pk")
    ]
    for sale in Sale.objects.filter(door=door):
        own += owners_of(sale)
    return own


def refuse_open_sales(door: Door) -> None:
    """Raise unless every sale at the door is settled."""
    waiting = Sale.objects.filter(door=door).exclude(status__in=SETTLED).order_by("receipt_number")
    receipts = list(waiting.values_list("receipt_number", flat=True))
    if receipts:
        raise ErasureSaleOpen(receipts=receipts)


def empty_all(door: Door) -> dict[str, int]:
    """Empty every column that says something of the people there; how many rows, by kind."""
    kept = Q()
    for name, empty in SOLD.items():
        kept |= Q(**{f"{name}__isnull": False}) if empty is None else ~Q(**{name: empty})
    return {
        "visits": Visit.objects.filter(door=door).empty_personal(),
        "callback_moves": CallbackMove.objects.filter(visit__door=door).empty_personal(),
        "referrals": Referral.objects.filter(Q(door=door) | Q(said_by_door=door)).empty_personal(),
        "photos": remove_photos(Photo.objects.filter(visit__door=door)),
        "referral_withdrawals": ReferralWithdrawal.objects.filter(
            referral__door=door
        ).empty_personal(),
        "sales": Sale.objects.filter(kept, door=door).update(**SOLD),
        "telephone_callbacks": TelephoneCallback.objects.filter(door=door).empty_personal(),
        "telephone_calls": TelephoneCall.objects.filter(callback__door=door).empty_personal(),
        "sale_events": SaleEvent.objects.filter(sale__door=door).empty_personal(),
        "do_not_knock": DoNotKnockEntry.objects.filter(door=door).exclude(note="").update(note=""),
        "doors": Door.objects.filter(pk=door.pk).exclude(name="").update(name=""),
    }
