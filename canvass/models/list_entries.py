"""What entries of the lists that forbid something share: from when until when, and why no more."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from canvass.time_zones import validate_time_zone
from common.scoping import Row_co, ScopedModel, ScopedQuerySet

ENDS_AFTER_START = Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
LIFTED_FOR_A_REASON = Q(lifted_at=None, lifted_reason="") | (
    Q(lifted_at__isnull=False) & ~Q(lifted_reason="")
)


class ExpiryKind(models.TextChoices):
    """When an entry ends by itself, and how a renewal of it does."""

    NEVER = "never"
    DAYS = "days"
    YEARS = "years"
    YEAR_END = "year_end"
    ON_DAY = "on_day"


def stands(at: datetime, until: datetime | None = None, prefix: str = "") -> Q:
    """The condition that an entry forbids at an instant, or at some time in [at, until).

    Half-open: an entry forbids in [starts_at, its end).
    """
    ends, lifted = f"{prefix}ends_at", f"{prefix}lifted_at"
    begun = Q(**{f"{prefix}starts_at__lte": at})
    if until is not None:
        begun = Q(**{f"{prefix}starts_at__lt": until})
    return (
        begun
        & (Q(**{ends: None}) | Q(**{f"{ends}__gt": at}))
        & (Q(**{lifted: None}) | Q(**{f"{lifted}__gt": at}))
    )


class ListEntryQuerySet(ScopedQuerySet[Row_co]):
    """Entries; managers see their organisation's, reps none."""

    def in_force(self, at: datetime) -> Self:
        """The entries that forbid at an instant."""
        return self.filter(stands(at))

    def unended(self, at: datetime) -> Self:
        """The entries that forbid now or will."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), lifted_at=None)


class ListEntry(ScopedModel):
    """That something is forbidden at the instants [starts_at, ends_at).

    For ever where `ends_at` is empty, and no longer once a manager has lifted it. `dataset` names
    the registry that it came from.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    expiry = models.CharField(max_length=8, choices=ExpiryKind)
    expiry_count = models.PositiveSmallIntegerField(default=0)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    dataset = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_reason = models.CharField(max_length=500, blank=True)

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        abstract = True
