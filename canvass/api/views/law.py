"""Jurisdictions, ordinances and permits over HTTP."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django_filters import rest_framework as filters_
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import IdFilter
from accounts.api.permissions import member_of
from accounts.api.rows import ManagedRows
from canvass import errors, jurisdictions, selectors
from canvass.api import serializers
from canvass.errors.law import LawChangeInPast
from canvass.law_changes import change_ordinance, change_permit
from canvass.models import Jurisdiction, Ordinance, Permit, PermitQuerySet
from common.errors import NotFound
from common.problems import problems


class PermitFilter(filters_.FilterSet):
    """Permits by member and jurisdiction, and those that end soon."""

    member = IdFilter()
    jurisdiction = IdFilter()
    ends_by = filters_.DateFilter("ends_on", lookup_expr="lte", help_text="End by then")
    on = filters_.DateFilter(method="that_hold", help_text="Hold on that day")

    class Meta:
        model = Permit
        fields: tuple[str, ...] = ()

    def that_hold(self, rows: PermitQuerySet, _: str, value: date) -> PermitQuerySet:
        """Permits that hold on a day."""
        return rows.on(value)


class JurisdictionViewSet(ManagedRows[Jurisdiction]):
    """Places with rules of their own; everybody sees them, managers write them down."""

    queryset = selectors.jurisdictions()
    serializer_class = serializers.JurisdictionOut
    filterset_fields = ("level",)

    @extend_schema(
        request=serializers.JurisdictionIn,
        responses={
            201: serializers.JurisdictionOut,
            **problems(NotFound, errors.JurisdictionTaken, errors.DoNotKnockAreaInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Write down a jurisdiction."""
        plan = self.valid(serializers.JurisdictionIn).plan()
        made = jurisdictions.add_jurisdiction(actor=member_of(request), plan=plan)
        return Response(serializers.JurisdictionOut(made).data, status=201)

    @extend_schema(
        request=serializers.WhereIn,
        responses={
            200: serializers.JurisdictionOut,
            **problems(NotFound, errors.DoNotKnockAreaInvalid),
        },
    )
    @action(detail=True, methods=["post"])
    def place(self, request: Request, pk: str) -> Response:
        """Say where a jurisdiction is: by an area or by a neighborhood."""
        body = self.valid(serializers.WhereIn).validated_data
        actor, found = member_of(request), self.get_object()
        placed = jurisdictions.place_jurisdiction(actor=actor, jurisdiction=found, **body)
        return Response(serializers.JurisdictionOut(placed).data)


class OrdinanceViewSet(ManagedRows[Ordinance]):
    """What jurisdictions rule, from when until when; the newest one of each counts."""

    queryset = selectors.ordinances()
    serializer_class = serializers.OrdinanceOut
    filterset_fields = ("permit_needed",)

    @extend_schema(
        request=serializers.OrdinanceIn,
        responses={
            201: serializers.OrdinanceOut,
            **problems(
                NotFound,
                errors.OrdinanceTaken,
                errors.HoursInvalid,
                errors.LawDatesInvalid,
                errors.HolidaysUnknown,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Write down what a jurisdiction rules from a day on; what it ruled before stays."""
        plan = self.valid(serializers.OrdinanceIn).plan()
        made = jurisdictions.add_ordinance(actor=member_of(request), plan=plan)
        return Response(serializers.OrdinanceOut(made).data, status=201)

    @extend_schema(
        request=serializers.OrdinanceChangesIn,
        responses={
            200: serializers.OrdinanceOut,
            201: serializers.OrdinanceOut,
            **problems(
                NotFound,
                errors.OrdinanceTaken,
                errors.HoursInvalid,
                errors.LawDatesInvalid,
                errors.HolidaysUnknown,
                LawChangeInPast,
            ),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change it: 200 where it is yet to begin, 201 with a new row where it was in force."""
        changes = self.valid(serializers.OrdinanceChangesIn).validated_data
        actor, found = member_of(request), self.get_object()
        changed, is_new = change_ordinance(
            actor=actor, ordinance=found, changes=changes, now=timezone.now()
        )
        return Response(serializers.OrdinanceOut(changed).data, status=201 if is_new else 200)


class PermitViewSet(ManagedRows[Permit]):
    """Who may sell where, from when until when; a rep sees their own."""

    queryset = selectors.permits()
    serializer_class = serializers.PermitOut
    filterset_class = PermitFilter

    @extend_schema(
        request=serializers.PermitIn,
        responses={
            201: serializers.PermitOut,
            **problems(NotFound, errors.PermitTaken, errors.LawDatesInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Note a member's permit."""
        body = dict(self.valid(serializers.PermitIn).validated_data)
        days = (body.pop("starts_on"), body.pop("ends_on"))
        made = jurisdictions.add_permit(actor=member_of(request), days=days, **body)
        return Response(serializers.PermitOut(made).data, status=201)

    @extend_schema(
        request=serializers.PermitChangesIn,
        responses={
            200: serializers.PermitOut,
            201: serializers.PermitOut,
            **problems(NotFound, errors.PermitTaken, errors.LawDatesInvalid, LawChangeInPast),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change it: 200 where it is yet to begin, 201 with a new row where it has been held."""
        changes = self.valid(serializers.PermitChangesIn).validated_data
        actor, found = member_of(request), self.get_object()
        changed, is_new = change_permit(
            actor=actor, permit=found, changes=changes, now=timezone.now()
        )
        return Response(serializers.PermitOut(changed).data, status=201 if is_new else 200)
