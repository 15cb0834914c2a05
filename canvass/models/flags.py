"""What is odd about visits, and what the reviewers say to it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from canvass.models.visits import Visit
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class FlagKind(models.TextChoices):
    """What can be odd about a visit."""

    AWAY_FROM_DOOR = "away_from_door"
    NO_GPS = "no_gps"
    TOO_FAST = "too_fast"
    TOO_MANY_DOORS = "too_many_doors"
    SAME_SPOT = "same_spot"
    OUTSIDE_SHIFT = "outside_shift"
    OUTSIDE_HOURS = "outside_hours"
    CLOCK_SKEW = "clock_skew"
    OUTSIDE_ASSIGNMENT = "outside_assignment"
    AFTER_DARK = "after_dark"
    CONTACT_RATE = "contact_rate"
    DO_NOT_KNOCK = "do_not_knock"
    DOOR_CLOSED = "door_closed"
    NO_PERMIT = "no_permit"
    UNPERMITTED_HOURS = "unpermitted_hours"


class FlagDecision(models.TextChoices):
    """What a reviewer says to a flag."""

    OPEN = "open"
    FINE = "fine"
    WRONG = "wrong"


class VisitFlagQuerySet(ScopedQuerySet["VisitFlag"]):
    """Flags; a manager sees those of the subtree's visits, a rep those of their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The flags of the visits by members in the manager's subtree."""
        return self.filter(visit__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The flags of the rep's own visits."""
        return self.filter(visit__member=member.pk)


class VisitFlag(ScopedModel):
    """One thing that is odd about a visit. It blocks nothing; a reviewer decides what it means."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=FlagKind)
    details = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    decision = models.CharField(max_length=5, choices=FlagDecision, default=FlagDecision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)

    objects = VisitFlagQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "kind"], name="visit_flag_once"),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="visit_flag_known"),
            models.CheckConstraint(
                condition=Q(decision=FlagDecision.OPEN, decided_at=None, decided_by=None)
                | Q(
                    decision__in=(FlagDecision.FINE, FlagDecision.WRONG),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="visit_flag_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of visit {self.visit_id}"
