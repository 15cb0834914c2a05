"""Hooks: who is told of what happens, what waits to be told, and how telling went."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.scoping import Row_co, ScopedModel, ScopedQuerySet, Viewer


class HookKind(models.TextChoices):
    """What a hook can be told of; the types of events begin with it."""

    VISIT = "visit"
    SALE = "sale"
    CALLBACK = "callback"
    DO_NOT_KNOCK = "do_not_knock"


class DeliveryState(models.TextChoices):
    """How far telling has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead", "dead: given up until somebody asks for it again"


class AdminsOnly(ScopedQuerySet[Row_co]):
    """Rows that only admins see."""

    def for_manager(self, member: Viewer) -> Self:
        """None."""
        return self.none()


class Hook(ScopedModel):
    """An address outside that is told of what happens, signed with a secret.

    The secret is made of `nonce` and the installation's own and is kept nowhere; that of
    `old_nonce` signs too until `old_until`. Nothing is sent before `paused_until`: a worker has it
    in hand, or it has just failed, `failures` times on end since `failing_since`. One that
    failed for days was switched off at `disabled_at`.
    """

    url = models.CharField(max_length=500)
    kinds = models.JSONField()
    enabled = models.BooleanField(default=True)
    nonce = models.CharField(max_length=32, editable=False)
    old_nonce = models.CharField(max_length=32, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    objects = AdminsOnly["Hook"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "url"], name="hook_once_per_address"),
            models.CheckConstraint(
                condition=Q(old_nonce="", old_until=None)
                | ~Q(old_nonce="") & Q(old_until__isnull=False),
                name="hook_old_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class HookEvent(ScopedModel):
    """That something happened in an organisation with hooks: of which type, in which row.

    A trigger writes it, in the transaction of what happened; see `canvass.hooks.triggers`. It is
    gone once each hook that wants it has its HookDelivery.
    """

    type = models.CharField(max_length=30)
    row = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    objects = AdminsOnly["HookEvent"].as_manager()

    def __str__(self) -> str:
        return f"{self.type} {self.row}"


class HookDelivery(ScopedModel):
    """An event that one hook is to be told of, and how that went; `body` is sent as it is."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.PositiveBigIntegerField()
    type = models.CharField(max_length=30)
    body = models.TextField()
    state = models.CharField(
        max_length=9, choices=DeliveryState, default=DeliveryState.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=20, blank=True)

    objects = AdminsOnly["HookDelivery"].as_manager()

    class Meta:
        verbose_name_plural = "hook deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hook", "event"], name="hook_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="hook_delivery_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["hook", "due_at", "id"],
                condition=Q(state="waiting"),
                name="hook_delivery_due",
            ),
            models.Index(fields=["organisation", "-id"], name="hook_delivery_list"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event}"
