"""What the API of neighborhoods takes and gives."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.runs import RunOut
from territories.api.serializers import JsonTextField
from territories.boundaries.options import DEMOGRAPHICS, FIELDS, BoundaryOptions
from territories.models import Level, LocateRun, Neighborhood, NeighborhoodRun

AREA = {
    "type": "object",
    "description": "A GeoJSON Polygon or MultiPolygon (RFC 7946).",
    "properties": {
        "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
        "coordinates": {"type": "array", "items": {}},
    },
}


class NeighborhoodsIn(serializers.Serializer[BoundaryOptions]):
    """A file of boundaries to import."""

    file = serializers.FileField(allow_empty_file=False)
    dataset = serializers.CharField(
        max_length=40,
        default="neighborhoods",
        help_text="Which series of files this is the newest of.",
    )
    level = serializers.ChoiceField(Level.choices, default=Level.NEIGHBORHOOD.value)
    mapping = JsonTextField(
        default=dict,
        help_text='Which property holds what: {"households": "HH20", ...}, of '
        f"{', '.join(FIELDS)}.",
    )
    encoding = serializers.CharField(
        max_length=40, default=None, help_text="Found out if left out."
    )

    def validate_mapping(self, mapping: Any) -> dict[str, str]:
        """A flat object of texts; which names are known is the import's to say."""
        if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
            raise serializers.ValidationError("Give a JSON object of property names.")
        return mapping

    def options(self) -> BoundaryOptions:
        """The validated options. Raises InvalidOptions."""
        data = {name: value for name, value in self.validated_data.items() if name != "file"}
        return BoundaryOptions(**data)


class NeighborhoodRunOut(RunOut):
    """An import of boundaries: what was asked for, how far it is, and what came of it."""

    class Meta:
        model = NeighborhoodRun
        fields = (*RunOut.Meta.fields, "dataset", "file_name", "options")


class LocateRunOut(RunOut):
    """The finding of every door's neighborhood."""

    class Meta:
        model = LocateRun
        fields = RunOut.Meta.fields


class NeighborhoodOut(serializers.ModelSerializer[Neighborhood]):
    """A neighborhood without its shape; `missing` names the demographics that are not known."""

    bbox = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()

    class Meta:
        model = Neighborhood
        fields: tuple[str, ...] = (
            "id",
            "dataset",
            "key",
            "level",
            "name",
            "parent",
            "bbox",
            "households",
            "owner_occupied_share",
            "children",
            "median_income",
            "missing",
            "gone_at",
        )

    def get_bbox(self, neighborhood: Neighborhood) -> list[float]:
        """West, south, east, north of the shape."""
        return [neighborhood.west, neighborhood.south, neighborhood.east, neighborhood.north]

    def get_missing(self, neighborhood: Neighborhood) -> list[str]:
        """The demographics that nobody has said."""
        return [name for name in DEMOGRAPHICS if getattr(neighborhood, name) is None]


class NeighborhoodShapeOut(NeighborhoodOut):
    """A neighborhood with its shape and the properties of its file."""

    geometry = serializers.SerializerMethodField()
    properties = serializers.DictField()

    class Meta:
        model = Neighborhood
        fields = (*NeighborhoodOut.Meta.fields, "properties", "geometry")

    @extend_schema_field(AREA)
    def get_geometry(self, neighborhood: Neighborhood) -> Any:
        """The shape as it is stored."""
        return neighborhood.geometry
