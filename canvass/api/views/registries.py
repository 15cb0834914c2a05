"""Do-not-knock registries over HTTP."""

from __future__ import annotations

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, member_of
from accounts.api.runs import RunRows
from canvass import errors, selectors
from canvass.api import serializers
from canvass.models import DoNotKnockRun
from canvass.registries import request_registry
from common.errors import NotFound
from common.problems import problems
from territories.api.views import AsItIs
from territories.errors import ImportHasNoRejects
from territories.importing.errors import InvalidOptions, UnknownFormat


class DoNotKnockRunViewSet(RunRows[DoNotKnockRun]):
    """Imports of registries: upload a file, watch its import, download what was not found."""

    queryset = selectors.do_not_knock_runs()
    serializer_class = serializers.RegistryOut
    filterset_fields = ("state", "dataset")
    parser_classes = [MultiPartParser]
    permission_classes = [IsManager]

    @extend_schema(
        request={"multipart/form-data": serializers.RegistryIn},
        responses={
            202: serializers.RegistryOut,
            **problems(UnknownFormat, InvalidOptions, errors.ExpiryInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Upload a registry and queue its import; its addresses become do-not-knock entries."""
        body = self.valid(serializers.RegistryIn)
        run = request_registry(
            actor=member_of(request),
            file=body.validated_data["file"],
            options=body.options(),
            now=timezone.now(),
        )
        return Response(serializers.RegistryOut(run).data, status=202)

    @extend_schema(
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            **problems(NotFound, ImportHasNoRejects),
        },
        filters=False,
    )
    @action(detail=True, content_negotiation_class=AsItIs, pagination_class=None)
    def rejects(self, request: Request, pk: str) -> FileResponse:
        """Every line that became no entry: where it stands, why, and details, as CSV."""
        run = self.get_object()
        if not run.rejects:
            raise ImportHasNoRejects
        return FileResponse(
            run.rejects.open(),
            as_attachment=True,
            filename=f"registry-{run.pk}-rejects.csv",
            content_type="text/csv; charset=utf-8",
        )
