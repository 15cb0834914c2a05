"""Who works which territory, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer

if TYPE_CHECKING:
    from datetime import date


class AssignmentState(models.TextChoices):
    """How an assignment stands: offered, accepted, active, and then over in one of three ways."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    RETURNED = "returned"
    FINISHED = "finished"
    REVOKED = "revoked"


LIVE = (AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.ACTIVE)
OVER = (AssignmentState.RETURNED, AssignmentState.FINISHED, AssignmentState.REVOKED)
WORKED = (AssignmentState.ACCEPTED, AssignmentState.ACTIVE)


class AssignmentQuerySet(ScopedQuerySet["Assignment"]):
    """Assignments; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The assignments of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own assignments."""
        return self.filter(member=member.pk)

    def on(self, day: date) -> Self:
        """The assignments that are worked on a local day: accepted or active, not only offered."""
        return self.overlapping(day, day + timedelta(days=1)).filter(state__in=WORKED)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """The assignments not ended that share a day with [starts_on, ends_on)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), ended_at=None)
        return rows if ends_on is None else rows.filter(starts_on__lt=ends_on)

    def showing(self, utc_day: date) -> Self:
        """The assignments not ended whose last day is not yet over in every time zone.

        Where clocks are twelve hours behind, the day before `ends_on` lasts until noon of it.
        """
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=utc_day), ended_at=None)


class Assignment(ScopedModel):
    """A territory given to a member, from a date to a date, half-open.

    An offered one keeps the territory for the member until they accept. `ended_at` is set when the
    assignment is over (returned, finished or revoked); such rows stay for good. `offered_back_at`
    says since when the manager is asked what to do with a territory that nobody has touched.
    """

    territory = models.ForeignKey(
        "territories.Territory", on_delete=models.PROTECT, related_name="assignments"
    )
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="assignments"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    shared = models.BooleanField(default=False)
    assigned_by = models.ForeignKey(
        "accounts.Member", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=AssignmentState, default=AssignmentState.ACTIVE)
    offered_back_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
                name="assignment_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["territory"],
                condition=Q(ends_on=None, ended_at=None, shared=False),
                name="assignment_one_open_per_territory",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at=None)
                | Q(state__in=OVER, ended_at__isnull=False),
                name="assignment_ended_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"territory {self.territory_id} to member {self.member_id}"


class AssignmentChange(models.TextChoices):
    """What happened to an assignment: it came into a state, or its manager was asked, or answered.

    The first six are the states.
    """

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    RETURNED = "returned"
    FINISHED = "finished"
    REVOKED = "revoked"
    OFFERED_BACK = "offered_back"
    KEPT = "kept"


class AssignmentEventQuerySet(ScopedQuerySet["AssignmentEvent"]):
    """The history of assignments: seen by whoever sees the assignment."""

    def for_manager(self, member: Viewer) -> Self:
        """The history of the assignments of the manager's subtree."""
        return self.filter(assignment__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The history of the rep's own assignments."""
        return self.filter(assignment__member=member.pk)


class AssignmentEvent(ScopedModel):
    """One change of an assignment, kept for good: who, when, why, and to whom it went on."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    member = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    change = models.CharField(max_length=12, choices=AssignmentChange)
    reason = models.CharField(max_length=500, blank=True)
    handed_to = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AssignmentEventQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(change__in=AssignmentChange.values), name="assignment_change_known"
            )
        ]

    def __str__(self) -> str:
        return f"assignment {self.assignment_id} {self.change}"
