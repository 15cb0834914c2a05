"""What a campaign's reps set out to reach on a day."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from canvass.models.campaigns import Campaign
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class GoalFigure(models.TextChoices):
    """The figures of the funnel that a goal can be set for."""

    VISITS = "visits"
    CONTACTS = "contacts"
    DEMOS = "demos"
    SALES = "sales"


class GoalQuerySet(ScopedQuerySet["Goal"]):
    """Goals; a manager sees everybody's and the subtree's, a rep everybody's and their own."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of everybody, and of the members in the manager's subtree."""
        return self.filter(Q(member=None) | Q(member__team__path__startswith=member.team_path))

    def for_rep(self, member: Viewer) -> Self:
        """Those of everybody, and the rep's own."""
        return self.filter(Q(member=None) | Q(member=member.pk))


class Goal(ScopedModel):
    """So many a day, from a local day on until the next: of everybody, or of one member."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="goals")
    member = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="goals"
    )
    figure = models.CharField(max_length=8, choices=GoalFigure)
    starts_on = models.DateField()
    per_day = models.PositiveIntegerField()

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "member", "figure", "starts_on"],
                name="goal_of_member_unique",
            ),
            models.UniqueConstraint(
                fields=["campaign", "figure", "starts_on"],
                condition=Q(member=None),
                name="goal_of_everybody_unique",
            ),
            models.CheckConstraint(
                condition=Q(figure__in=GoalFigure.values), name="goal_figure_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_day} {self.figure} a day from {self.starts_on}"
