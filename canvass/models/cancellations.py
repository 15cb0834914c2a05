"""The right to cancel, as rows with dates: what `canvass.cancellation` counts days by."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.cancellation import CancellationTerms, DayKind
from canvass.models.campaigns import Campaign
from canvass.models.law import Jurisdiction
from common.scoping import ScopedModel, ScopedQuerySet, Viewer

TERMS = (
    "days currency home_from_minor elsewhere_from_minor day_kind saturdays_count holidays "
    "buyer_age_from refund_days citation"
).split()


class CancellationRuleQuerySet(ScopedQuerySet["CancellationRule"]):
    """Rules; everybody in the organisation sees them: whoever sells must tell them."""

    def for_rep(self, member: Viewer) -> Self:
        """All rules of the organisation."""
        return self


class CancellationRule(ScopedModel):
    """A right to cancel sales of the local days [starts_on, ends_on); see CancellationTerms.

    Without `campaign` it holds in all of the organisation's, without `jurisdiction` at every door.
    """

    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    home_from_minor = models.PositiveBigIntegerField(null=True, blank=True)
    elsewhere_from_minor = models.PositiveBigIntegerField(null=True, blank=True)
    day_kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in DayKind])
    saturdays_count = models.BooleanField(default=True)
    holidays = models.CharField(max_length=12, blank=True)
    buyer_age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    refund_days = models.PositiveSmallIntegerField()
    citation = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = CancellationRuleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name", "starts_on"], name="cancellation_rule_name_unique"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="cancellation_rule_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def terms(self) -> CancellationTerms:
        """The rule as the pure functions take it."""
        given = {name: getattr(self, name) for name in TERMS}
        return CancellationTerms(**{**given, "day_kind": DayKind(self.day_kind)})
