"""What the API takes and gives of jurisdictions, ordinances and permits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.fields import OwnField
from accounts.models import Member
from canvass.jurisdictions import JurisdictionPlan, OrdinancePlan
from canvass.models import (
    Jurisdiction,
    JurisdictionLevel,
    Ordinance,
    Permit,
)
from canvass.time_zones import validate_time_zone
from territories.models import Neighborhood

HOLIDAYS = "A calendar as in US or US-OH; empty for none."
UNTIL = "The first day on which it does not hold any more; null for ever."


class AreaField(serializers.JSONField):
    """A GeoJSON object, or null."""

    def to_internal_value(self, data: Any) -> Any:
        """The object; what it says is checked by the domain."""
        found = super().to_internal_value(data)
        if not isinstance(found, dict):
            raise serializers.ValidationError("Give a GeoJSON object.")
        return found


class WhereIn(serializers.Serializer[Jurisdiction]):
    """Where a jurisdiction is."""

    area = AreaField(required=False, allow_null=True, default=None, help_text="A GeoJSON polygon.")
    neighborhood = OwnField(
        Neighborhood.objects.all(), required=False, allow_null=True, default=None
    )


class JurisdictionIn(WhereIn):
    """A place with rules of its own."""

    name = serializers.CharField(max_length=120)
    level = serializers.ChoiceField(JurisdictionLevel.choices)
    time_zone = serializers.CharField(max_length=64, validators=[validate_time_zone])
    parent = OwnField(  # type: ignore[assignment]  # the name is the column's
        Jurisdiction.objects.all(), required=False
    )

    def plan(self) -> JurisdictionPlan:
        """What the validated body says."""
        return JurisdictionPlan(**self.validated_data)


class JurisdictionOut(serializers.ModelSerializer[Jurisdiction]):
    """A jurisdiction."""

    class Meta:
        model = Jurisdiction
        fields = ("id", "name", "level", "parent", "time_zone", "area", "neighborhood")


class DayHoursIn(serializers.Serializer[Any]):
    """The hours of some weekdays."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), help_text="0 is Monday."
    )
    opens = serializers.CharField(max_length=12, help_text="09:00, sunrise, sunrise+30")
    closes = serializers.CharField(max_length=12, help_text="20:00, 24:00, sunset-30")


class OrdinanceIn(serializers.Serializer[Ordinance]):
    """What a jurisdiction rules from a day on."""

    jurisdiction = OwnField(Jurisdiction.objects.all())
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, help_text=UNTIL)
    hours = DayHoursIn(many=True, required=False)
    closed_on_holidays_of = serializers.CharField(
        max_length=10, required=False, allow_blank=True, help_text=HOLIDAYS
    )
    invited_exempt = serializers.BooleanField(required=False)
    sign_binds = serializers.BooleanField(required=False)
    permit_needed = serializers.BooleanField(required=False)
    citation = serializers.CharField(max_length=200)

    def plan(self) -> OrdinancePlan:
        """What the validated body says."""
        return OrdinancePlan(**self.validated_data)


class OrdinanceChangesIn(OrdinanceIn):
    """What to change; without `starts_on` it begins today."""

    jurisdiction = None  # type: ignore[assignment]  # it stays where it is

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "partial": True})


class OrdinanceOut(serializers.ModelSerializer[Ordinance]):
    """An ordinance."""

    hours = DayHoursIn(many=True)

    class Meta:
        model = Ordinance
        fields = (
            "id",
            "jurisdiction",
            "starts_on",
            "ends_on",
            "hours",
            "closed_on_holidays_of",
            "invited_exempt",
            "sign_binds",
            "permit_needed",
            "citation",
        )


class PermitIn(serializers.Serializer[Permit]):
    """That a member may sell in a jurisdiction."""

    member = OwnField(Member.objects.all())
    jurisdiction = OwnField(Jurisdiction.objects.all())
    number = serializers.CharField(max_length=60)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The first day on which it does not hold any more.")


class PermitChangesIn(serializers.Serializer[Permit]):
    """What to change; without `starts_on` it begins today."""

    number = serializers.CharField(max_length=60, required=False)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(
        required=False, help_text="The first day on which it does not hold any more."
    )


class PermitOut(serializers.ModelSerializer[Permit]):
    """A permit."""

    class Meta:
        model = Permit
        fields = ("id", "member", "jurisdiction", "number", "starts_on", "ends_on", "warned_at")
