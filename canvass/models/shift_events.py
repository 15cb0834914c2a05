"""What happens to a shift while it is worked."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from canvass.models.shifts import Shift
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import Viewer


class ShiftEventKind(models.TextChoices):
    """How work begins, rests and ends."""

    OPENED = "opened"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSED = "closed"


class ShiftEventQuerySet(ForeverQuerySet["ShiftEvent"]):
    """Events of shifts; who sees the shift sees them."""

    def for_manager(self, member: Viewer) -> Self:
        """The events of the subtree's shifts."""
        return self.filter(shift__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The events of the rep's own shifts."""
        return self.filter(shift__member=member.pk)


class ShiftEvent(ForeverModel):
    """One thing that happened to a shift, for ever. `automatic` ones nobody has sent."""

    id = models.UUIDField(primary_key=True, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=ShiftEventKind)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    automatic = models.BooleanField(default=False)

    objects = ShiftEventQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ShiftEventKind.values), name="shift_event_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(automatic=False) | Q(kind=ShiftEventKind.CLOSED),
                name="shift_event_automatic_closes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.shift_id}"
