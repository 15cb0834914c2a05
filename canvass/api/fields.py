"""Fields that refuse what their formats let through and the field record cannot mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from rest_framework import serializers

from canvass.phones import e164

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class InstantField(serializers.DateTimeField):
    """An instant as RFC 3339 has it: with an offset from UTC, and in this century."""

    default_error_messages: ClassVar = {
        "no_offset": "Give the offset from UTC, as in 2026-06-01T17:05:00+03:00.",
        "out_of_range": "Give a time in the years 2000 to 2099.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """The instant; never a guess at the time zone."""
        if value.tzinfo is None:
            self.fail("no_offset")
        if not EARLIEST <= value < LATEST:
            self.fail("out_of_range")
        return super().enforce_timezone(value)


class CenturyDateField(serializers.DateField):
    """A day of this century."""

    default_error_messages: ClassVar = {"out_of_range": "Give a day in the years 2000 to 2099."}

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        day = super().to_internal_value(value)
        if not EARLIEST.year <= day.year < LATEST.year:
            self.fail("out_of_range")
        return day


class PhoneIdField(serializers.UUIDField):
    """An id that a phone made, which sorts by time."""

    default_error_messages: ClassVar = {"not_7": "Make a version 7 UUID (RFC 9562)."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "A version 7 UUID.", **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        """The id."""
        value = super().to_internal_value(data)
        if value.version != 7:
            self.fail("not_7")
        return value


class PhoneNumberIn(serializers.Serializer[Any]):
    """A telephone number."""

    phone = serializers.CharField(
        max_length=40, help_text="With + and its country, or as dialled within `region`."
    )
    region = serializers.CharField(
        max_length=2,
        required=False,
        allow_blank=True,
        help_text="A country: US.",
    )

    def phone_number(self) -> str:
        """The number in E.164. Raises PhoneInvalid."""
        return e164(self.validated_data["phone"], self.validated_data.get("region", ""))


def place(attrs: dict[str, Any], prefix: str = "") -> tuple[float, float] | None:
    """The (lon, lat) of two optional fields, of which both or none are given."""
    lon, lat = attrs.get(f"{prefix}lon"), attrs.get(f"{prefix}lat")
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise serializers.ValidationError({f"{prefix}lon": "Give both lon and lat, or neither."})
    return lon, lat
