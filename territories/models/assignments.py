"""Who works which territory, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer

if TYPE_CHECKING:
    from datetime import date


class AssignmentQuerySet(ScopedQuerySet["Assignment"]):
    """Assignments; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The assignments of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own assignments."""
        return self.filter(member=member.pk)

    def on(self, day: date) -> Self:
        """The assignments that hold on a local day."""
        return self.overlapping(day, day + timedelta(days=1))

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

    `ended_at` is set when the assignment was taken back or replaced; such rows stay for good.
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
        ]

    def __str__(self) -> str:
        return f"territory {self.territory_id} to member {self.member_id}"
