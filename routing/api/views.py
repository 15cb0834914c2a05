"""Plan runs and routes over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import member_of
from accounts.api.rows import OwnRows
from accounts.api.runs import RunRows
from common.errors import NotFound
from common.problems import problems
from routing import errors, selectors
from routing.api import filters, serializers
from routing.models import PlanRun, Route
from routing.plans import request_day, request_plan


class PlanRunViewSet(RunRows[PlanRun]):
    """The planning of shifts; a rep plans and sees their own, a manager the subtree's."""

    queryset = selectors.plan_runs()
    serializer_class = serializers.PlanRunOut
    filterset_class = filters.PlanRunFilter

    @extend_schema(
        request=serializers.PlanIn,
        responses={202: serializers.PlanRunOut, **problems(NotFound, errors.ShiftOver)},
    )
    def create(self, request: Request) -> Response:
        """Queue the planning of a shift; poll the answer's id until its state is done or failed.

        While a plan of the shift is under way, asking again answers that one. On the way, `from_at`
        with `lon` and `lat` plans the rest of the shift from where somebody is.
        """
        body = self.valid(serializers.PlanIn).validated_data
        run = request_plan(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.PlanRunOut(run).data, status=202)

    @extend_schema(
        request=serializers.PlanDayIn,
        responses={
            202: serializers.PlanRunOut(many=True),
            **problems(NotFound, errors.NobodyToPlan),
        },
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="plan-day", pagination_class=None)
    def plan_day(self, request: Request) -> Response:
        """Queue a plan for every shift of the day that the member may see, each a run of its own.

        Answers one run per shift: the new one, or the one that is under way.
        """
        body = self.valid(serializers.PlanDayIn).validated_data
        runs = request_day(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.PlanRunOut(runs, many=True).data, status=202)


class RouteViewSet(OwnRows[Route]):
    """Routes, the current ones and those replaced since; a rep sees their own."""

    queryset = selectors.routes()
    serializer_class = serializers.RouteOut
    filterset_class = filters.RouteFilter

    @extend_schema(responses={200: serializers.WholeRouteOut, **problems(NotFound)})
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A route with its stops in order, and at each the doors to knock at."""
        route = selectors.with_stops(self.get_object(), member_of(request))
        return Response(serializers.WholeRouteOut(route).data)

    @extend_schema(responses={200: serializers.LeftOutOut(many=True), **problems(NotFound)})
    @action(detail=True, url_path="left-out", filterset_class=None)
    def left_out(self, request: Request, pk: str) -> Response:
        """The candidate doors that the route leaves out, each with its reason."""
        rows: QuerySet[Any] = selectors.left_out_doors(self.get_object())
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.LeftOutOut(page, many=True).data)
