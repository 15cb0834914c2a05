"""Changing what the law says: what was in force stays written down as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member
from canvass.errors import OrdinanceTaken, PermitTaken
from canvass.errors.law import LawChangeInPast
from canvass.jurisdictions import OrdinancePlan, refuse_dates
from canvass.models import Ordinance, Permit
from canvass.uniqueness import unless_taken
from common.clock import local_day
from common.errors import NotFound

PERMIT = ("number", "starts_on", "ends_on")


def change_ordinance(
    *, actor: Member, ordinance: Ordinance, changes: Mapping[str, Any], now: datetime
) -> tuple[Ordinance, bool]:
    """Change what a jurisdiction rules; returns the row that says so, and whether it is new.

    What is yet to come into force, or does so today, is corrected. What has been in force before
    stays, and a new row begins on the day that `changes` name, today if they name none. Raises
    LawChangeInPast, OrdinanceTaken, LawDatesInvalid, HolidaysUnknown, HoursInvalid and NotFound.
    """
    with transaction.atomic():
        rows = Ordinance.objects.for_member(actor).filter(pk=ordinance.pk)
        found = rows.select_related("jurisdiction").select_for_update(of=("self",)).first()
        if found is None:
            raise NotFound
        today = local_day(now, found.jurisdiction.time_zone)
        names = [field.name for field in fields(OrdinancePlan)]
        before = {name: getattr(found, name) for name in names}
        plan = OrdinancePlan(**{**before, **begun(found.starts_on, changes, today)})
        is_new = found.starts_on < today
        if is_new:
            found = Ordinance(organisation_id=actor.organisation_id)
        for name in names:
            setattr(found, name, getattr(plan, name))
        with unless_taken(OrdinanceTaken):
            found.save()
        told = {name: getattr(plan, name) for name in names if getattr(plan, name) != before[name]}
        kept = {name: before[name] for name in told}
        note(actor, "ordinance.changed", Change(found, kept, told), now=now)
    return found, is_new


def change_permit(
    *, actor: Member, permit: Permit, changes: Mapping[str, Any], now: datetime
) -> tuple[Permit, bool]:
    """Change a member's permit; returns the row that says so, and whether it is new.

    One that begins today or later is corrected. One that has been held before ends on the day on
    which the change begins, today if `changes` name none, and a new row goes on from there. Raises
    LawChangeInPast, LawDatesInvalid, PermitTaken and NotFound.
    """
    with transaction.atomic():
        rows = Permit.objects.for_member(actor).filter(pk=permit.pk)
        found = rows.select_related("jurisdiction").select_for_update(of=("self",)).first()
        if found is None:
            raise NotFound
        today = local_day(now, found.jurisdiction.time_zone)
        before = {name: getattr(found, name) for name in PERMIT}
        after = {**before, **begun(found.starts_on, changes, today)}
        refuse_dates(after["starts_on"], after["ends_on"])
        is_new = found.starts_on < today
        if is_new:
            Permit.objects.filter(pk=found.pk, ends_on__gt=after["starts_on"]).update(
                ends_on=after["starts_on"]
            )
            kept = {"member_id": found.member_id, "jurisdiction_id": found.jurisdiction_id}
            found = Permit(organisation_id=actor.organisation_id, **kept)
        for name, value in after.items():
            setattr(found, name, value)
        found.warned_at = None
        with unless_taken(PermitTaken):
            found.save()
        note(actor, "permit.changed", Change(found, before, after), now=now)
    return found, is_new


def begun(starts_on: date, changes: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The changes with the day on which they begin. Raises LawChangeInPast."""
    given: date = changes.get("starts_on") or max(starts_on, today)
    if given < today:
        raise LawChangeInPast(today=today)
    return {**changes, "starts_on": given}
