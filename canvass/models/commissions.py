"""What reps and their managers earn by sales, as rules with dates."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.campaigns import Campaign
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class CommissionUnit(models.TextChoices):
    """What a rate is of."""

    BASIS_POINTS = "basis_points", "basis points of the line without tax"
    PER_UNIT = "per_unit", "minor units of money for each piece sold"


class TierBy(models.TextChoices):
    """What moves somebody into a higher tier, counted over the campaign."""

    NOTHING = "", "nothing: one rate"
    UNITS = "units", "pieces sold"
    AMOUNT = "amount", "money sold for, without tax"


class CommissionRuleQuerySet(ScopedQuerySet["CommissionRule"]):
    """Rules; managers see all, reps what sellers earn, unless it is another seller's own."""

    def for_rep(self, member: Viewer) -> Self:
        """The rules that may decide what the rep earns."""
        return self.filter(Q(member=None) | Q(member=member.pk), team=None)


class CommissionRule(ScopedModel):
    """What is earned by sales of the local days [starts_on, ends_on), for ever if that is open.

    Without `team` the seller earns: everybody, or `member` alone. With `team` it is an override:
    `member` earns by what the others in that team and below it sell. `product` None means all.
    `tiers` is [{"from": 0, "rate": r}, …] with rising `from`: each piece, or each minor unit, earns
    the rate of the tier into which it falls.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="commission_rules"
    )
    product = models.ForeignKey(
        "canvass.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    member = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.CharField(max_length=12, choices=CommissionUnit)
    tier_by = models.CharField(max_length=6, choices=TierBy, blank=True)
    tiers = models.JSONField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = CommissionRuleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="commission_rule_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(team=None) | Q(member__isnull=False),
                name="commission_rule_override_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(unit__in=CommissionUnit.values) & Q(tier_by__in=TierBy.values),
                name="commission_rule_words_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} from {self.starts_on}"
