"""The schema of the API over HTTP."""

from __future__ import annotations

from typing import NoReturn

from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """What openapi.yaml holds. A second's work that anybody may ask for: counted as a download."""

    throttle_scope = "export"

    def throttled(self, request: Request, wait: float) -> NoReturn:
        """Refuse in JSON, as everywhere, though the schema itself may be YAML."""
        request.accepted_renderer = JSONRenderer()
        super().throttled(request, wait)
