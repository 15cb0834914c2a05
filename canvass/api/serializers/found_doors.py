"""What the API takes and gives of doors found in the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID, FiniteField
from canvass.api.fields import InstantField, PhoneIdField
from canvass.found_doors import NewDoor
from canvass.models import FoundDoor
from territories.api.serializers import DoorOut
from territories.found_doors import Address
from territories.models import DoorUse

TEXTS: dict[str, Any] = {"required": False, "allow_blank": True}
OF_ADDRESS = ("street", "number", "unit", "postcode", "city", "name", "use", "lon", "lat")


class FoundDoorIn(serializers.Serializer[NewDoor]):
    """A door that is on no list, its address and where it is. The phone makes the id."""

    id = PhoneIdField()
    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    street = serializers.CharField(max_length=120)
    number = serializers.CharField(max_length=20)
    unit = serializers.CharField(max_length=40, **TEXTS)
    postcode = serializers.CharField(max_length=16, **TEXTS)
    city = serializers.CharField(max_length=80, **TEXTS)
    name = serializers.CharField(max_length=120, help_text="Of a business.", **TEXTS)
    use = serializers.ChoiceField(DoorUse.choices, required=False)
    lon = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-90, max_value=90)
    found_at = InstantField()


def told_door(validated: Mapping[str, Any]) -> NewDoor:
    """The door of a validated operation."""
    address = Address(**{name: validated[name] for name in OF_ADDRESS if name in validated})
    return NewDoor(validated["id"], validated["campaign"], address, validated["found_at"])


class FoundDoorOut(serializers.ModelSerializer[FoundDoor]):
    """A door that was found: by whom, when, and whose territory it has joined, null for none."""

    door = DoorOut()

    class Meta:
        model = FoundDoor
        fields = (
            "id",
            "campaign",
            "door",
            "member",
            "territory",
            "known",
            "found_at",
            "received_at",
        )
