"""What becomes of agreed times beside visits: moves to another time, and reminders."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.visits import Visit
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import Row_co, Viewer


class CallbackState(models.TextChoices):
    """What became of an agreed time; see `canvass.callbacks`."""

    OPEN = "open", "open: its time is to come, or is now"
    KEPT = "kept", "kept: somebody was there in time"
    MISSED = "missed", "missed: its time has passed, and nobody was there"
    MOVED = "moved", "moved: another time was agreed before it"
    SETTLED = "settled", "settled: somebody answered before it, and nothing is agreed any more"


class OfCallbacks(ForeverQuerySet[Row_co]):
    """Rows about a visit's agreed time; who sees the visit sees them."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of the subtree's visits."""
        return self.filter(visit__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """Those of the rep's own visits."""
        return self.filter(visit__member=member.pk)


class CallbackMove(ForeverModel):
    """That an agreed time was moved without a visit: by telephone, say. The latest one counts.

    The id is made by the phone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="moves")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    received_at = models.DateTimeField()
    callback_at = models.DateTimeField()
    callback_until = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, editable=False)

    personal: ClassVar[dict[str, str]] = {"note": ""}

    objects = OfCallbacks["CallbackMove"].as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(callback_at__gt=F("moved_at")), name="callback_move_to_the_future"
            ),
            models.CheckConstraint(
                condition=Q(callback_until=None) | Q(callback_until__gt=F("callback_at")),
                name="callback_move_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CallbackReminder(ForeverModel):
    """That a member was told of an agreed time that was near: once for each time."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="reminders")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    objects = OfCallbacks["CallbackReminder"].as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "due_at"], name="callback_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} at {self.due_at}"
