"""Background runs over HTTP: what every kind shows, and cancelling."""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import OwnRows
from accounts.errors import RunEnded
from accounts.runs import cancel_run
from common.errors import NotFound
from common.problems import problems
from common.runs import Run

SomeRun = TypeVar("SomeRun", bound=Run)


class ProgressOut(serializers.Serializer[Run]):
    """How far a run has got, in steps of its own kind."""

    done = serializers.IntegerField(source="progress_done")
    total = serializers.IntegerField(source="progress_total")


class RunErrorOut(serializers.Serializer[Run]):
    """Why a run failed."""

    code = serializers.CharField(source="error_code")
    message = serializers.CharField(source="error_message")


class RunOut(serializers.ModelSerializer[Any]):
    """What every run shows; the kinds add their own fields."""

    progress = ProgressOut(source="*")
    error = serializers.SerializerMethodField()

    class Meta:
        fields = (
            "id",
            "state",
            "progress",
            "result",
            "error",
            "requested_by",
            "created_at",
            "started_at",
            "finished_at",
            "cancelled_by",
        )

    @extend_schema_field(RunErrorOut(allow_null=True))
    def get_error(self, run: Run) -> dict[str, Any] | None:
        """The error of a failed run, or null."""
        return dict(RunErrorOut(run).data) if run.error_code else None


class RunRows(OwnRows[SomeRun]):
    """Runs of one kind; managers and admins cancel those they see."""

    throttle_scope: str | None = "work"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        answers: dict[Any, Any] = {200: cls.serializer_class, **problems(NotFound, RunEnded)}
        extend_schema_view(cancel=extend_schema(request=None, responses=answers))(cls)

    @action(detail=True, methods=["post"], permission_classes=[IsManager])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a run that is queued or running: it writes nothing any more.

        Cancelling it again changes nothing. Asking for the same thing anew makes another run.
        """
        run = cancel_run(actor=member_of(request), run=self.get_object(), now=timezone.now())
        return Response(self.get_serializer(run).data)
