"""What phones send is nearly always plainly right: then it is read without asking the serializer.

A serializer looks at every field through a dozen calls, which for a day's visits takes longer than
recording them. It has the last word wherever something is not plain, so all errors are its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from accounts.api.fields import FiniteField
from canvass.api.fields import InstantField, PhoneIdField
from canvass.sync.ops import is_id

MISSING, NOT_PLAIN = object(), object()
WHOLE = 2**53  # from here on, a float is not every whole number
TEXT_VALIDATORS = (
    MaxLengthValidator,
    ProhibitNullCharactersValidator,
    ProhibitSurrogateCharactersValidator,
)
ANYTHING = type(serializers.DictField().child)

Check = Callable[[Any], Any]
Reader = Callable[[Mapping[str, Any]], dict[str, Any] | None]


def plain_reader(serializer: serializers.Serializer[Any]) -> Reader:
    """What validates a mapping as the serializer does, or returns None: then that is to be asked.

    Fields that were not sent and need not be are left out, names that are not known are ignored.
    """
    checks = {
        name: (
            check_of(field),
            field.required or field.default is not serializers.empty,
        )
        for name, field in serializer.fields.items()
        if not field.read_only
    }

    if serializer.validators:
        return lambda _: None

    def read(given: Mapping[str, Any]) -> dict[str, Any] | None:
        told = {}
        for name, (check, is_needed) in checks.items():
            value = given.get(name, MISSING)
            if value is MISSING and not is_needed:
                continue
            value = check(value)
            if value is NOT_PLAIN:
                return None
            told[name] = value
        return validated(serializer, told)

    return read


def validated(
    serializer: serializers.Serializer[Any], told: dict[str, Any]
) -> dict[str, Any] | None:
    """What the serializer makes of its fields together, or None where it finds something wrong."""
    try:
        for name, value in told.items():
            check = getattr(serializer, f"validate_{name}", None)
            if check:
                told[name] = check(value)
        made: dict[str, Any] = serializer.validate(told)
    except serializers.ValidationError:
        return None
    return made


def check_of(field: Any) -> Check:
    """What makes of a plain value that of a field, and NOT_PLAIN of any other."""
    make = CHECKS.get(type(field))
    check = make(field) if make and field.source == field.field_name else None

    def checked(value: Any) -> Any:
        if value is None:
            return None if field.allow_null else NOT_PLAIN
        return NOT_PLAIN if check is None else check(value)

    return checked


def number(field: Any) -> Check | None:
    """Of numbers between two bounds."""
    if not all(type(each) in (MinValueValidator, MaxValueValidator) for each in field.validators):
        return None
    least = -math.inf if field.min_value is None else field.min_value
    most = math.inf if field.max_value is None else field.max_value
    is_whole = isinstance(field, serializers.IntegerField)

    def check(value: Any) -> Any:
        if is_whole:
            return value if type(value) is int and least <= value <= most else NOT_PLAIN
        is_number = type(value) is float or (type(value) is int and -WHOLE < value < WHOLE)
        if not is_number or not math.isfinite(value) or not least <= value <= most:
            return NOT_PLAIN
        return float(value)

    return check


def text(field: Any) -> Check | None:
    """Of texts up to a length in ASCII or with whole letters of other scripts."""
    if not all(type(each) in TEXT_VALIDATORS for each in field.validators) or field.min_length:
        return None
    most = math.inf if field.max_length is None else field.max_length

    def check(value: Any) -> Any:
        if type(value) is not str or len(value) > most or "\0" in value:
            return NOT_PLAIN
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            return NOT_PLAIN
        bare = value.strip()
        if bare != value and (field.trim_whitespace or not bare):
            return NOT_PLAIN
        return value if value or field.allow_blank else NOT_PLAIN

    return check


def phone_id(_: Any) -> Check | None:
    """Of ids as phones make them."""
    return lambda value: UUID(value) if is_id(value) else NOT_PLAIN


def instant(field: Any) -> Check | None:
    """Of instants in ISO 8601."""

    def check(value: Any) -> Any:
        try:
            return field.enforce_timezone(datetime.fromisoformat(value))
        except (TypeError, ValueError, serializers.ValidationError):
            return NOT_PLAIN

    return check


def boolean(_: Any) -> Check | None:
    """Of true and false."""
    return lambda value: value if type(value) is bool else NOT_PLAIN


def mapping(field: Any) -> Check | None:
    """Of objects of anything."""
    if type(field.child) is not ANYTHING or not field.allow_empty:
        return None
    return lambda value: value if type(value) is dict else NOT_PLAIN


CHECKS: Mapping[type[Any], Callable[[Any], Check | None]] = {
    serializers.IntegerField: number,
    FiniteField: number,
    serializers.CharField: text,
    serializers.UUIDField: phone_id,
    PhoneIdField: phone_id,
    InstantField: instant,
    serializers.BooleanField: boolean,
    serializers.DictField: mapping,
}
