"""Writing down what the law of a place says, and who has a permit there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member
from accounts.selectors import managers_above
from canvass.business_days import knows_holidays
from canvass.do_not_knock import kept_area
from canvass.errors import (
    HolidaysUnknown,
    JurisdictionTaken,
    LawDatesInvalid,
    OrdinanceTaken,
    PermitTaken,
)
from canvass.law import day_hours
from canvass.models import Jurisdiction, Ordinance, Permit
from canvass.uniqueness import unless_taken
from common.errors import NotFound
from territories.models import Neighborhood

WARN_DAYS = 14


@dataclass(frozen=True)
class JurisdictionPlan:
    """A place with rules of its own: where it is, and what it is part of."""

    name: str
    level: str
    time_zone: str
    parent: Jurisdiction | None = None
    area: dict[str, Any] | None = None
    neighborhood: Neighborhood | None = None


@dataclass(frozen=True)
class OrdinancePlan:
    """What a jurisdiction rules from a day on.

    Raises LawDatesInvalid, HolidaysUnknown and HoursInvalid.
    """

    jurisdiction: Jurisdiction
    starts_on: date
    citation: str
    ends_on: date | None = None
    hours: list[dict[str, Any]] = field(default_factory=list)
    closed_on_holidays_of: str = ""
    invited_exempt: bool = False
    sign_binds: bool = False
    permit_needed: bool = False

    def __post_init__(self) -> None:
        refuse_dates(self.starts_on, self.ends_on)
        refuse_unknown_holidays(self.closed_on_holidays_of)
        day_hours(self.hours)


def refuse_dates(starts_on: date, ends_on: date | None) -> None:
    """Raise unless the end, if there is one, lies after the start."""
    if ends_on is not None and ends_on <= starts_on:
        raise LawDatesInvalid(starts_on=starts_on, ends_on=ends_on)


def refuse_unknown_holidays(code: str) -> None:
    """Raise unless the code is empty or a calendar that the library has."""
    if code and not knows_holidays(code):
        raise HolidaysUnknown(holidays=code)


def add_jurisdiction(*, actor: Member, plan: JurisdictionPlan) -> Jurisdiction:
    """Write down a jurisdiction. Raises JurisdictionTaken and DoNotKnockAreaInvalid."""
    columns = {**vars(plan), "area": kept_area(plan.area)}
    with unless_taken(JurisdictionTaken):
        made: Jurisdiction = Jurisdiction.objects.create(
            organisation_id=actor.organisation_id, **columns
        )
    return made


def place_jurisdiction(
    *,
    actor: Member,
    jurisdiction: Jurisdiction,
    area: dict[str, Any] | None,
    neighborhood: Neighborhood | None,
) -> Jurisdiction:
    """Say where a jurisdiction is: in an area, in a neighborhood, or nowhere any more."""
    rows = Jurisdiction.objects.for_member(actor).filter(pk=jurisdiction.pk)
    if not rows.update(area=kept_area(area), neighborhood=neighborhood):
        raise NotFound
    jurisdiction.refresh_from_db()
    return jurisdiction


def add_ordinance(*, actor: Member, plan: OrdinancePlan) -> Ordinance:
    """Write down what a jurisdiction rules from a day on; the one before stays as it was.

    Raises OrdinanceTaken.
    """
    with unless_taken(OrdinanceTaken):
        made: Ordinance = Ordinance.objects.create(
            organisation_id=actor.organisation_id, **vars(plan)
        )
    return made


def add_permit(
    *,
    actor: Member,
    member: Member,
    jurisdiction: Jurisdiction,
    number: str,
    days: tuple[date, date],
) -> Permit:
    """Note that a member may sell in a jurisdiction on the days [from, until).

    Raises LawDatesInvalid and PermitTaken.
    """
    refuse_dates(*days)
    with unless_taken(PermitTaken):
        return Permit.objects.create(
            organisation_id=actor.organisation_id,
            member=member,
            jurisdiction=jurisdiction,
            number=number,
            starts_on=days[0],
            ends_on=days[1],
        )


def warn_of_permits(now: datetime) -> int:
    """Tell rep and managers by e-mail, once, of permits that end within a fortnight.

    Permits of members who have left, or who have a later one for the same place, are passed over.
    Returns how many were told of; one that cannot be sent is tried again the next time.
    """
    today = now.date()
    ending = Permit.objects.filter(
        warned_at=None,
        ends_on__gt=today,
        ends_on__lte=today + timedelta(days=WARN_DAYS),
    ).filter(member__left_on=None)
    told = 0
    for permit in ending.select_related("member__user", "member__team", "jurisdiction"):
        later = Permit.objects.filter(
            member=permit.member_id, jurisdiction=permit.jurisdiction_id, ends_on__gt=permit.ends_on
        )
        if not later.exists():
            send_mail(f"A permit ends on {permit.ends_on}", text_of(permit), None, readers(permit))
            told += 1
        with transaction.atomic():
            Permit.objects.filter(pk=permit.pk).update(warned_at=now)
            note(None, "permit.warned", Change(permit, None, {"warned_at": now}), now=now)
    return told


def text_of(permit: Permit) -> str:
    """What the e-mail says."""
    return (
        f"The permit {permit.number} of {permit.member.user.name} for {permit.jurisdiction} "
        f"ends on {permit.ends_on}. From that day on, plans leave that place out.\n"
    )


def readers(permit: Permit) -> list[str]:
    """The addresses of the member, and of those who manage them."""
    rows = Member.objects.filter(Q(pk=permit.member_id) | Q(pk__in=managers_above(permit.member)))
    return sorted(rows.values_list("user__email", flat=True))
