"""What the API takes and gives where cuts are changed by hand and compared."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import MAX_ID, OwnField
from territories.cut_edits import Edit
from territories.cut_reports import Comparison, Report
from territories.models import CutEdit, CutRun, EditKind

MOST_DOORS = 10_000
MOST = 2**31 - 1


class EditIn(serializers.Serializer[Edit]):
    """A change by hand; which fields it needs depends on its kind."""

    kind = serializers.ChoiceField(EditKind.choices)
    into = serializers.IntegerField(
        min_value=1,
        max_value=MOST,
        default=None,
        help_text="The territory that gets the doors; a new one if left out.",
    )
    polygon = serializers.JSONField(default=None, help_text="take: a GeoJSON polygon.")
    street = serializers.CharField(max_length=120, default="", help_text="move_street")
    city = serializers.CharField(max_length=80, default="", help_text="move_street")
    doors = serializers.ListField(
        child=serializers.IntegerField(max_value=MAX_ID),
        max_length=MOST_DOORS,
        default=list,
        help_text="move_doors: ids.",
    )
    territories = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST),
        max_length=2000,
        default=list,
        help_text="merge: all into the first; split: the one to split. By number.",
    )

    def validate_polygon(self, value: Any) -> Any:
        """An object; what is in it is the domain's to judge."""
        if value is not None and not isinstance(value, dict):
            raise serializers.ValidationError("Give a GeoJSON polygon.")
        return value

    def edit(self) -> Edit:
        """The change. Raises CutEditInvalid."""
        data = self.validated_data
        lists = {name: tuple(data[name]) for name in ("doors", "territories")}
        return Edit(**{**data, **lists})


class ReportOut(serializers.Serializer[Report]):
    """How even a cut is, and what it divides."""

    territories = serializers.IntegerField()
    doors = serializers.IntegerField()
    minutes = serializers.FloatField()
    smallest_share = serializers.FloatField()
    largest_share = serializers.FloatField()
    split_buildings = serializers.IntegerField()
    split_streets = serializers.IntegerField()
    shared_streets = serializers.IntegerField(default=0)
    in_pieces = serializers.IntegerField(default=0)
    crossings = serializers.IntegerField(default=0)
    walk_m = serializers.IntegerField(default=0)
    dead_m = serializers.IntegerField(default=0)
    compactness = serializers.FloatField(default=0.0)
    doors_on_streets = serializers.IntegerField(default=0)


class EditOut(serializers.ModelSerializer[CutEdit]):
    """A change by hand: what was asked for, what the cut was like before and after, warnings."""

    before = ReportOut()
    after = ReportOut()
    warnings = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = CutEdit
        fields = (
            "id",
            "number",
            "kind",
            "details",
            "minutes",
            "before",
            "after",
            "warnings",
            "made_by",
            "made_at",
        )


class CompareIn(serializers.Serializer[CutRun]):
    """The cut to compare with."""

    other = OwnField(CutRun.objects.all())


class MoveOut(serializers.Serializer[dict[str, Any]]):
    """How much would move from one territory to another, by number."""

    to = serializers.IntegerField()
    doors = serializers.IntegerField()
    minutes = serializers.FloatField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from`, which is a word of Python."""
        return {"from": serializers.IntegerField(), **super().get_fields()}


class ComparisonOut(serializers.Serializer[Comparison]):
    """Two cuts side by side, and what would move from the first to the second."""

    first = ReportOut()
    second = ReportOut()
    doors_in_both = serializers.IntegerField()
    only_first = serializers.IntegerField()
    only_second = serializers.IntegerField()
    moved_doors = serializers.IntegerField()
    moved_minutes = serializers.FloatField()
    stays_share = serializers.FloatField()
    moves = MoveOut(many=True)
