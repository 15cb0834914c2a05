"""Doors in campaigns, with what their visits add up to."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from canvass.models.campaigns import Campaign
from canvass.models.do_not_knock import DoNotKnockDoor
from canvass.models.outcomes import OutcomeKind
from canvass.models.safety import DoorWarning
from common.scoping import ScopedModel, ScopedQuerySet, Viewer
from territories.models import (
    WORKED,
    Assignment,
    TerritoryDoor,
    assigned_doors,
    assigned_territories,
)


class Temperature(models.TextChoices):
    """Cold until somebody there has shown interest, then warm."""

    COLD = "cold"
    WARM = "warm"


def is_forbidden(at: datetime, until: datetime | None = None) -> Q:
    """The condition that nobody may knock at a row's `door` then: two index lookups for each row.

    By a do-not-knock entry in force, or because two hostile visits have closed the door.
    """
    entries = DoNotKnockDoor.objects.in_force(at, until).filter(door=OuterRef("door"))
    closed = DoorWarning.objects.filter(door=OuterRef("door"), closed_at__isnull=False)
    return Q(Exists(entries)) | Q(Exists(closed))


class ProspectQuerySet(ScopedQuerySet["Prospect"]):
    """Prospects; a rep sees those in an assigned territory, if knocking there is allowed."""

    def for_rep(self, member: Viewer) -> Self:
        """Prospects whose door lies in an assigned territory of the cut that the campaign works.

        The first condition finds the few doors, the second keeps the right campaigns' of them.
        """
        here = TerritoryDoor.objects.filter(
            territory__in=assigned_territories(member),
            door=OuterRef("door"),
            cut=OuterRef("campaign__cut"),
        )
        known = self.filter(Exists(here), door__in=assigned_doors(member))
        return known.knockable(timezone.now())

    def knockable(self, at: datetime, until: datetime | None = None) -> Self:
        """Those at whose doors nothing forbids to knock: the rule for every list.

        At an instant, or at any time in [at, until).
        """
        return self.filter(~is_forbidden(at, until))

    def unattended(self, utc_day: date) -> Self:
        """Those where a time is agreed and whose territory nobody works on a day or later.

        Of the cut that the campaign works: one that took another's place, or whose assignments have
        ended, may leave somebody waiting.
        """
        here = TerritoryDoor.objects.filter(door=OuterRef("door"), cut=OuterRef("campaign__cut"))
        worked = Assignment.objects.showing(utc_day).filter(state__in=WORKED)
        attended = here.filter(territory__in=worked.values("territory"))
        return self.filter(~Exists(attended), next_due_at__isnull=False)

    def forbidden(self, at: datetime) -> Self:
        """Those at whose doors nobody may knock at an instant."""
        return self.filter(is_forbidden(at))

    def with_forbidden(self, at: datetime) -> Self:
        """The same prospects, each with `forbidden_now`: whether nobody may knock."""
        return self.annotate(forbidden_now=is_forbidden(at))


class Prospect(ScopedModel):
    """A door in a campaign, with what its visits add up to.

    `next_due_at` is agreed with somebody, until `next_due_until` where that is a window;
    `try_again_at` is the cadence's advice, `given_up` that its attempts are used up. `referred`
    says that a neighbour has said something of it.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="prospects")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="prospects")
    temperature = models.CharField(max_length=4, choices=Temperature, default=Temperature.COLD)
    attempts = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    last_kind = models.CharField(max_length=24, choices=OutcomeKind, blank=True)
    last_visited_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_due_until = models.DateTimeField(null=True, blank=True)
    try_again_at = models.DateTimeField(null=True, blank=True)
    given_up = models.BooleanField(default=False)
    do_not_knock = models.BooleanField(default=False)
    customer = models.BooleanField(default=False)
    referred = models.BooleanField(default=False)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "door"], name="prospect_unique"),
            models.CheckConstraint(
                condition=Q(temperature__in=Temperature.values), name="prospect_temperature_known"
            ),
            models.CheckConstraint(
                condition=Q(contacts__lte=F("attempts")), name="prospect_contacts_are_attempts"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "next_due_at"], name="prospect_campaign_due"),
        ]

    def __str__(self) -> str:
        return f"door {self.door_id} in campaign {self.campaign_id}"
