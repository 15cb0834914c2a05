"""What the API takes and gives of visits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID, FiniteField, latitude, longitude
from canvass.api.fields import InstantField, place
from canvass.models import OutcomeKind, Visit
from canvass.visits import NewVisit

MAX_VERSION = 2**31 - 1


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
        if value.version != 7:
            raise serializers.ValidationError("Make a version 7 UUID (RFC 9562).")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A whole position or none, and answers to the questions of a version."""
        place(attrs)
        if attrs.get("answers") and not attrs.get("script_version"):
            raise serializers.ValidationError({"script_version": "Say which version was asked."})
        return attrs

    def new_visit(self) -> NewVisit:
        """What the validated body says."""
        given = dict(self.validated_data)
        given["photos"] = tuple(given.get("photos") or ())
        ids = {"campaign_id": given.pop("campaign"), "door_id": given.pop("door")}
        return NewVisit(**given, **ids)


class VisitOut(serializers.ModelSerializer[Visit]):
    """A visit as it is stored."""

    outcome = serializers.CharField(source="outcome.code")
    kind = serializers.ChoiceField(OutcomeKind.choices, source="outcome.kind")
    script_version = serializers.IntegerField(source="script.version", default=None)
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
            "note",
            "supersedes",
            "simulated",
            "at_door_s",
            "script_version",
            "answers",
            "photos",
        )
