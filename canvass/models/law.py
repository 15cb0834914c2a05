"""What the law of a place says: jurisdictions, their ordinances, cancellation rules, permits."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.time_zones import validate_time_zone
from common.scoping import Row_co, ScopedModel, ScopedQuerySet, Viewer

AFTER_START = Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))


class JurisdictionLevel(models.TextChoices):
    """How large a jurisdiction is, the largest first."""

    COUNTRY = "country"
    STATE = "state"
    COUNTY = "county"
    CITY = "city"


class EverybodyReads(ScopedQuerySet[Row_co]):
    """Rows that everybody in the organisation sees: the phone shows what the law says."""

    def for_rep(self, member: Viewer) -> Self:
        """All rows of the organisation."""
        return self

    def on(self, day: date) -> Self:
        """Rows that hold on a local day; half-open: [starts_on, ends_on)."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)


class Jurisdiction(ScopedModel):
    """A place with rules of its own, within `parent`, whose rules hold there too.

    It is where its `area` is, a GeoJSON polygon, or else its neighborhood's; a country without
    either is everywhere, anything smaller nowhere yet.
    """

    name = models.CharField(max_length=120)
    level = models.CharField(max_length=7, choices=JurisdictionLevel)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    area = models.JSONField(null=True, blank=True)
    neighborhood = models.ForeignKey(
        "territories.Neighborhood",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = EverybodyReads["Jurisdiction"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "level", "name"], name="jurisdiction_name_unique"
            ),
            models.CheckConstraint(
                condition=Q(level__in=JurisdictionLevel.values), name="jurisdiction_level_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ordinance(ScopedModel):
    """What a jurisdiction rules on the days [starts_on, ends_on); the newest one counts.

    `hours` are as `canvass.permitted_hours.DayHours` has them; none means that it rules none.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, related_name="ordinances"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    hours = models.JSONField(default=list, blank=True)
    closed_on_holidays_of = models.CharField(max_length=10, blank=True)
    invited_exempt = models.BooleanField(default=False)
    sign_binds = models.BooleanField(default=False)
    permit_needed = models.BooleanField(default=False)
    citation = models.CharField(max_length=200)

    objects = EverybodyReads["Ordinance"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["jurisdiction", "starts_on"], name="ordinance_day_unique"
            ),
            models.CheckConstraint(condition=AFTER_START, name="ordinance_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.citation

    def holds_on(self, day: date) -> bool:
        """Whether it rules a local day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


class PermitQuerySet(ScopedQuerySet["Permit"]):
    """Permits; a manager sees the subtree's, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The permits of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own permits."""
        return self.filter(member=member.pk)

    def on(self, day: date) -> Self:
        """Permits that hold on a local day; half-open: [starts_on, ends_on)."""
        return self.filter(starts_on__lte=day, ends_on__gt=day)


class Permit(ScopedModel):
    """That a member may sell in a jurisdiction on the days [starts_on, ends_on)."""

    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="permits")
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="permits")
    number = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    warned_at = models.DateTimeField(null=True, blank=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="permit_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "member", "number", "starts_on"],
                name="permit_number_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.member_id}"
