"""How long what is kept: each organisation's settings, positions of shifts, and erasures."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from canvass.models.positions import on_earth
from canvass.models.shifts import Shift
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import ScopedModel, ScopedQuerySet, Viewer

MOST_BREADCRUMB_DAYS = 30
IDLE_S = range(15 * 60, 12 * 3600 + 1)


class RecordSettingsQuerySet(ScopedQuerySet["RecordSettings"]):
    """Everybody in the organisation may know how long what is kept."""

    def for_rep(self, member: Viewer) -> Self:
        """The organisation's."""
        return self


class RecordSettings(ScopedModel):
    """An organisation's settings of the field record; who has no row has the defaults.

    A shift in which nothing stirs for `idle_s` seconds is closed. Positions are kept for
    `breadcrumb_days`; what was noted of people for `note_days`, entries of the audit trail for
    `audit_days`, both for ever where that is empty. `flag_thresholds` are the organisation's own,
    by their names in canvass.flag_rules, where a campaign has none.
    """

    idle_s = models.PositiveIntegerField(default=2 * 3600)
    breadcrumb_days = models.PositiveSmallIntegerField(default=MOST_BREADCRUMB_DAYS)
    note_days = models.PositiveSmallIntegerField(null=True, blank=True)
    audit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    flag_thresholds = models.JSONField(default=dict, blank=True)

    objects = RecordSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = "record settings"
        verbose_name_plural = "record settings"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="record_settings_once"),
            models.CheckConstraint(
                condition=Q(idle_s__gte=IDLE_S[0], idle_s__lte=IDLE_S[-1]),
                name="record_settings_idle_known",
            ),
            models.CheckConstraint(
                condition=Q(breadcrumb_days__gte=1, breadcrumb_days__lte=MOST_BREADCRUMB_DAYS),
                name="record_settings_breadcrumb_days",
            ),
        ]

    def __str__(self) -> str:
        return f"settings of {self.organisation_id}"


class BreadcrumbQuerySet(ScopedQuerySet["Breadcrumb"]):
    """Positions; a manager sees those of the subtree's shifts, a rep their own."""

    def for_manager(self, member: Viewer) -> Self:
        """The positions of the members in the manager's subtree."""
        return self.filter(shift__member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own positions."""
        return self.filter(shift__member=member.pk)


class Breadcrumb(ScopedModel):
    """Where a member was at an instant of a shift that was open and not paused."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="breadcrumbs")
    at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField(null=True, blank=True)

    objects = BreadcrumbQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shift", "at"], name="breadcrumb_once"),
            models.CheckConstraint(condition=on_earth("lon", "lat"), name="breadcrumb_on_earth"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "at"], name="breadcrumb_age"),
        ]

    def __str__(self) -> str:
        return f"shift {self.shift_id} at {self.at}"


class ErasureQuerySet(ForeverQuerySet["Erasure"]):
    """Erasures; managers see their organisation's."""


class Erasure(ForeverModel):
    """That what was known of the people behind a door was erased: when, by whom, of what how much.

    `erased` counts rows by their kind; nothing of what they said is repeated.
    """

    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="erasures")
    erased_at = models.DateTimeField()
    erased_by = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    erased = models.JSONField(default=dict)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"erasure {self.pk} of door {self.door_id}"
