"""What the API takes and gives of street maps; classes that take end in In, others in Out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.runs import RunOut
from territories.models import SnapRun, StreetMap
from territories.street_maps import region_name

BOX = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 4,
    "maxItems": 4,
    "description": "West, south, east, north in degrees.",
}


class StreetMapIn(serializers.Serializer[StreetMap]):
    """An OpenStreetMap extract whose streets are to be walked."""

    file = serializers.FileField(
        allow_empty_file=False, help_text=".osm.pbf or .osm, also compressed with gzip or bzip2."
    )
    name = serializers.CharField(
        max_length=80,
        required=False,
        help_text="The region, of which this is the next version; the file's name if left out.",
    )

    def wish(self) -> dict[str, Any]:
        """The validated file and name."""
        file = self.validated_data["file"]
        return {"file": file, "name": self.validated_data.get("name") or region_name(file.name)}


class StreetMapOut(RunOut):
    """A street map: how far it is, what came of it, and whether it is in use."""

    bbox = serializers.SerializerMethodField()
    is_current = serializers.BooleanField()

    class Meta:
        model = StreetMap
        fields = (
            *RunOut.Meta.fields,
            "name",
            "version",
            "is_current",
            "retired_at",
            "file_name",
            "checksum",
            "bbox",
        )

    @extend_schema_field({"oneOf": [BOX, {"type": "null"}]})
    def get_bbox(self, street_map: StreetMap) -> list[float] | None:
        """The box that its streets lie in; null until it is done."""
        return list(street_map.box) if street_map.box else None


class SnapRunOut(RunOut):
    """A snapping of doors to the street maps: how far it is and how well they were found."""

    class Meta:
        model = SnapRun
        fields = RunOut.Meta.fields
