"""How the people behind a door are reached, and what two said of it at once."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models import assigned_doors


class ContactField(models.TextChoices):
    """What is kept of the people behind a door."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LANGUAGE = "language"


class ContactDetailsQuerySet(ScopedQuerySet["ContactDetails"]):
    """Contact details; a rep sees those of assigned doors."""

    def for_rep(self, member: Viewer) -> Self:
        """Those of the doors in the territories assigned to the rep."""
        return self.filter(door__in=assigned_doors(member))


class ContactDetails(ScopedModel):
    """How to reach the people behind a door; "" where nothing is known.

    `phone` is in E.164. `versions` counts for each field how often it was written, and `writers`
    says by which member last; fields that nobody has written yet are in neither.
    """

    door = models.OneToOneField(
        "territories.Door", on_delete=models.PROTECT, related_name="contact"
    )
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=8, blank=True)
    versions = models.JSONField(default=dict)
    writers = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    objects = ContactDetailsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "contact details"
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "phone"], condition=~Q(phone=""), name="contact_phone"
            )
        ]

    def __str__(self) -> str:
        return f"contact details of door {self.door_id}"


class ContactDecision(models.TextChoices):
    """Which of two values stands; of an erasure neither does."""

    OPEN = "open"
    SERVER = "server", "the server's"
    PHONE = "phone", "the phone's"
    ERASED = "erased"


class ContactReviewQuerySet(ScopedQuerySet["ContactReview"]):
    """Reviews; a manager sees those that the subtree's phones opened, a rep none."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of what the members in the manager's subtree sent."""
        return self.filter(member__team__path__startswith=member.team_path)


class ContactReview(ScopedModel):
    """That a phone wrote a field which somebody else had written meanwhile: which of them is right?

    `value` is the phone's, empty once it was erased; what the server has, the contact details say.
    """

    contact = models.ForeignKey(ContactDetails, on_delete=models.PROTECT, related_name="reviews")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=8, choices=ContactField)
    value = models.CharField(max_length=254, blank=True)
    occurred_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=ContactDecision, default=ContactDecision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ContactReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(field__in=ContactField.values, decision__in=ContactDecision.values),
                name="contact_review_words_known",
            ),
            models.CheckConstraint(
                condition=Q(decision=ContactDecision.OPEN, decided_at=None, decided_by=None)
                | (~Q(decision=ContactDecision.OPEN) & Q(decided_at__isnull=False)),
                name="contact_review_decided_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "decision"], name="contact_review_decision")
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"
