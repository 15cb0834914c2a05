"""Working windows of reps."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.campaigns import Campaign, pause_within
from canvass.models.positions import on_earth
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class ShiftQuerySet(ScopedQuerySet["Shift"]):
    """Shifts; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The shifts of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own shifts."""
        return self.filter(member=member.pk)


class Shift(ScopedModel):
    """A rep's working window on one local day of the campaign.

    A pause of `pause_s` seconds begins within [pause_from, pause_to]; 0 is none. Nobody is made to
    walk longer than `most_walk_s`, where that is set.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="shifts")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="shifts")
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    start_lon = models.FloatField()
    start_lat = models.FloatField()
    end_lon = models.FloatField()
    end_lat = models.FloatField()
    pause_s = models.PositiveIntegerField(default=0)
    pause_from = models.DateTimeField(null=True, blank=True)
    pause_to = models.DateTimeField(null=True, blank=True)
    most_walk_s = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "member", "day"], name="shift_unique"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"
            ),
            models.CheckConstraint(
                condition=on_earth("start_lon", "start_lat") & on_earth("end_lon", "end_lat"),
                name="shift_on_earth",
            ),
            models.CheckConstraint(
                condition=pause_within("starts_at", "ends_at"), name="shift_pause_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"
