"""What the API takes and gives of the do-not-call list and its files."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from canvass.api.fields import InstantField, PhoneNumberIn
from canvass.api.serializers.do_not_knock import ExpiryIn
from canvass.api.serializers.registries import ListFileIn, RegistryOut
from canvass.do_not_call import NewNumber
from canvass.models import DoNotCallEntry, DoNotCallRun, DoNotCallSource
from canvass.number_files import NumberOptions
from canvass.time_zones import validate_time_zone


class DoNotCallIn(PhoneNumberIn):
    """A number that nobody may call, and who said so."""

    source = serializers.ChoiceField(  # type: ignore[assignment]  # its name
        DoNotCallSource.choices, default=DoNotCallSource.HOUSEHOLDER.value
    )
    starts_at = InstantField(required=False, help_text="Now if left out.")
    expiry = ExpiryIn(required=False, help_text="Never if left out.")
    time_zone = serializers.CharField(
        max_length=64,
        validators=[validate_time_zone],
        help_text="An entry ends at one of its midnights.",
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)

    def new_number(self) -> NewNumber:
        """What the validated body says. Raises PhoneInvalid."""
        given = dict(self.validated_data)
        given.pop("phone")
        given.pop("region", None)
        given.update(given.pop("expiry", {}))
        return NewNumber(phone=self.phone_number(), **given)


class DoNotCallOut(serializers.ModelSerializer[DoNotCallEntry]):
    """An entry. It forbids from `starts_at` until `ends_at` or `lifted_at`, for ever without."""

    class Meta:
        model = DoNotCallEntry
        fields = (
            "id",
            "phone",
            "source",
            "starts_at",
            "ends_at",
            "expiry",
            "expiry_count",
            "time_zone",
            "dataset",
            "note",
            "added_by",
            "created_at",
            "lifted_at",
            "lifted_by",
            "lifted_reason",
        )


class DoNotCallFileIn(ListFileIn):
    """A registry's file of telephone numbers: CSV, or a text with a number on each line."""

    region = serializers.CharField(
        max_length=2, default="", help_text="The country of numbers written without one: US."
    )
    column = serializers.CharField(
        max_length=200,
        default="",
        help_text=(
            "The column with the number, + joins several: AREA+NUMBER. Left out for a file without "
            "a header, whose lines are numbers: 201,5550147."
        ),
    )

    def options(self) -> NumberOptions:
        """How to read the file. Raises ExpiryInvalid, PhoneInvalid and InvalidOptions."""
        given = {name: value for name, value in self.validated_data.items() if name != "file"}
        return NumberOptions(format="csv", **given)


class DoNotCallRunOut(RegistryOut):
    """An import of numbers: how far it is, and in `result` what came of it."""

    class Meta(RegistryOut.Meta):
        model: Any = DoNotCallRun
