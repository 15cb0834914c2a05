"""Imports whose rejected rows can be downloaded."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.api.downloads import CSV, AsItIs
from accounts.api.runs import RunRows
from common.errors import NotFound
from common.problems import problems
from territories.errors import ImportHasNoRejects
from territories.models import AddressRun

SomeRun = TypeVar("SomeRun", bound=AddressRun)


class RejectsRows(RunRows[SomeRun]):
    """Imports of one kind, with the rows of their files that nothing came of."""

    rejects_name: ClassVar[str]

    @extend_schema(
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            **problems(NotFound, ImportHasNoRejects),
        },
        filters=False,
    )
    @action(
        detail=True,
        content_negotiation_class=AsItIs,
        pagination_class=None,
        throttle_scope="export",
    )
    def rejects(self, request: Request, pk: str) -> FileResponse:
        """Every row of the file that was left out: where it stands, why, and details, as CSV."""
        run = self.get_object()
        if not run.rejects:
            raise ImportHasNoRejects
        return FileResponse(
            run.rejects.open(),
            as_attachment=True,
            filename=f"{self.rejects_name}-{run.pk}-rejects.csv",
            content_type=CSV,
        )
