"""Street maps, and the snapping of doors to them, over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from accounts.api.permissions import IsManager, member_of
from accounts.api.runs import RunRows
from common.errors import NotFound
from common.problems import problems
from territories import errors, selectors
from territories.api import filters
from territories.api import street_serializers as serializers
from territories.models import SnapRun, StreetMap
from territories.street_maps import request_street_map, retire_street_map


class StreetMapViewSet(RunRows[StreetMap]):
    """Street maps: upload an extract, watch its streets being built, take a map out of use."""

    queryset = selectors.street_maps()
    serializer_class = serializers.StreetMapOut
    filterset_class = filters.StreetMapFilter
    permission_classes = [IsManager]
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": serializers.StreetMapIn},
        responses={202: serializers.StreetMapOut},
    )
    def create(self, request: Request) -> Response:
        """Upload an OpenStreetMap extract and queue its map; poll the answer's id until it ends.

        The same file, sent again before that, answers the same map. Once done, it takes the place
        of the map of the same name.
        """
        wish = self.valid(serializers.StreetMapIn).wish()
        street_map = request_street_map(actor=member_of(request), now=timezone.now(), **wish)
        return Response(serializers.StreetMapOut(street_map).data, status=202)

    @extend_schema(
        request=None,
        responses={200: serializers.StreetMapOut, **problems(NotFound, errors.StreetMapNotDone)},
    )
    @action(detail=True, methods=["post"], parser_classes=api_settings.DEFAULT_PARSER_CLASSES)
    def retire(self, request: Request, pk: str) -> Response:
        """Take a map out of use and delete its files; retiring it again changes nothing."""
        retired = retire_street_map(
            actor=member_of(request), street_map=self.get_object(), now=timezone.now()
        )
        return Response(serializers.StreetMapOut(retired).data)


class SnapRunViewSet(RunRows[SnapRun]):
    """Snappings of doors to the street maps, which follow every import of either."""

    queryset = selectors.snap_runs()
    serializer_class = serializers.SnapRunOut
    filterset_class = filters.SnapRunFilter
    permission_classes = [IsManager]
