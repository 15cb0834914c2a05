"""What the territories API takes and gives; classes that take end in In, those that give in Out."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.fields import MAX_ID, OwnField, OwnListField
from accounts.api.runs import RunOut
from accounts.models import Member
from territories.cut_criteria import CutCriteria
from territories.importing.options import ImportOptions, format_of
from territories.models import (
    Assignment,
    AssignmentEvent,
    Building,
    CutRun,
    Door,
    DoorSnap,
    DoorUse,
    ImportFormat,
    ImportRun,
    SnapQuality,
    Territory,
)

POLYGON = {
    "type": "object",
    "description": "A GeoJSON polygon (RFC 7946): for display only, its doors are the truth.",
    "properties": {
        "type": {"type": "string", "enum": ["Polygon"]},
        "coordinates": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        },
    },
}


class JsonTextField(serializers.JSONField):
    """JSON as the text of a form's field, nested as deep as can be read."""

    def to_internal_value(self, data: Any) -> Any:
        """The value of the text."""
        try:
            return super().to_internal_value(data)
        except RecursionError:
            return self.fail("invalid")


class ImportIn(serializers.Serializer[ImportOptions]):
    """A file of doors to import."""

    file = serializers.FileField(allow_empty_file=False)
    format = serializers.ChoiceField(
        ImportFormat.choices, required=False, help_text="Told by the file's name if left out."
    )
    dataset = serializers.CharField(
        max_length=40, default="doors", help_text="Which series of files this is the newest of."
    )
    mapping = JsonTextField(
        default=dict, help_text='Which column holds what: {"street": "ST_NAME", ...}.'
    )
    region = JsonTextField(
        default=None,
        help_text="[west, south, east, north] or a GeoJSON polygon: doors elsewhere are rejected.",
    )
    encoding = serializers.CharField(
        max_length=40, default=None, help_text="Of a CSV file; found out if left out."
    )
    geocode = serializers.BooleanField(
        default=False,
        help_text="A CSV file may lack lon and lat: doors are put at their addresses.",
    )

    def validate_mapping(self, mapping: Any) -> dict[str, str]:
        """A flat object of texts; which names are known is the import's to say."""
        if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
            raise serializers.ValidationError("Give a JSON object of column names.")
        return mapping

    def options(self) -> ImportOptions:
        """The validated options of the import. Raises the errors of `ImportOptions`."""
        data = {name: value for name, value in self.validated_data.items() if name != "file"}
        if "format" not in data:
            data["format"] = format_of(self.validated_data["file"].name)
        return ImportOptions(**data)


class ImportOut(RunOut):
    """An import: what was asked for, how far it is, and what came of it."""

    has_rejects = serializers.SerializerMethodField()

    class Meta:
        model = ImportRun
        fields = (*RunOut.Meta.fields, "format", "dataset", "file_name", "options", "has_rejects")

    def get_has_rejects(self, run: ImportRun) -> bool:
        """Whether there is a rejects file to download."""
        return bool(run.rejects)


class BuildingOut(serializers.ModelSerializer[Building]):
    """A building and its address."""

    class Meta:
        model = Building
        fields = ("id", "street", "number", "postcode", "city", "lon", "lat")


class SnapOut(serializers.ModelSerializer[DoorSnap]):
    """Where a door meets the streets; whatever is neither by name nor nearest is unreachable."""

    quality = serializers.SerializerMethodField()

    class Meta:
        model = DoorSnap
        fields = ("street_map", "quality", "setback_m")

    @extend_schema_field({"type": "string", "enum": [q.name.lower() for q in SnapQuality]})
    def get_quality(self, snap: DoorSnap) -> str:
        """How the door was snapped, or why not."""
        return SnapQuality(snap.quality).name.lower()


class DoorOut(serializers.ModelSerializer[Door]):
    """A door with its full address."""

    street = serializers.CharField(source="building.street")
    number = serializers.CharField(source="building.number")
    postcode = serializers.CharField(source="building.postcode")
    city = serializers.CharField(source="building.city")

    class Meta:
        model = Door
        fields = (
            "id",
            "building",
            "street",
            "number",
            "unit",
            "postcode",
            "city",
            "name",
            "use",
            "lon",
            "lat",
            "position_quality",
            "dataset",
            "neighborhood",
        )


class SnappedDoorOut(DoorOut):
    """A door with its place on the streets, or null where no map covers it or it is being found."""

    snap = SnapOut(allow_null=True)

    class Meta:
        model = Door
        fields = (*DoorOut.Meta.fields, "snap")


class BoundariesIn(serializers.Serializer[dict[str, Any]]):
    """The neighborhoods at whose borders territories end."""

    dataset = serializers.CharField(max_length=40)
    level = serializers.CharField(
        max_length=12, default="", allow_blank=True, help_text="All levels if left out."
    )


@extend_schema_field({"oneOf": [{"type": "boolean"}, {"type": "object"}]})
class BarriersField(serializers.Field[Any, Any, Any, Any]):
    """True, false, or GeoJSON."""

    default_error_messages: ClassVar = {"kind": "Give true, false or a GeoJSON object."}

    def to_internal_value(self, data: Any) -> Any:
        """The value; what the GeoJSON holds is the criteria's to judge."""
        if not isinstance(data, bool | dict):
            self.fail("kind")
        return data

    def to_representation(self, value: Any) -> Any:
        """The value as it is."""
        return value


