"""Flags of visits: deciding what they mean, and those that only many visits show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from accounts.audit import Change
from accounts.audit import note as tell
from accounts.models import Member
from canvass.campaigns import lock_campaign
from canvass.flag_rules import Details, Thresholds
from canvass.keeping import held_settings, settings_of
from canvass.models import (
    CONTACT_KINDS,
    Campaign,
    FlagDecision,
    FlagKind,
    Visit,
    VisitFlag,
)
from common.errors import NotFound


def decide_flag(
    *, actor: Member, flag: VisitFlag, decision: FlagDecision, note: str, now: datetime
) -> VisitFlag:
    """Say what a flag of a visit in the actor's subtree means; again changes what was said.

    Raises NotFound.
    """
    rows = VisitFlag.objects.for_member(actor).filter(pk=flag.pk)
    with transaction.atomic():
        decided = {} if decision == FlagDecision.OPEN else {"decided_at": now, "decided_by": actor}
        fresh = {"decided_at": None, "decided_by": None, **decided}
        held = rows.select_for_update(of=("self",), no_key=True).first()
        if held is None:
            raise NotFound
        VisitFlag.objects.filter(pk=held.pk).update(decision=decision, note=note, **fresh)
    flag.refresh_from_db()
    return flag


def company_thresholds(organisation_id: int) -> Mapping[str, Any]:
    """The thresholds that an organisation has of its own. One query."""
    own: Mapping[str, Any] = settings_of(organisation_id).flag_thresholds
    return own


def thresholds_of(campaign: Campaign) -> Thresholds:
    """The thresholds by which a campaign's visits are flagged. One query."""
    company = company_thresholds(campaign.organisation_id)
    return Thresholds.in_force(company, campaign.flag_thresholds)


def change_company_thresholds(
    *, actor: Member, changes: Mapping[str, Any], now: datetime
) -> Thresholds:
    """Let all campaigns of the actor's organisation flag from other thresholds on.

    A campaign's own go before them; None goes back to the default. Visits recorded before keep
    their flags. Raises FlagThresholdsInvalid.
    """
    with transaction.atomic():
        found = held_settings(actor.organisation_id)
        before, own = found.flag_thresholds, changed(found.flag_thresholds, changes)
        thresholds = Thresholds.of(own)
        found.flag_thresholds = own
        found.save(update_fields=["flag_thresholds"])
        tell(actor, "record_settings.flag_thresholds_changed", Change(found, before, own), now=now)
    return thresholds


def changed(own: Mapping[str, Any] | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Thresholds of one's own after some changes, of which None takes one back."""
    told = {**(own or {}), **changes}
    return {name: value for name, value in told.items() if value is not None}


def change_thresholds(
    *, actor: Member, campaign: Campaign, changes: Mapping[str, Any], now: datetime
) -> Thresholds:
    """Let a campaign flag from other thresholds on; None goes back to the organisation's.

    Visits recorded before keep their flags. Raises FlagThresholdsInvalid and NotFound.
    """
    with transaction.atomic():
        found = lock_campaign(actor, campaign)
        own = changed(found.flag_thresholds, changes)
        thresholds = Thresholds.of(company_thresholds(found.organisation_id), own)
        Campaign.objects.filter(pk=found.pk).update(flag_thresholds=own)
        told = Change(found, found.flag_thresholds or {}, own)
        tell(actor, "campaign.flag_thresholds_changed", told, now=now)
    return thresholds


def flag_contact_rates(now: datetime) -> int:
    """Flag, in every campaign that runs, whose contact rate is far from the others'.

    The flag is on the member's latest visit of these days. Returns how many are new; again within
    the same visits adds none. A few queries for each campaign.
    """
    running = Campaign.objects.filter(starts_on__lte=now.date(), ends_on__gte=now.date())
    return sum(flag_rates_in(campaign, now) for campaign in running.order_by("pk"))


def flag_rates_in(campaign: Campaign, now: datetime) -> int:
    """As `flag_contact_rates`, of one campaign."""
    limits = thresholds_of(campaign)
    since = now - timedelta(days=limits.contact_days)
    rows = Visit.objects.standing().filter(campaign=campaign, counts=True, simulated=False)
    contacts = Count("pk", filter=Q(outcome__kind__in=CONTACT_KINDS))
    found = list(
        rows.filter(occurred_at__gte=since, occurred_at__lte=now)
        .values("member")
        .annotate(visits=Count("pk"), contacts=contacts, latest=Max("occurred_at"))
        .order_by("member")
    )
    total = (sum(row["visits"] for row in found), sum(row["contacts"] for row in found))
    flags = []
    for row in found:
        own = (row["visits"], row["contacts"])
        details = far_rate(own, (total[0] - own[0], total[1] - own[1]), limits)
        if details:
            latest = rows.filter(member=row["member"], occurred_at=row["latest"]).order_by("pk")
            flags.append(rate_flag(latest[0], details, now))
    before = VisitFlag.objects.filter(kind=FlagKind.CONTACT_RATE, visit__campaign=campaign)
    known = before.count()
    VisitFlag.objects.bulk_create(flags, ignore_conflicts=True)
    return before.count() - known


def rate_flag(visit: Visit, details: Details, now: datetime) -> VisitFlag:
    """The unsaved flag of a member's rate, on the latest visit."""
    return VisitFlag(
        organisation_id=visit.organisation_id,
        visit=visit,
        kind=FlagKind.CONTACT_RATE,
        details=dict(details),
        raised_at=now,
    )


def far_rate(own: tuple[int, int], others: tuple[int, int], limits: Thresholds) -> Details | None:
    """Whether a member's (visits, contacts) are far from the others'; two proportions compared.

    The pooled z-score (Agresti 2013, Categorical Data Analysis, section 3.2) beyond so many sigmas.
    """
    visits, contacts = own
    all_visits, all_contacts = visits + others[0], contacts + others[1]
    if min(visits, others[0]) < limits.contact_visits:
        return None
    pooled = all_contacts / all_visits
    error = sqrt(pooled * (1 - pooled) * (1 / visits + 1 / others[0]))
    rate, theirs = contacts / visits, others[1] / others[0]
    if error == 0 or abs(rate - theirs) <= limits.contact_sigmas * error:
        return None
    sigmas = round((rate - theirs) / error, 1)
    return {"rate": round(rate, 3), "others": round(theirs, 3), "visits": visits, "sigmas": sigmas}
