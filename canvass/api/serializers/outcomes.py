"""What the API takes and gives of outcomes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rest_framework import serializers

from canvass.models import Outcome, OutcomeKind, is_colour
from canvass.models.outcomes import MOST_SEVERE
from canvass.outcomes import Look

MAX_POSITION = 32767


def colour_field(**more: Any) -> serializers.CharField:
    """A colour for everybody to tell the outcome by, or none."""
    said = "As in #0072b2."
    return serializers.CharField(
        max_length=7, allow_blank=True, validators=[is_colour], help_text=said, **more
    )


def icon_field(**more: Any) -> serializers.SlugField:
    """The name of an icon of the phone's, or none."""
    return serializers.SlugField(max_length=40, allow_blank=True, **more)


class OutcomeIn(serializers.Serializer[Outcome]):
    """An outcome to add; code and kind are for good."""

    code = serializers.SlugField(max_length=40)
    label = serializers.CharField(max_length=80)  # type: ignore[assignment]  # not the field's own
    kind = serializers.ChoiceField(OutcomeKind.choices)
    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, default=0)
    colour = colour_field(default="")
    icon = icon_field(default="")
    severity = serializers.IntegerField(
        min_value=1,
        max_value=MOST_SEVERE,
        default=1,
        help_text="Of hostile ones: 1 abuse, 2 a threat, 3 violence.",
    )

    def look(self) -> Look:
        """How the validated body wants it shown."""
        return Look(**{field.name: self.validated_data[field.name] for field in fields(Look)})


class OutcomeChangesIn(serializers.Serializer[Outcome]):
    """What to change about an outcome."""

    label = serializers.CharField(  # type: ignore[assignment]  # not the field's own
        max_length=80, required=False
    )
    position = serializers.IntegerField(min_value=0, max_value=MAX_POSITION, required=False)
    colour = colour_field(required=False)
    icon = icon_field(required=False)
    is_active = serializers.BooleanField(required=False, help_text="False retires the outcome.")


class OutcomeOut(serializers.ModelSerializer[Outcome]):
    """An outcome and the kind that it means."""

    class Meta:
        model = Outcome
        fields = (
            "id",
            "code",
            "label",
            "kind",
            "position",
            "colour",
            "icon",
            "severity",
            "is_active",
        )