class CriteriaIn(serializers.Serializer[CutCriteria]):
    """Which doors to cut, and either into how many territories or of how many minutes each."""

    bbox = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        default=None,
        help_text="west, south, east, north; every door if left out.",
    )
    uses = serializers.ListField(child=serializers.ChoiceField(DoorUse.choices), default=list)
    cities = serializers.ListField(child=serializers.CharField(max_length=80), default=list)
    territories = serializers.IntegerField(default=None)
    target_minutes = serializers.FloatField(default=None)
    door_s = serializers.IntegerField(default=90, help_text="Expected seconds at one door.")
    keep = serializers.IntegerField(
        default=None,
        min_value=1,
        max_value=MAX_ID,
        help_text="An older cut, which changes as little as can be.",
    )
    locked = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        max_length=2000,
        default=list,
        help_text="Territories of `keep`, by number, that stay as they are.",
    )
    boundaries = BoundariesIn(default=None)
    barriers = BarriersField(
        default=True,
        help_text="True for the motorways, railways and waters of the street maps, false for none, "
        "or lines and areas of your own as GeoJSON.",
    )
    least_minutes = serializers.FloatField(default=None, help_text="Of each territory.")
    most_minutes = serializers.FloatField(default=None, help_text="Of each territory.")
    seed = serializers.IntegerField(default=0, help_text="Another seed, another cut as good.")


class CutIn(serializers.Serializer[CutRun]):
    """A cut to compute."""

    name = serializers.CharField(max_length=120)
    criteria = CriteriaIn()

    def validate_criteria(self, data: dict[str, Any]) -> CutCriteria:
        """The criteria. Raises CutCriteriaInvalid where they contradict each other."""
        return CutCriteria.from_json(data)


class CriteriaOut(serializers.Serializer[dict[str, Any]]):
    """The criteria that a cut was computed with."""

    bbox = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    uses = serializers.ListField(child=serializers.ChoiceField(DoorUse.choices))
    cities = serializers.ListField(child=serializers.CharField())
    territories = serializers.IntegerField(allow_null=True)
    target_minutes = serializers.FloatField(allow_null=True)
    door_s = serializers.IntegerField()
    keep = serializers.IntegerField(allow_null=True, default=None)
    locked = serializers.ListField(child=serializers.IntegerField(), default=list)
    boundaries = BoundariesIn(allow_null=True, default=None)
    barriers = BarriersField(default=True)
    least_minutes = serializers.FloatField(allow_null=True, default=None)
    most_minutes = serializers.FloatField(allow_null=True, default=None)
    seed = serializers.IntegerField(default=0)


class CutOut(RunOut):
    """A cut: what was asked for, how far it is, how even it came out, whether it is published."""

    criteria = CriteriaOut()

    class Meta:
        model = CutRun
        fields = (
            *RunOut.Meta.fields,
            "name",
            "criteria",
            "status",
            "published_at",
            "supersedes",
            "version",
            "data_version",
        )


class PublishIn(serializers.Serializer[CutRun]):
    """Which published cut, if any, the new one supersedes."""

    supersedes = OwnField(CutRun.objects.all(), required=False)
    leave_out = serializers.BooleanField(
        default=False,
        help_text="True to publish although later or superseded doors are in no territory.",
    )


class TerritoryOut(serializers.ModelSerializer[Territory]):
    """A territory with its size and its outline."""

    bbox = serializers.SerializerMethodField()
    outline = serializers.SerializerMethodField()

    class Meta:
        model = Territory
        fields = (
            "id",
            "cut",
            "number",
            "name",
            "door_count",
            "expected_minutes",
            "bbox",
            "outline",
        )

    def get_bbox(self, territory: Territory) -> list[float]:
        """West, south, east, north of the outline."""
        return [territory.west, territory.south, territory.east, territory.north]

    @extend_schema_field({**POLYGON, "type": ["object", "null"]})
    def get_outline(self, territory: Territory) -> Any:
        """The outline as it is stored."""
        return territory.outline


class AssignmentIn(serializers.Serializer[Assignment]):
    """A territory for a member, from a day to a day, half-open."""

    territory = OwnField(Territory.objects.all())
    member = OwnField(Member.objects.select_related("user", "team"))
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(
        default=None, help_text="The first day after the assignment; open if left out."
    )
    shared = serializers.BooleanField(
        default=False, help_text="True to share a territory that somebody has, on purpose."
    )
    offer = serializers.BooleanField(
        default=False, help_text="True to let the member accept it first."
    )


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    """Who has which territory, and when."""

    cut = serializers.IntegerField(source="territory.cut_id")
    territory_name = serializers.CharField(source="territory.name")
    member_name = serializers.CharField(source="member.user.name")

    class Meta:
        model = Assignment
        fields = (
            "id",
            "cut",
            "territory",
            "territory_name",
            "member",
            "member_name",
            "starts_on",
            "ends_on",
            "shared",
            "assigned_by",
            "created_at",
            "ended_at",
            "state",
            "offered_back_at",
        )


class AssignmentEventOut(serializers.ModelSerializer[AssignmentEvent]):
    """One change of an assignment; no member means that the clock did it."""

    class Meta:
        model = AssignmentEvent
        fields = ("at", "member", "change", "reason", "handed_to")


class AssignCutIn(serializers.Serializer[Assignment]):
    """The members who share out a whole cut, and from when."""

    members = OwnListField(
        Member.objects.select_related("user", "team"), allow_empty=False, max_length=1000
    )
    starts_on = serializers.DateField()
