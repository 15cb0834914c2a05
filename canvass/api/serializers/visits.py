"""What the API takes and gives of visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.api.fields import MAX_ID, FiniteField, latitude, longitude
from canvass.api.fields import InstantField, place
from canvass.models import OutcomeKind, Visit
from canvass.new_visits import NewVisit
from canvass.visits import Recorded
from common.errors import DomainError

MAX_VERSION = 2**31 - 1


MOST_AT_ONCE = 500


def sorting_by_time(value: UUID) -> UUID:
    """The id, if it is a UUID of version 7."""
    if value.version != 7:
        raise serializers.ValidationError("Make a version 7 UUID (RFC 9562).")
    return value


class VisitIn(serializers.Serializer[NewVisit]):
    """A visit to record. The phone makes the id, and sends the same again if no answer came."""

    id = serializers.UUIDField(help_text="A version 7 UUID.")
    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    outcome = serializers.CharField(max_length=40, help_text="The code of an outcome.")
    occurred_at = InstantField()
    lon = longitude()
    lat = latitude()
    accuracy_m = FiniteField(min_value=0, max_value=1e7, required=False, allow_null=True)
    callback_at = InstantField(
        required=False, allow_null=True, help_text="When somebody agreed to another visit."
    )
    callback_until = InstantField(
        required=False, allow_null=True, help_text="The end of the window that was agreed."
    )
    note = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, trim_whitespace=False
    )
    supersedes = serializers.UUIDField(
        required=False, allow_null=True, help_text="The own visit that this one corrects."
    )
    simulated = serializers.BooleanField(required=False)
    at_door_s = serializers.IntegerField(
        min_value=0, max_value=86_400, required=False, allow_null=True
    )
    script_version = serializers.IntegerField(
        min_value=1, max_value=MAX_VERSION, required=False, allow_null=True
    )
    answers = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        allow_null=True,
        help_text="By the keys of that version's questions.",
    )
    photos = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}\Z"),
        max_length=20,
        required=False,
        allow_null=True,
        help_text="SHA-256 digests in hexadecimal.",
    )

    def validate_id(self, value: Any) -> Any:
        """An id that sorts by time."""
        return sorting_by_time(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A whole position or none, and answers to the questions of a version."""
        place(attrs)
        if attrs.get("answers") and not attrs.get("script_version"):
            raise serializers.ValidationError({"script_version": "Say which version was asked."})
        until, due = attrs.get("callback_until"), attrs.get("callback_at")
        if until and not (due and due < until):
            raise serializers.ValidationError({"callback_until": "A window ends after it starts."})
        return attrs

    def new_visit(self) -> NewVisit:
        """What the validated body says."""
        return told_visit(self.validated_data)


def told_visit(validated: Mapping[str, Any]) -> NewVisit:
    """The visit of a validated body."""
    given = dict(validated)
    given["photos"] = tuple(given.get("photos") or ())
    ids = {"campaign_id": given.pop("campaign"), "door_id": given.pop("door")}
    return NewVisit(**given, **ids)


class VisitBatchIn(serializers.Serializer[NewVisit]):
    """Visits to record in this order, each by itself."""

    visits = serializers.ListField(child=VisitIn(), min_length=1, max_length=MOST_AT_ONCE)

    def new_visits(self) -> list[NewVisit]:
        """What the validated body says."""
        return [told_visit(visit) for visit in self.validated_data["visits"]]


class SameVisitPart(serializers.Serializer[NewVisit]):
    """One of several doors with the same result; the phone makes an id for each."""

    id = serializers.UUIDField(help_text="A version 7 UUID.")
    door = serializers.IntegerField(min_value=1, max_value=MAX_ID)

    def validate_id(self, value: Any) -> Any:
        """An id that sorts by time."""
        return sorting_by_time(value)


class SameVisitsIn(serializers.Serializer[NewVisit]):
    """The same result at several doors: a staircase, or the numbers 1 to 15."""

    campaign = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    outcome = serializers.CharField(
        max_length=40, default="no_answer", help_text="The code of an outcome."
    )
    occurred_at = InstantField()
    lon = longitude()
    lat = latitude()
    accuracy_m = FiniteField(min_value=0, max_value=1e7, required=False, allow_null=True)
    note = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, trim_whitespace=False
    )
    visits = serializers.ListField(child=SameVisitPart(), min_length=1, max_length=MOST_AT_ONCE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A whole position or none."""
        place(attrs)
        return attrs

    def new_visits(self) -> list[NewVisit]:
        """A visit for each door."""
        shared = dict(self.validated_data)
        return [told_visit({**shared, **one}) for one in shared.pop("visits")]


class VisitProblemPart(serializers.Serializer[DomainError]):
    """Why a visit was refused."""

    code = serializers.CharField()
    title = serializers.CharField(source="message")
    status = serializers.IntegerField()


class RecordedOut(serializers.Serializer[Recorded]):
    """What became of one visit: stored now, stored before, or refused."""

    id = serializers.UUIDField()
    status = serializers.SerializerMethodField(help_text="201, 200, or the problem's.")
    problem = VisitProblemPart(source="error", allow_null=True)

    def get_status(self, answer: Recorded) -> int:
        """As if the visit had been sent by itself."""
        if answer.error:
            return answer.error.status
        return 201 if answer.is_new else 200


class VisitBatchOut(serializers.Serializer[dict[str, list[Recorded]]]):
    """An answer for each visit, in the order in which they were sent."""

    answers = RecordedOut(many=True)


class VisitOut(serializers.ModelSerializer[Visit]):
    """A visit as it is stored."""

    outcome = serializers.CharField(source="outcome.code")
    kind = serializers.ChoiceField(OutcomeKind.choices, source="outcome.kind")
    script_version = serializers.IntegerField(
        source="script.version", default=None, allow_null=True
    )
    photos = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Visit
        fields = (
            "id",
            "campaign",
            "door",
            "member",
            "outcome",
            "kind",
            "occurred_at",
            "received_at",
            "skew_s",
            "lon",
            "lat",
            "accuracy_m",
            "callback_at",
            "callback_until",
            "note",
            "supersedes",
            "simulated",
            "counts",
            "at_door_s",
            "script_version",
            "answers",
            "photos",
        )
