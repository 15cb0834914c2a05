"""Until when a sale may be cancelled and must be refunded, by the organisation's rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member
from canvass.business_days import knows_holidays
from canvass.cancellation import (
    REFUND_DAYS,
    CancellationRight,
    CancellationTerms,
    DayKind,
    SaleFacts,
    cancellation_right,
    refund_deadline,
)
from canvass.errors.cancellations import CancellationRuleInvalid, CancellationRuleNameTaken
from canvass.law import LawBook
from canvass.models import Campaign, Jurisdiction, Sale
from canvass.models.cancellations import CancellationRule
from canvass.uniqueness import unless_taken
from common.clock import local_day
from common.errors import NotFound

DEFAULTS = Path(__file__).parent / "data" / "cancellation_rules.json"
MAX_DAYS = 3660


@dataclass(frozen=True)
class CancellationPlan:
    """A rule to set up; see CancellationRule. Raises CancellationRuleInvalid if it is nonsense."""

    name: str
    days: int
    currency: str
    citation: str
    starts_on: date
    ends_on: date | None = None
    campaign: Campaign | None = None
    jurisdiction: Jurisdiction | None = None
    home_from_minor: int | None = None
    elsewhere_from_minor: int | None = None
    day_kind: str = DayKind.BUSINESS.value
    saturdays_count: bool = True
    holidays: str = ""
    buyer_age_from: int | None = None
    refund_days: int = REFUND_DAYS

    def __post_init__(self) -> None:
        for field, is_right in self._rules():
            if not is_right:
                raise CancellationRuleInvalid(field=field)

    def _rules(self) -> Iterator[tuple[str, bool]]:
        yield "name", bool(self.name.strip())
        yield "citation", bool(self.citation.strip())
        yield "days", 0 <= self.days <= MAX_DAYS
        yield "refund_days", 0 <= self.refund_days <= MAX_DAYS
        yield "holidays", not self.holidays or knows_holidays(self.holidays)
        yield "ends_on", self.ends_on is None or self.ends_on > self.starts_on
        some = (self.home_from_minor, self.elsewhere_from_minor)
        yield "home_from_minor", any(least is not None for least in some)


def create_cancellation_rule(
    *, actor: Member, plan: CancellationPlan, now: datetime
) -> CancellationRule:
    """Set up a right to cancel; sales made before keep theirs. Raises CancellationRuleNameTaken.

    NotFound for a campaign that the actor may not see.
    """
    campaign = plan.campaign
    if campaign and not Campaign.objects.for_member(actor).filter(pk=campaign.pk).exists():
        raise NotFound
    with unless_taken(CancellationRuleNameTaken):
        rule = CancellationRule.objects.create(organisation_id=actor.organisation_id, **vars(plan))
        note(actor, "cancellation_rule.created", Change(rule, None, vars(plan)), now=now)
    return rule


def load_default_rules(*, actor: Member, now: datetime) -> list[CancellationRule]:
    """Set up the rules that are shipped, unless they are there; no legal advice. Returns them."""
    shipped = [plan_of(row) for row in json.loads(DEFAULTS.read_text(encoding="utf-8"))]
    ours = CancellationRule.objects.filter(organisation_id=actor.organisation_id)
    known = set(ours.values_list("name", "starts_on"))
    for plan in shipped:
        if (plan.name, plan.starts_on) not in known:
            create_cancellation_rule(actor=actor, plan=plan, now=now)
    return list(ours.filter(name__in=[plan.name for plan in shipped]).order_by("name", "pk"))


def plan_of(row: Mapping[str, Any]) -> CancellationPlan:
    """A rule out of a file of rules."""
    return CancellationPlan(**{**row, "starts_on": date.fromisoformat(row["starts_on"])})


def terms_for(sale: Sale, campaign: Campaign) -> list[CancellationTerms]:
    """The terms in force for a sale on its local day at its door, the oldest rule first.

    A jurisdiction's rules hold at the doors in it and in its parts, the others at every door. One
    query, and two more where jurisdictions have rules.
    """
    day = local_day(sale.sold_at, campaign.time_zone)
    rows = CancellationRule.objects.filter(
        Q(campaign=None) | Q(campaign=campaign),
        Q(ends_on=None) | Q(ends_on__gt=day),
        organisation_id=campaign.organisation_id,
        starts_on__lte=day,
    )
    rules = list(rows.order_by("starts_on", "pk"))
    here: set[int | None] = {None}
    if any(rule.jurisdiction_id for rule in rules):
        book = LawBook(campaign.organisation_id, day)
        here.update(book.around(sale.door.lon, sale.door.lat))
    return [rule.terms for rule in rules if rule.jurisdiction_id in here]


def right_to_cancel(campaign: Campaign, sale: Sale) -> CancellationRight | None:
    """The buyer's right by the rules of the sale's day and door; it may not be saved yet."""
    return longest_right(terms_for(sale, campaign), campaign, sale)


def longest_right(
    terms: Sequence[CancellationTerms], campaign: Campaign, sale: Sale
) -> CancellationRight | None:
    """The right of the sale that protects the buyer most."""
    facts = SaleFacts(
        sold_at=sale.sold_at,
        time_zone=campaign.time_zone,
        total_minor=sale.total_minor,
        currency=campaign.currency,
        at_home=sale.at_home,
        buyer_age=sale.buyer_age,
    )
    return cancellation_right(terms, facts)


def refund_terms(sale: Sale) -> CancellationTerms | None:
    """The terms by which what was paid is given back: those of the buyer's right.

    Who had none, and was let go out of goodwill, has as long as by the oldest rule in force. None
    where the organisation has no rules.
    """
    terms = terms_for(sale, sale.campaign)
    right = longest_right(terms, sale.campaign, sale)
    return right.terms if right else next(iter(terms), None)


def refund_due(sale: Sale, cancelled_at: datetime | None) -> datetime | None:
    """Before when everything is to be given back, or None if the sale stands: `refund_terms`."""
    by = refund_terms(sale) if cancelled_at else None
    if by is None or cancelled_at is None:
        return None
    return refund_deadline(by, cancelled_at, sale.campaign.time_zone)


def last_day_to_cancel(sale: Sale) -> date | None:
    """The last local day on which the buyer may cancel: the one that `cancel_until` ends."""
    if sale.cancel_until is None:
        return None
    return local_day(sale.cancel_until - timedelta(microseconds=1), sale.campaign.time_zone)
