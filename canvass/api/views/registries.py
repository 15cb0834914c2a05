"""Do-not-knock registries over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, member_of
from canvass import errors, selectors
from canvass.api import serializers
from canvass.models import DoNotKnockRun
from canvass.registries import request_registry
from common.problems import problems
from territories.api.rejects import RejectsRows
from territories.importing.errors import InvalidOptions, UnknownFormat


class DoNotKnockRunViewSet(RejectsRows[DoNotKnockRun]):
    """Imports of registries: upload a file, watch its import, download what was not found."""

    rejects_name = "registry"
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
