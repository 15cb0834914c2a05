"""Doors at which somebody was hostile, and calls for help."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from canvass.models.positions import on_earth
from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models import assigned_doors


class ClosureDecision(models.TextChoices):
    """What a manager says to a door that was closed."""

    REOPENED = "reopened"
    KEPT_CLOSED = "kept_closed"


class DoorWarningQuerySet(ScopedQuerySet["DoorWarning"]):
    """Warnings; managers see their organisation's, a rep those of the assigned doors."""

    def for_rep(self, member: Viewer) -> Self:
        """The warnings of the doors in the rep's territories."""
        return self.filter(door__in=assigned_doors(member))


class DoorWarning(ScopedModel):
    """That somebody was hostile at a door: so often in any campaign, how gravely, when last.

    Whoever has the door sees it. `closed_at` is since when nobody may knock there, until a manager
    decides; only visits after `counts_from`, when it was last reopened, close it again.
    """

    door = models.OneToOneField(
        "territories.Door", on_delete=models.PROTECT, related_name="warning"
    )
    severity = models.PositiveSmallIntegerField(default=1)
    visits = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counts_from = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=11, choices=ClosureDecision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    objects = DoorWarningQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=3), name="door_warning_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(
                    decision__in=ClosureDecision.values,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="door_warning_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"warning of door {self.door_id}"


class AlarmQuerySet(ScopedQuerySet["Alarm"]):
    """Alarms; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The alarms of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own alarms."""
        return self.filter(member=member.pk)

    def untold(self) -> Self:
        """Those of which nobody has heard: neither e-mailed nor acknowledged."""
        return self.filter(notified_at=None, acknowledged_at=None)


class Alarm(ScopedModel):
    """That a member needs help, where and when; the id is made by the phone.

    `tried_at` is when the last e-mail was tried, `notified_at` when the mail server took it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="alarms")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    payload_hash = models.CharField(max_length=64, editable=False)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False) & on_earth("lon", "lat"),
                name="alarm_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="alarm_acknowledged_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"],
                condition=Q(notified_at=None, acknowledged_at=None),
                name="alarm_untold",
            ),
            models.Index(fields=["member", "-received_at"], name="alarm_member_time"),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"
