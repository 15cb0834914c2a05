"""Visits, which are recorded and never changed."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.campaigns import Campaign
from canvass.models.outcomes import Outcome
from canvass.models.positions import on_earth
from canvass.models.scripts import Script
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import Viewer


class VisitQuerySet(ForeverQuerySet["Visit"]):
    """Visits; a manager sees the subtree's, a rep their own. None is ever changed or deleted."""

    def for_manager(self, member: Viewer) -> Self:
        """The visits of the members in the manager's subtree."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own visits."""
        return self.filter(member=member.pk)

    def standing(self) -> Self:
        """The visits that no correction has superseded."""
        return self.filter(superseded_by=None)


class Visit(ForeverModel):
    """One attempt at one door. The id is made by the phone; the row never changes.

    `occurred_at` is the phone's time, unless that lay in the future by more than a few minutes:
    then it is the time of arrival, and `skew_s` says by how much the phone was ahead. `answers` are
    to the questions of `script`, `photos` the SHA-256 digests of files, in hexadecimal. One that
    does not `count` (a former assignee's after the assignment) is kept and shown, no more.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="visits")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="visits")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="visits")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="visits")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    skew_s = models.PositiveIntegerField(default=0)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    callback_at = models.DateTimeField(null=True, blank=True)
    callback_until = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    at_door_s = models.PositiveIntegerField(null=True, blank=True)
    script = models.ForeignKey(
        Script, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.JSONField(default=dict, blank=True)
    photos = models.JSONField(default=list, blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    simulated = models.BooleanField(default=False)
    counts = models.BooleanField(default=True)
    payload_hash = models.CharField(max_length=64, editable=False)

    personal: ClassVar[dict[str, Any]] = {"note": "", "answers": {}, "photos": []}

    objects = VisitQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"  # Django's own writes through relations are refused as well
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False) & on_earth("lon", "lat"),
                name="visit_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(accuracy_m=None) | Q(accuracy_m__gte=0),
                name="visit_accuracy_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(callback_until=None) | Q(callback_until__gt=F("callback_at")),
                name="visit_callback_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "occurred_at"], name="visit_campaign_time"),
            models.Index(fields=["campaign", "door"], name="visit_campaign_door"),
            models.Index(fields=["member", "occurred_at"], name="visit_member_time"),
            models.Index(fields=["campaign", "received_at"], name="visit_campaign_received"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
