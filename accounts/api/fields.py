"""Fields that several apps take: ids of what is yours, numbers that are numbers, positions."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.permissions import member_of
from common.errors import NotFound
from common.scoping import ScopedQuerySet

MAX_ID = 2**63 - 1


@extend_schema_field(OpenApiTypes.INT)
class OwnField(serializers.Field[Any, Any, Any, Any]):
    """The id of one of `rows` that the acting member may see. Raises NotFound for any other."""

    def __init__(self, rows: ScopedQuerySet[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_internal_value(self, data: Any) -> Model:
        """The row."""
        pk = serializers.IntegerField(max_value=MAX_ID).run_validation(data)
        row: Model | None = self.rows.for_member(actor(self)).filter(pk=pk).first()
        if row is None:
            raise NotFound(field=self.field_name)
        return row


class OwnListField(serializers.ListField):
    """The ids of some of `rows`, all of which the acting member must see; one query for all."""

    child = serializers.IntegerField(max_value=MAX_ID)

    def __init__(self, rows: ScopedQuerySet[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_internal_value(self, data: Any) -> list[Model]:
        """The rows, in the order of the ids."""
        ids = super().to_internal_value(data)
        found = self.rows.for_member(actor(self)).in_bulk(ids)
        missing = [pk for pk in ids if pk not in found]
        if missing:
            raise NotFound(field=self.field_name, missing=missing)
        return [found[pk] for pk in ids]


def actor(field: serializers.Field[Any, Any, Any, Any]) -> Any:
    """The member that the request of a field's serializer acts as."""
    return member_of(field.context["request"])


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
