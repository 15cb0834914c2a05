"""What phones sent, for ever."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import Viewer


class OpStatus(models.TextChoices):
    """What became of an operation that was carried out."""

    APPLIED = "applied"
    CONFLICT = "conflict"


class SyncOpQuerySet(ForeverQuerySet["SyncOp"]):
    """Operations; a manager sees those of the subtree's phones, a rep the own."""

    def for_manager(self, member: Viewer) -> Self:
        """What the members in the manager's subtree sent."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """What the rep sent."""
        return self.filter(member=member.pk)


class SyncOp(ForeverModel):
    """An operation that a phone sent and that was carried out: its id is used up for ever.

    `op_id` is the key within the member. `digest` is the SHA-256 of what was sent, `result` what
    was answered, without anything of persons. `skew_s` is by how many seconds the phone's clock was
    ahead when it sent, negative where it was behind.
    """

    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    op_id = models.UUIDField()
    type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=OpStatus)
    result = models.JSONField(default=dict)
    device_id = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    client_time = models.DateTimeField()
    received_at = models.DateTimeField()
    skew_s = models.BigIntegerField()

    objects = SyncOpQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "op_id"], name="sync_op_once"),
            models.CheckConstraint(
                condition=Q(status__in=OpStatus.values), name="sync_op_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.op_id}"
