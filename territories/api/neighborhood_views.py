"""Neighborhoods, their imports and the locating of doors over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import IdFilter
from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import OwnRows
from accounts.api.runs import RunRows
from common.problems import problems
from territories import selectors
from territories.api.filters import BoxFilter
from territories.api.neighborhood_serializers import (
    LocateRunOut,
    NeighborhoodOut,
    NeighborhoodRunOut,
    NeighborhoodShapeOut,
    NeighborhoodsIn,
)
from territories.importing.errors import InvalidOptions
from territories.locating import request_locating
from territories.models import LocateRun, Neighborhood, NeighborhoodRun
from territories.neighborhoods import request_neighborhoods


class TouchingBoxFilter(BoxFilter):
    """Rows whose bounding box touches west,south,east,north."""

    def filter(self, qs: Any, value: Any) -> Any:
        """The rows that touch it, or all if no box is given."""
        if not value:
            return qs
        west, south, east, north = value
        return qs.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south)


class NeighborhoodFilter(filters.FilterSet):
    """Neighborhoods by place, level, dataset, parent, and whether they are gone."""

    bbox = TouchingBoxFilter(help_text="Touching west,south,east,north")
    parent = IdFilter()
    gone = filters.BooleanFilter(
        "gone_at", lookup_expr="isnull", exclude=True, help_text="Not in the newest file"
    )

    class Meta:
        model = Neighborhood
        fields = ("level", "dataset")


class NeighborhoodRunFilter(filters.FilterSet):
    """Imports of boundaries by state and dataset."""

    class Meta:
        model = NeighborhoodRun
        fields = ("state", "dataset")


class LocateRunFilter(filters.FilterSet):
    """Locatings by state."""

    class Meta:
        model = LocateRun
        fields = ("state",)


class NeighborhoodRunViewSet(RunRows[NeighborhoodRun]):
    """Imports of boundaries: upload a file, watch its import, read what was odd."""

    queryset = selectors.neighborhood_imports()
    serializer_class = NeighborhoodRunOut
    filterset_class = NeighborhoodRunFilter
    permission_classes = [IsManager]
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": NeighborhoodsIn},
        responses={202: NeighborhoodRunOut, **problems(InvalidOptions)},
    )
    def create(self, request: Request) -> Response:
        """Upload a GeoJSON file of boundaries and queue its import; poll the answer's id.

        The same file, sent again before the import has ended, answers the same import. Then every
        door is located anew, by the run that the result names.
        """
        body = self.valid(NeighborhoodsIn)
        run = request_neighborhoods(
            actor=member_of(request),
            file=body.validated_data["file"],
            options=body.options(),
            now=timezone.now(),
        )
        return Response(NeighborhoodRunOut(run).data, status=202)


class LocateRunViewSet(RunRows[LocateRun]):
    """The finding of every door's neighborhood, after each import or when asked for."""

    queryset = selectors.locatings()
    serializer_class = LocateRunOut
    filterset_class = LocateRunFilter
    permission_classes = [IsManager]

    @extend_schema(request=None, responses={202: LocateRunOut})
    def create(self, request: Request) -> Response:
        """Locate every door anew; a run that waits already is the answer."""
        run = request_locating(actor=member_of(request), now=timezone.now())
        return Response(LocateRunOut(run).data, status=202)


@extend_schema_view(retrieve=extend_schema(responses=NeighborhoodShapeOut))
class NeighborhoodViewSet(OwnRows[Neighborhood]):
    """Neighborhoods; a list leaves out shapes and properties. A rep's are those of own doors."""

    queryset = selectors.neighborhoods()
    serializer_class = NeighborhoodOut
    filterset_class = NeighborhoodFilter

    def get_queryset(self) -> QuerySet[Neighborhood]:
        """The member's neighborhoods; one by itself comes whole."""
        rows = super().get_queryset()
        return rows.defer(None) if self.action == "retrieve" else rows

    def get_serializer_class(self) -> type[NeighborhoodOut]:
        """With the shape where there is one row only."""
        return NeighborhoodShapeOut if self.action == "retrieve" else NeighborhoodOut
