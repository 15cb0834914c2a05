"""What the API takes from phones, and gives to them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from canvass.api.fields import InstantField, PhoneIdField
from canvass.sync.ops import MOST_OPS, Op, Result, Status
from canvass.sync.pull import Changed
from common.errors import DomainError

MOST_MARKS = 1000
SCHEMA = 1  # of the batch; another number would be another shape


@extend_schema_field(OpenApiTypes.ANY)
class AsSentField(serializers.Field[Any, Any, Any, Any]):
    """Whatever was sent, as it is: each operation is read by itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        """The value."""
        return data

    def to_representation(self, value: Any) -> Any:
        """The value."""
        return value


class OpIn(serializers.Serializer[Op]):
    """One operation. The phone makes the id, and keeps the operation until it is answered."""

    id = PhoneIdField()
    type = serializers.CharField(max_length=40)
    occurred_at = InstantField()
    payload = serializers.DictField()


class PushIn(serializers.Serializer[Any]):
    """Operations in the order in which the phone made them. Each is read by itself."""

    device_id = serializers.RegexField(
        r"^[\w.:-]{1,64}\Z", help_text="What the phone calls itself: 1 to 64 letters and digits."
    )
    client_time = InstantField(help_text="What the phone's clock shows while it sends.")
    schema = serializers.ChoiceField([SCHEMA])
    ops = serializers.ListField(
        child=AsSentField(),
        allow_empty=True,
        help_text=f"Up to {MOST_OPS} operations (see docs/sync.md).",
    )


class PullQuery(serializers.Serializer[Any]):
    """From where to go on, and how much at once."""

    cursor = serializers.CharField(
        max_length=400, required=False, help_text="As the last page gave it; everything without."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST_MARKS, default=500)


class ChangedOut(serializers.Serializer[Changed]):
    """A thing as it is now, or that the phone is to forget it."""

    entity = serializers.CharField()
    id = serializers.CharField()
    version = serializers.IntegerField(help_text="A later change of a thing has a higher one.")
    deleted = serializers.BooleanField()
    data: Any = serializers.DictField(allow_null=True, help_text="As the API shows such things.")

    def to_representation(self, instance: Changed) -> dict[str, Any]:
        """The change; its data is made already."""
        return {
            "entity": instance.entity,
            "id": instance.id,
            "version": instance.version,
            "deleted": instance.deleted,
            "data": instance.data,
        }


class PullOut(serializers.Serializer[dict[str, Any]]):
    """Changes in the order in which they came about."""

    changes = ChangedOut(many=True)
    cursor = serializers.CharField(help_text="For the next call, today or next week.")
    more = serializers.BooleanField(help_text="Whether to call again at once.")
    server_time = serializers.DateTimeField()
    epoch = serializers.CharField(help_text="Of the feed; a cursor of another one is gone.")


class SyncProblemPart(serializers.Serializer[DomainError]):
    """Why an operation was rejected; with some codes there are further members."""

    code = serializers.CharField()
    title = serializers.CharField(source="message")
    status = serializers.IntegerField()


class ResultOut(serializers.Serializer[Result]):
    """What became of one operation."""

    id = serializers.CharField(
        allow_null=True, help_text="As it was sent, even if it is no id; null for what is no text."
    )
    status = serializers.ChoiceField([(each.value, each.value) for each in Status])
    problem = SyncProblemPart(allow_null=True)
    version = serializers.IntegerField(
        allow_null=True,
        help_text="Of what it was about, in the member's feed; null for what no phone shows.",
    )
    result = serializers.DictField(help_text="What the server made of it, by type.")

    def to_representation(self, instance: Result) -> dict[str, Any]:
        """The result, with the details of its problem."""
        error = instance.problem
        problem = error and {
            **error.details, "code": error.code, "title": error.message, "status": error.status,
        }  # fmt: skip
        return {
            "id": instance.id,
            "status": instance.status.value,
            "problem": problem,
            "version": instance.version,
            "result": instance.result,
        }


class PushOut(serializers.Serializer[dict[str, Any]]):
    """A result for each operation, in their order."""

    server_time = serializers.DateTimeField()
    skew_s = serializers.IntegerField(help_text="By how much the phone's clock is ahead.")
    results = ResultOut(many=True)
