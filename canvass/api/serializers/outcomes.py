"""What the API takes and gives of outcomes."""

from __future__ import annotations

from rest_framework import serializers

from canvass.models import Outcome, OutcomeKind

MAX_POSITION = 32767


class OutcomeIn(serializers.Serializer[Outcome]):
    """An outcome to add; code and kind are for good."""

    code = serializers.SlugField(max_length=40)
    label = serializers.CharField(max_length=80)  # type: ignore[assignment]  # not the field's own
    kind = serializers.ChoiceField(OutcomeKind.choices)
    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, default=0)


class OutcomeChangesIn(serializers.Serializer[Outcome]):
    """What to change about an outcome."""

    label = serializers.CharField(  # type: ignore[assignment]  # not the field's own
        max_length=80, required=False
    )
    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, required=False)
    is_active = serializers.BooleanField(required=False, help_text="False retires the outcome.")


class OutcomeOut(serializers.ModelSerializer[Outcome]):
    """An outcome and the kind that it means."""

    class Meta:
        model = Outcome
        fields = ("id", "code", "label", "kind", "position", "is_active")
