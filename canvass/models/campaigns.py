"""Campaigns, with the rules by which they are worked."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from canvass.time_zones import validate_time_zone
from common.scoping import ScopedModel, ScopedQuerySet, Viewer

is_currency = RegexValidator(r"^[A-Z]{3}\Z", "Use an ISO 4217 code such as USD.")


def pause_within(starts_at: str, ends_at: str) -> Q:
    """The condition that there is no pause, or one that begins between two columns."""
    return Q(pause_s=0, pause_from=None, pause_to=None) | Q(
        pause_s__gt=0,
        pause_from__isnull=False,  # a comparison with NULL would pass
        pause_to__isnull=False,
        pause_from__gte=F(starts_at),
        pause_to__gte=F("pause_from"),
        pause_to__lt=F(ends_at),
    )


class CampaignQuerySet(ScopedQuerySet["Campaign"]):
    """Campaigns; everybody in the organisation sees them."""

    def for_rep(self, member: Viewer) -> Self:
        """All campaigns of the organisation: the phone needs their script and products."""
        return self


class Campaign(ScopedModel):
    """One season's push with one set of products and rules, on the days [starts_on, ends_on).

    `cut` is the published cut whose territories the campaign works since `cut_at`, so that every
    prospect is in at most one of them. Shifts last from `shift_starts_at` to `shift_ends_at`, by
    the clocks of `time_zone`, where nobody says otherwise. `contact_rates` is what the manager
    expects of each hour in place of the trade's rates: 24 contacts per knock, from 0 to 1, for
    each of `weekday`, `saturday` and `sunday`. Shifts have a pause of `pause_s` seconds that
    begins within [pause_from, pause_to] by the clocks, and at most `most_walk_s` of walking. With
    `after_dark_by_appointment` nobody is sent out uninvited between sunset and sunrise.
    """

    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    currency = models.CharField(max_length=3, validators=[is_currency])
    shift_starts_at = models.TimeField()
    shift_ends_at = models.TimeField()
    door_s = models.PositiveIntegerField(help_text="Expected seconds at one door")
    untouched_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="After so many days without a visit a territory is offered back to its manager",
    )
    contact_rates = models.JSONField(
        null=True,
        blank=True,
        help_text="Contacts per knock by kind of day and hour, until visits show it",
    )
    cadence = models.JSONField(null=True, blank=True)
    flag_thresholds = models.JSONField(null=True, blank=True)
    law_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    pause_s = models.PositiveIntegerField(default=0)
    pause_from = models.TimeField(null=True, blank=True)
    pause_to = models.TimeField(null=True, blank=True)
    most_walk_s = models.PositiveIntegerField(
        null=True, blank=True, help_text="The longest that somebody walks in a shift, in seconds"
    )
    after_dark_by_appointment = models.BooleanField(default=False)
    cut = models.ForeignKey(
        "territories.CutRun", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cut_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="campaign_name_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(shift_ends_at__gt=F("shift_starts_at")),
                name="campaign_shift_ends_after_start",
            ),
            models.CheckConstraint(
                condition=pause_within("shift_starts_at", "shift_ends_at"),
                name="campaign_pause_within_shift",
            ),
        ]

    def __str__(self) -> str:
        return self.name
