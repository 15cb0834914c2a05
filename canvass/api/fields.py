"""Fields that refuse what JSON and ISO 8601 let through and a visit cannot mean."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, ClassVar

from rest_framework import serializers

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


class FiniteField(serializers.FloatField):
    """A number that is one: neither infinite nor "nan", which no limit would catch."""

    default_error_messages: ClassVar = {"not_finite": "Give a finite number."}

    def to_internal_value(self, data: Any) -> float:
        """The number."""
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("not_finite")
        return value


def longitude() -> FiniteField:
    """Degrees east, which may be left out."""
    return FiniteField(min_value=-180, max_value=180, required=False, allow_null=True)


def latitude() -> FiniteField:
    """Degrees north, which may be left out."""
    return FiniteField(min_value=-90, max_value=90, required=False, allow_null=True)
