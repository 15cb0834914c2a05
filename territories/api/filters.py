"""How the lists of the territories API are narrowed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django_filters import rest_framework as filters
from django_filters.fields import BaseCSVField

from accounts.api.filters import IdFilter
from accounts.api.permissions import member_of
from territories.models import (
    Assignment,
    AssignmentQuerySet,
    Building,
    BuildingQuerySet,
    CutRun,
    Door,
    DoorQuerySet,
    DoorUse,
    ImportRun,
    SnapQuality,
    SnapRun,
    StreetMap,
    StreetMapQuerySet,
    Territory,
    TerritoryDoor,
    TerritoryQuerySet,
)
from territories.selectors import is_box, within


class BoxField(BaseCSVField):
    """Four numbers that make a box."""

    def clean(self, value: Any) -> Any:
        """West, south, east, north, or None if left out."""
        numbers = super().clean(value)
        if not numbers:
            return None
        box = tuple(float("nan") if number is None else float(number) for number in numbers)
        if len(box) != 4 or not is_box(box):
            raise forms.ValidationError("Give west,south,east,north in degrees.")
        return box


class BoxFilter(filters.BaseCSVFilter, filters.NumberFilter):
    """Rows inside west,south,east,north."""

    base_field_class = BoxField

    def filter(self, qs: Any, value: Any) -> Any:
        """The rows inside, or all if no box is given."""
        return within(qs, value) if value else qs


class ImportFilter(filters.FilterSet):
    """Imports by state and dataset."""

    class Meta:
        model = ImportRun
        fields = ("state", "dataset")


class StreetMapFilter(filters.FilterSet):
    """Street maps by state, name, and whether they are in use."""

    current = filters.BooleanFilter(method="in_use", help_text="True: those in use")

    class Meta:
        model = StreetMap
        fields = ("state", "name")

    def in_use(self, rows: StreetMapQuerySet, _: str, value: bool) -> StreetMapQuerySet:
        """The maps in use, or the others."""
        used = StreetMap.objects.current().order_by().values("pk")
        return rows.filter(pk__in=used) if value else rows.exclude(pk__in=used)


class SnapRunFilter(filters.FilterSet):
    """Snappings by state."""

    class Meta:
        model = SnapRun
        fields = ("state",)


class BuildingFilter(filters.FilterSet):
    """Buildings by place, address, what is in them, and territory."""

    bbox = BoxFilter(help_text="west,south,east,north")
    street = filters.CharFilter(lookup_expr="iexact")
    city = filters.CharFilter(lookup_expr="iexact")
    use = filters.ChoiceFilter(choices=DoorUse.choices, method="with_use")
    territory = IdFilter(method="in_territory")

    class Meta:
        model = Building
        fields = ("postcode",)

    def with_use(self, rows: BuildingQuerySet, _: str, value: str) -> BuildingQuerySet:
        """Buildings with a door of that use."""
        return rows.filter(pk__in=Door.objects.filter(use=value).values("building"))

    def in_territory(self, rows: BuildingQuerySet, _: str, value: int) -> BuildingQuerySet:
        """Buildings with a door in that territory."""
        placed = TerritoryDoor.objects.filter(territory=value)
        return rows.filter(pk__in=placed.values("door__building"))


class DoorFilter(filters.FilterSet):
    """Doors by place, address, use, territory, and how they were snapped to the streets."""

    bbox = BoxFilter(help_text="west,south,east,north")
    street = filters.CharFilter("building__street", lookup_expr="iexact")
    city = filters.CharFilter("building__city", lookup_expr="iexact")
    postcode = filters.CharFilter("building__postcode")
    territory = IdFilter(method="in_territory")
    neighborhood = IdFilter(help_text="Whose smallest neighborhood is that one")
    snap_quality = filters.ChoiceFilter(
        choices=[(quality.name.lower(), quality.label) for quality in SnapQuality],
        method="snapped",
    )

    class Meta:
        model = Door
        fields = ("use",)

    def snapped(self, rows: DoorQuerySet, _: str, value: str) -> DoorQuerySet:
        """Doors of that quality."""
        return rows.filter(snap__quality=SnapQuality[value.upper()])

    def in_territory(self, rows: DoorQuerySet, _: str, value: int) -> DoorQuerySet:
        """Doors placed in that territory."""
        return rows.filter(pk__in=TerritoryDoor.objects.filter(territory=value).values("door"))


class CutFilter(filters.FilterSet):
    """Cuts by how far they are."""

    class Meta:
        model = CutRun
        fields = ("state", "status")


class TerritoryFilter(filters.FilterSet):
    """Territories by cut and by who has them."""

    cut = IdFilter()
    member = IdFilter(method="assigned_to", help_text="Who has the territory now or later")

    class Meta:
        model = Territory
        fields: tuple[str, ...] = ()

    def assigned_to(self, rows: TerritoryQuerySet, _: str, value: int) -> TerritoryQuerySet:
        """Territories with an assignment to the member, not ended, that the viewer may see."""
        seen = Assignment.objects.for_member(member_of(self.request))
        return rows.filter(pk__in=seen.filter(member=value, ended_at=None).values("territory"))


class AssignmentFilter(filters.FilterSet):
    """Assignments by territory, cut, member and time."""

    territory = IdFilter()
    cut = IdFilter("territory__cut")
    member = IdFilter()
    ended = filters.BooleanFilter("ended_at", lookup_expr="isnull", exclude=True)
    on = filters.DateFilter(method="holding_on", help_text="Those that are worked on that day")
    offered_back = filters.BooleanFilter(
        "offered_back_at", lookup_expr="isnull", exclude=True, help_text="Untouched for too long"
    )

    class Meta:
        model = Assignment
        fields = ("state",)

    def holding_on(self, rows: AssignmentQuerySet, _: str, value: date) -> AssignmentQuerySet:
        """Assignments that hold on a local day."""
        return rows.on(value)
