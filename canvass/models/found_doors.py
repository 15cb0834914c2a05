"""Doors that nobody had imported and somebody found in the field."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from canvass.models.at_doors import AtDoors
from canvass.models.campaigns import Campaign
from common.forever import ForeverModel


class FoundDoorQuerySet(AtDoors["FoundDoor"]):
    """Doors found in the field; a manager sees the subtree's, a rep the own and what they work."""


class FoundDoor(ForeverModel):
    """That a member came to a door which was on no list: when, and which door it is now.

    `territory` is the finder's that the door lies in, null where it lies in none of these; `known`
    says that the door had been there already. The id is made by the phone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    door = models.ForeignKey("territories.Door", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(
        "territories.Territory", null=True, on_delete=models.PROTECT, related_name="+"
    )
    known = models.BooleanField()
    found_at = models.DateTimeField()
    received_at = models.DateTimeField()
    payload_hash = models.CharField(max_length=64, editable=False)

    objects = FoundDoorQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        indexes: ClassVar = [
            models.Index(fields=["organisation", "received_at"], name="found_door_received"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
