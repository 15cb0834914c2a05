"""What the API takes and gives of do-not-knock registries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.runs import RunOut
from canvass.expiry import LONGEST_DAYS
from canvass.list_files import ListOptions
from canvass.models import DoNotKnockRun, DoNotKnockScope, ExpiryKind
from canvass.registries import RegistryOptions
from canvass.time_zones import validate_time_zone
from territories.api.serializers import JsonTextField
from territories.importing.options import format_of
from territories.models import AddressRun

FORMATS = [("csv", "CSV"), ("geojson", "GeoJSON")]
EXPIRIES = [choice for choice in ExpiryKind.choices if choice[0] != ExpiryKind.ON_DAY.value]


class ListFileIn(serializers.Serializer[ListOptions]):
    """A file of a list that forbids something."""

    file = serializers.FileField(allow_empty_file=False)
    dataset = serializers.CharField(max_length=40, help_text="The registry's name.")
    time_zone = serializers.CharField(max_length=64, validators=[validate_time_zone])
    encoding = serializers.CharField(max_length=40, default=None)
    expiry = serializers.ChoiceField(EXPIRIES, default=ExpiryKind.NEVER.value)
    expiry_count = serializers.IntegerField(min_value=0, max_value=LONGEST_DAYS, default=0)
    complete = serializers.BooleanField(
        default=False, help_text="True if the file is the whole registry: lift what it lacks."
    )


class RegistryIn(ListFileIn):
    """A registry's file of addresses."""

    format = serializers.ChoiceField(
        FORMATS, required=False, help_text="Told by the file's name if left out."
    )
    mapping = JsonTextField(default=dict, help_text='As in {"street": "ST_NAME", ...}.')
    scope = serializers.ChoiceField(DoNotKnockScope.choices, default=DoNotKnockScope.HOMES.value)

    def validate_mapping(self, mapping: Any) -> dict[str, str]:
        """A flat object of texts; which names are known is the import's to say."""
        if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
            raise serializers.ValidationError("Give a JSON object of column names.")
        return mapping

    def options(self) -> RegistryOptions:
        """How to read the file. Raises ExpiryInvalid and the errors of an import's options."""
        given = {name: value for name, value in self.validated_data.items() if name != "file"}
        given.setdefault("format", format_of(self.validated_data["file"].name))
        return RegistryOptions(**given)


class RegistryOut(RunOut):
    """An import of a registry: how far it is, and in `result` what came of it."""

    has_rejects = serializers.SerializerMethodField()

    class Meta:
        model = DoNotKnockRun
        fields = (*RunOut.Meta.fields, "format", "dataset", "file_name", "options", "has_rejects")

    def get_has_rejects(self, run: AddressRun) -> bool:
        """Whether there is a rejects file to download."""
        return bool(run.rejects)
