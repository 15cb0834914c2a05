"""What the API takes and gives of do-not-knock entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID, OwnField
from canvass.api.fields import InstantField
from canvass.do_not_knock import NewEntry, Place
from canvass.do_not_knock_said import NewSaid
from canvass.expiry import LONGEST_DAYS, Expiry
from canvass.models import (
    DoNotKnockEntry,
    DoNotKnockScope,
    DoNotKnockSource,
    ExpiryKind,
)
from canvass.time_zones import validate_time_zone
from territories.models import Building, Door

SAID_BY = [DoNotKnockSource.HOUSEHOLDER, DoNotKnockSource.SIGN, DoNotKnockSource.CUSTOMER]
PLACE = ("door", "building", "street", "city", "postcode", "area")
TEXTS: dict[str, Any] = {"required": False, "allow_blank": True}


class ExpiryIn(serializers.Serializer[Expiry]):
    """When an entry ends by itself."""

    kind = serializers.ChoiceField(ExpiryKind.choices)
    count = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, required=False, help_text="With `days` and `years`."
    )
    on_day = serializers.DateField(
        required=False, help_text="With `on_day`: the first day on which it is over."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The rule as a whole."""
        return {"expiry": Expiry(**attrs)}


class DoNotKnockIn(serializers.Serializer[DoNotKnockEntry]):
    """Where nobody may knock: one of a door, a building, a street or an area; and who said so."""

    door = OwnField(Door.objects.all(), required=False)
    building = OwnField(Building.objects.all(), required=False)
    street = serializers.CharField(max_length=120, **TEXTS)
    city = serializers.CharField(max_length=80, help_text="Narrows a street.", **TEXTS)
    postcode = serializers.CharField(max_length=16, help_text="Narrows a street.", **TEXTS)
    area = serializers.JSONField(required=False, help_text="A GeoJSON polygon.")
    source = serializers.ChoiceField(DoNotKnockSource.choices)  # type: ignore[assignment]  # its name
    scope = serializers.ChoiceField(
        DoNotKnockScope.choices, required=False, help_text="Every door if left out."
    )
    starts_at = InstantField(required=False, help_text="Now if left out.")
    expiry = ExpiryIn(required=False, help_text="Never if left out.")
    time_zone = serializers.CharField(
        max_length=64,
        validators=[validate_time_zone],
        help_text="Of the place: an entry ends at one of its midnights.",
    )
    note = serializers.CharField(max_length=500, **TEXTS)

    def validate_area(self, value: Any) -> Any:
        """An object; what it says is checked by the domain."""
        if not isinstance(value, dict):
            raise serializers.ValidationError("Give a GeoJSON object.")
        return value

    def new_entry(self) -> NewEntry:
        """What the validated body says."""
        given = dict(self.validated_data)
        place = Place(**{name: given.pop(name) for name in PLACE if name in given})
        given.update(given.pop("expiry", {}))
        return NewEntry(place=place, **given)


class DoNotKnockSaidIn(serializers.Serializer[NewSaid]):
    """That nobody may knock at one door, as it was said, or read on a sign, without a visit."""

    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    source = serializers.ChoiceField(SAID_BY)  # type: ignore[assignment]  # its name
    said_at = InstantField()
    note = serializers.CharField(max_length=500, **TEXTS)


def told_do_not_knock(validated: Mapping[str, Any]) -> NewSaid:
    """What a validated operation says."""
    rest = {name: value for name, value in validated.items() if name not in ("campaign", "door")}
    return NewSaid(validated["campaign"], validated["door"], **rest)


class RenewIn(serializers.Serializer[DoNotKnockEntry]):
    """How long an entry is to hold anew."""

    expiry = ExpiryIn(required=False, help_text="The entry's own rule if left out.")


class LiftIn(serializers.Serializer[DoNotKnockEntry]):
    """Why an entry is to forbid no more."""

    reason = serializers.CharField(max_length=500)


class DoNotKnockOut(serializers.ModelSerializer[DoNotKnockEntry]):
    """An entry. It forbids from `starts_at` until `ends_at` or `lifted_at`, for ever without."""

    renewed_by = serializers.SerializerMethodField()

    class Meta:
        model = DoNotKnockEntry
        fields = (
            "id",
            "reach",
            "door",
            "building",
            "street",
            "city",
            "postcode",
            "area",
            "source",
            "scope",
            "starts_at",
            "ends_at",
            "expiry",
            "expiry_count",
            "time_zone",
            "dataset",
            "note",
            "visit",
            "renews",
            "renewed_by",
            "added_by",
            "created_at",
            "lifted_at",
            "lifted_by",
            "lifted_reason",
        )

    def get_renewed_by(self, entry: DoNotKnockEntry) -> int | None:
        """The entry that renews this one, if there is one."""
        later: DoNotKnockEntry | None = getattr(entry, "renewed_by", None)
        return later.pk if later else None
