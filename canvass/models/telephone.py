"""Callbacks by telephone, and the calls that were made: no stop at a door comes of them."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.at_doors import AtDoors
from canvass.models.campaigns import Campaign
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import Row_co, Viewer


class TelephoneCallbackState(models.TextChoices):
    """What became of an agreed call; see `canvass.telephone`."""

    OPEN = "open", "open: its time is to come, or is now"
    REACHED = "reached", "reached: somebody called and was answered"
    BLOCKED = "blocked", "blocked: the number is on the do-not-call list, or was erased"
    MISSED = "missed", "missed: its time has passed, and nobody was reached"


class TelephoneCallback(ForeverModel):
    """That somebody behind a door agreed to be called at a time, or within a window.

    The id is made by the phone. `phone` is in E.164; empty once it was erased.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    call_at = models.DateTimeField()
    call_until = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, editable=False)

    personal: ClassVar[dict[str, str]] = {"phone": "", "note": ""}

    objects = AtDoors["TelephoneCallback"].as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(call_at__gt=F("agreed_at")), name="telephone_callback_to_the_future"
            ),
            models.CheckConstraint(
                condition=Q(call_until=None) | Q(call_until__gt=F("call_at")),
                name="telephone_callback_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "call_at"], name="telephone_callback_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OfTelephoneCallbacks(ForeverQuerySet[Row_co]):
    """Calls and reminders; who sees the callback sees them."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of the callbacks that the manager sees."""
        return self.filter(callback__in=TelephoneCallback.objects.for_manager(member))

    def for_rep(self, member: Viewer) -> Self:
        """Those of the callbacks that the rep sees."""
        return self.filter(callback__in=TelephoneCallback.objects.for_rep(member))


class TelephoneCall(ForeverModel):
    """That a member called: whether somebody answered, and whether the number was `listed` then."""

    id = models.UUIDField(primary_key=True, editable=False)
    callback = models.ForeignKey(TelephoneCallback, on_delete=models.PROTECT, related_name="calls")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    received_at = models.DateTimeField()
    reached = models.BooleanField()
    listed = models.BooleanField()
    note = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, editable=False)

    personal: ClassVar[dict[str, str]] = {"note": ""}

    objects = OfTelephoneCallbacks["TelephoneCall"].as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.pk)


class TelephoneReminder(ForeverModel):
    """That a member was told of an agreed call that was near: once."""

    callback = models.OneToOneField(
        TelephoneCallback, on_delete=models.PROTECT, related_name="reminder"
    )
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    objects = OfTelephoneCallbacks["TelephoneReminder"].as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"reminder of {self.callback_id}"
