"""Agreed times over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import OwnRows
from canvass.api import filters
from canvass.api.serializers import callbacks as serializers
from canvass.callbacks import NewMove, callback_counts, callbacks_for, move_callback
from canvass.errors import callbacks as errors
from canvass.models import Visit
from common.errors import NotFound
from common.problems import problems


class CallbackViewSet(OwnRows[Visit]):
    """Agreed times and what became of them; a rep sees the own, and those of assigned doors."""

    queryset = Visit.objects.all()
    serializer_class = serializers.CallbackOut
    filterset_class = filters.CallbackFilter

    def get_queryset(self) -> QuerySet[Any]:
        """The member's callbacks, the earliest first."""
        if getattr(self, "swagger_fake_view", False):
            return Visit.objects.none()
        return callbacks_for(member_of(self.request), timezone.now())

    @extend_schema(
        request=serializers.MoveIn,
        responses={
            201: serializers.CallbackOut,
            200: serializers.CallbackOut,
            **problems(
                NotFound,
                errors.CallbackMoveIdReused,
                errors.CallbackOver,
                errors.CallbackInPast,
                errors.CallbackOutsidePermittedHours,
            ),
        },
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Move a callback to another time without a visit: 201 the first time, 200 again."""
        body = self.valid(serializers.MoveIn).validated_data
        found: UUID = self.get_object().pk
        new = NewMove(visit_id=found, **body)
        _, is_new = move_callback(actor=member_of(request), new=new, now=timezone.now())
        callback = get_object_or_404(self.get_queryset(), pk=found)
        answer = serializers.CallbackOut(callback).data
        return Response(answer, status=201 if is_new else 200)


class CallbackCountsView(APIView):
    """How well agreed times are kept."""

    permission_classes = [IsManager]

    @extend_schema(
        parameters=[serializers.CallbacksQuery],
        responses={200: serializers.CallbackCountsOut(many=True), **problems(NotFound)},
    )
    def get(self, request: Request) -> Response:
        """What became of the times that each member agreed on, by name."""
        query = serializers.CallbacksQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        rows: Any = callback_counts(
            member=member_of(request), now=timezone.now(), **query.validated_data
        )
        return Response(serializers.CallbackCountsOut(rows, many=True).data)
