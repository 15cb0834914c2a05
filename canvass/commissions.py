"""Commission rules, and the statements that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from accounts.audit import Change, note
from accounts.models import Member, Team
from canvass.commission import Entry, Rule, SoldLine, commission_entries
from canvass.errors.commissions import CommissionRuleEnded, CommissionRuleInvalid
from canvass.models import Campaign, Product, SaleLine
from canvass.models.commissions import CommissionRule, CommissionUnit, TierBy
from common.clock import local_day
from common.errors import NotFound

MAX_TIERS = 50
MAX_RATE_MINOR = 10**12
WHOLE = 10_000  # basis points


@dataclass(frozen=True)
class RulePlan:
    """A rule to set up; see CommissionRule. Raises CommissionRuleInvalid when made of nonsense."""

    campaign: Campaign
    unit: str
    tiers: tuple[tuple[int, int], ...]
    starts_on: date
    ends_on: date | None = None
    tier_by: str = ""
    product: Product | None = None
    member: Member | None = None
    team: Team | None = None

    def __post_init__(self) -> None:
        for field, is_right, message in self._rules():
            if not is_right:
                raise CommissionRuleInvalid(message, field=field)

    def _rules(self) -> Iterator[tuple[str, bool, str]]:
        starts = [start for start, _ in self.tiers]
        rising = bool(starts) and starts[0] == 0 and starts == sorted(set(starts))
        yield "tiers", rising and len(starts) <= MAX_TIERS, "Tiers begin at 0 and rise."
        top = MAX_RATE_MINOR if self.unit == CommissionUnit.PER_UNIT else WHOLE
        fair = all(0 <= rate <= top for _, rate in self.tiers)
        yield "tiers", fair, f"Rates are 0 to {top}."
        named = len(starts) == 1 or self.tier_by != ""
        yield "tier_by", named, "Say what moves somebody into a higher tier."
        same = self.unit != CommissionUnit.PER_UNIT or self.tier_by != TierBy.AMOUNT
        yield "tier_by", same, "What is paid by the piece has tiers of pieces."
        in_order = self.ends_on is None or self.ends_on > self.starts_on
        yield "ends_on", in_order, "`ends_on` is the first day afterwards."
        yield "member", self.team is None or self.member is not None, "Say who earns the override."
        sold_there = self.product is None or self.product.campaign_id == self.campaign.pk
        yield "product", sold_there, "The campaign does not sell this product."


def create_rule(*, actor: Member, plan: RulePlan, now: datetime) -> CommissionRule:
    """Set up a rule. Raises NotFound for a campaign that the actor may not see."""
    if not Campaign.objects.for_member(actor).filter(pk=plan.campaign.pk).exists():
        raise NotFound
    given = {**vars(plan), "tiers": [{"from": start, "rate": rate} for start, rate in plan.tiers]}
    with transaction.atomic():
        rule = CommissionRule.objects.create(
            organisation_id=actor.organisation_id, created_at=now, **given
        )
        note(actor, "commission_rule.created", Change(rule, None, given), now=now)
    return rule


def end_rule(
    *, actor: Member, rule: CommissionRule, ends_on: date, now: datetime
) -> CommissionRule:
    """Let an open rule end; what it has paid for stays. Raises NotFound and CommissionRuleEnded."""
    with transaction.atomic():
        rows = CommissionRule.objects.for_member(actor).filter(pk=rule.pk)
        found = rows.select_for_update(of=("self",), no_key=True).select_related("campaign").first()
        if found is None:
            raise NotFound
        today = local_day(now, found.campaign.time_zone)
        if found.ends_on not in (None, ends_on) or ends_on < max(today, found.starts_on):
            raise CommissionRuleEnded(starts_on=found.starts_on, ends_on=found.ends_on)
        change = Change(found, {"ends_on": found.ends_on}, {"ends_on": ends_on})
        note(actor, "commission_rule.ended", change, now=now)
        found.ends_on = ends_on
        found.save(update_fields=["ends_on"])
    return found


@dataclass(frozen=True)
class Statement:
    """What a member earns by the entries of some days: total = pending + payable."""

    member: Member
    campaign: Campaign
    entries: Sequence[Entry]

    @property
    def total_minor(self) -> int:
        """All entries together."""
        return sum(entry.amount_minor for entry in self.entries)

    @property
    def pending_minor(self) -> int:
        """What becomes payable if no buyer cancels."""
        return sum(entry.amount_minor for entry in self.entries if entry.pending)

    @property
    def payable_minor(self) -> int:
        """What is to be paid; below zero, what is to be paid back."""
        return self.total_minor - self.pending_minor


def statement(
    *,
    member: Member,
    campaign: Campaign,
    now: datetime,
    from_day: date | None = None,
    to_day: date | None = None,
) -> Statement:
    """What a member earns in a campaign by the entries of the local days [from_day, to_day).

    A commission is of the day of the sale, a clawback of the day of the cancellation. Two queries.
    """
    entries = [
        entry
        for entry in entries_of({member.pk}, campaign, now)
        if (from_day is None or from_day <= entry.day) and (to_day is None or entry.day < to_day)
    ]
    return Statement(member, campaign, entries)


def entries_of(members: AbstractSet[int], campaign: Campaign, now: datetime) -> list[Entry]:
    """Every entry of these members in a campaign, in the order of time. Two queries."""
    rows = CommissionRule.objects.filter(campaign=campaign).select_related("team").order_by("pk")
    rules = [rule_of(row) for row in rows]
    entries = commission_entries(rules, sold_lines(campaign, members, rules), now)
    return [entry for entry in entries if entry.member_id in members]


def rule_of(row: CommissionRule) -> Rule:
    """A stored rule as the pure function takes it."""
    return Rule(
        id=row.pk,
        per_unit=row.unit == CommissionUnit.PER_UNIT,
        tiers=tuple((tier["from"], tier["rate"]) for tier in row.tiers),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        tier_by_units=row.tier_by != TierBy.AMOUNT,
        product_id=row.product_id,
        member_id=row.member_id,
        team_path=row.team.path if row.team else None,
    )


def sold_lines(
    campaign: Campaign, members: AbstractSet[int], rules: Iterable[Rule]
) -> list[SoldLine]:
    """The campaign's lines that may earn the members something: own, and of overrides' teams."""
    overrides = [
        Q(sale__member__team__path__startswith=rule.team_path)
        for rule in rules
        if rule.team_path and rule.member_id in members
    ]
    whose = reduce(or_, overrides, Q(sale__member__in=members))
    rows = SaleLine.objects.filter(whose, sale__campaign=campaign)
    return [
        sold_line(row, campaign.time_zone)
        for row in rows.select_related("sale__member__team").order_by("pk")
    ]


def sold_line(row: SaleLine, zone: str) -> SoldLine:
    """A stored line as the pure function takes it; a seller is of the team of today."""
    sale = row.sale
    return SoldLine(
        sale_id=sale.pk,
        position=row.position,
        member_id=sale.member_id,
        team_path=sale.member.team_path,
        product_id=row.product_id,
        quantity=row.quantity,
        net_minor=row.net_minor,
        sold_at=sale.sold_at,
        sold_on=local_day(sale.sold_at, zone),
        cancel_until=sale.cancel_until,
        cancelled_at=sale.cancelled_at,
        cancelled_on=local_day(sale.cancelled_at, zone) if sale.cancelled_at else None,
    )
