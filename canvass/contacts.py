"""How the people behind doors are reached: written field by field, and reviewed where two differ.

A field that somebody else has written since the phone last saw it keeps the server's value; the
phone's waits in a review. All other fields of the same operation are written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member, Role
from canvass.errors.contacts import ContactDoorNotFound, ContactReviewDecided
from canvass.holding import held_door
from canvass.models import (
    Campaign,
    ContactDecision,
    ContactDetails,
    ContactField,
    ContactReview,
    DoNotCallEntry,
)
from canvass.sync.feed import mark
from common.clock import clamped
from common.errors import NotFound
from territories.models import Door

EMPTY = dict.fromkeys(ContactField.values, "")


@dataclass(frozen=True)
class NewDetails:
    """What a member says of the people behind a door, field by field; "" takes a field back.

    `base` says which version of each field the phone had seen, 0 or nothing for none.
    """

    campaign_id: int
    door_id: int
    said_at: datetime
    values: Mapping[str, str]
    base: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """The details as they are now, and the reviews of the fields that were not written."""

    contact: ContactDetails
    reviews: list[ContactReview]


def write_contact(*, actor: Member, new: NewDetails, now: datetime) -> Written:
    """Write contact details of a door, except where somebody else was faster with another value.

    A rep's door must have been assigned to them on that local day of the campaign. What says the
    same as the server changes nothing. A `said_at` more than CLOCK_TOLERANCE ahead of `now` becomes
    `now`. Raises ContactDoorNotFound. At most ten queries.
    """
    at = clamped(new.said_at, now)
    refuse_strangers(actor, new, at)
    with transaction.atomic():
        contact = held_contact(actor, new.door_id, now)
        other = {name: value for name, value in new.values.items() if value != held(contact, name)}
        late = [name for name in other if was_overtaken(contact, name, actor, new.base)]
        fresh = {name: value for name, value in other.items() if name not in late}
        put(contact, fresh, actor, now)
        reviews = [
            ContactReview(
                organisation_id=actor.organisation_id,
                contact=contact,
                member=actor,
                field=name,
                value=other[name],
                occurred_at=at,
                opened_at=now,
            )
            for name in late
        ]
        ContactReview.objects.bulk_create(reviews)
        told = {"door": new.door_id, "written": sorted(fresh), "to_review": sorted(late)}
        note(actor, "contact.written", Change(contact, None, told), now=now)
        mark(doors=[new.door_id])
    return Written(contact, reviews)


def refuse_strangers(actor: Member, new: NewDetails, at: datetime) -> None:
    """Raise ContactDoorNotFound unless the actor may write of the door."""
    ours = {"organisation": actor.organisation_id}
    campaign = Campaign.objects.filter(**ours, pk=new.campaign_id).first()
    if campaign is None or not Door.objects.filter(**ours, pk=new.door_id).exists():
        raise ContactDoorNotFound
    if actor.role == Role.REP and not held_door(actor, new.door_id, at, campaign.time_zone):
        raise ContactDoorNotFound


def held_contact(actor: Member, door_id: int, now: datetime) -> ContactDetails:
    """The row of a door, made if there is none, and held until the transaction ends."""
    blank = ContactDetails(organisation_id=actor.organisation_id, door_id=door_id, changed_at=now)
    ContactDetails.objects.bulk_create([blank], ignore_conflicts=True)
    return ContactDetails.objects.select_for_update(no_key=True).get(door=door_id)


def held(contact: ContactDetails, name: str) -> str:
    """What the server has in a field."""
    value: str = getattr(contact, name)
    return value


def was_overtaken(
    contact: ContactDetails, name: str, actor: Member, base: Mapping[str, int]
) -> bool:
    """Whether somebody else has written a field since the phone saw it."""
    is_newer: bool = contact.versions.get(name, 0) > base.get(name, 0)
    return is_newer and contact.writers.get(name) != actor.pk


def put(
    contact: ContactDetails, values: Mapping[str, str], actor: Member | None, now: datetime
) -> None:
    """Write some fields of a row that is held, each under its next version."""
    if not values:
        return
    for name, value in values.items():
        setattr(contact, name, value)
        contact.versions[name] = contact.versions.get(name, 0) + 1
        contact.writers[name] = actor and actor.pk
    contact.changed_at = now
    contact.save()


def decide_review(
    *, actor: Member, review: ContactReview, decision: ContactDecision, now: datetime
) -> ContactReview:
    """Let the server's value stand, or write the phone's; the same again changes nothing.

    Raises ContactReviewDecided where it was decided otherwise, and NotFound.
    """
    with transaction.atomic():
        rows = ContactReview.objects.for_member(actor).filter(pk=review.pk)
        contact = ContactDetails.objects.select_for_update(no_key=True).filter(
            pk__in=rows.values("contact")
        )
        contacts = list(contact)  # held before its reviews, as writing and erasing do
        found = rows.select_for_update(of=("self",), no_key=True).first()
        if found is None:
            raise NotFound
        if found.decision == decision:
            return found
        if found.decision != ContactDecision.OPEN:
            raise ContactReviewDecided
        if decision == ContactDecision.PHONE:
            put(contacts[0], {found.field: found.value}, actor, now)
        found.decision, found.decided_at, found.decided_by = decision, now, actor
        found.save()
        told = {"field": found.field, "decision": decision.value}
        note(actor, "contact_review.decided", Change(found, None, told), now=now)
        mark(doors=[contacts[0].door_id])
    return found


def empty_contacts(
    contacts: Collection[ContactDetails], actor: Member | None, now: datetime
) -> int:
    """Empty rows and their reviews, for good; returns how many rows had something in them.

    The fields get a new version each: a phone that has the old values does not bring them back.
    """
    emptied = 0
    for contact in contacts:
        said = {name: "" for name in EMPTY if held(contact, name)}
        put(contact, said, actor, now)
        emptied += bool(said)
    reviews = ContactReview.objects.filter(contact__in=[contact.pk for contact in contacts])
    undecided = reviews.filter(decision=ContactDecision.OPEN)
    undecided.update(decision=ContactDecision.ERASED, decided_at=now, decided_by=actor)
    return emptied + reviews.exclude(value="").update(value="")


def doors_called(organisation_id: int, phones: Collection[str]) -> list[int]:
    """The doors whose people have one of these numbers. One query."""
    rows = ContactDetails.objects.filter(organisation=organisation_id, phone__in=phones)
    return list(rows.values_list("door", flat=True))


def listed_numbers(organisation_id: int, phones: Collection[str], now: datetime) -> set[str]:
    """Which of some numbers nobody may call now. One query; none for none."""
    if not phones:
        return set()
    rows = DoNotCallEntry.objects.in_force(now).filter(
        organisation=organisation_id, phone__in=phones
    )
    return set(rows.values_list("phone", flat=True))
