"""What neighbours say of a door: referrals, which are recorded and never changed."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from canvass.models.at_doors import AtDoors
from canvass.models.campaigns import Campaign
from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import Viewer

SAID_BY_SOMEBODY = Q(said_by_door__isnull=False) | ~Q(said_by="")


class ReferralQuerySet(AtDoors["Referral"]):
    """Referrals; a manager sees the subtree's, a rep the own and those of assigned doors."""

    def standing(self) -> Self:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawal=None)


class Referral(ForeverModel):
    """That somebody said that it is worth to knock at a door: "the Millers at 14 have children".

    `said_by_door` is where the neighbour lives, `said_by` who it was in words. The id is made by
    the phone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="referrals")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="referrals")
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="referrals"
    )
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    said_by_door = models.ForeignKey(
        "territories.Door", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    said_by = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, editable=False)

    personal: ClassVar[dict[str, str]] = {"said_by": "[erased]", "note": ""}

    objects = ReferralQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.CheckConstraint(condition=SAID_BY_SOMEBODY, name="referral_said_by_somebody"),
            models.CheckConstraint(
                condition=Q(said_by_door=None) | ~Q(said_by_door=F("door")),
                name="referral_of_another_door",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "door"], name="referral_campaign_door"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReferralWithdrawalQuerySet(ForeverQuerySet["ReferralWithdrawal"]):
    """Withdrawals; who sees the referral sees them."""

    def for_manager(self, member: Viewer) -> Self:
        """Those of the referrals that the manager sees."""
        return self.filter(referral__in=Referral.objects.for_manager(member))

    def for_rep(self, member: Viewer) -> Self:
        """Those of the referrals that the rep sees."""
        return self.filter(referral__in=Referral.objects.for_rep(member))


class ReferralWithdrawal(ForeverModel):
    """That a referral was a mistake: the prospect is what it would be without it."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="withdrawal")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    personal: ClassVar[dict[str, str]] = {"reason": ""}

    objects = ReferralWithdrawalQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"withdrawal of {self.referral_id}"
