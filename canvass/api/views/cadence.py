"""Cadences, rebuilds, and what attempts bring, over HTTP."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsManager, ManagersWrite, member_of
from accounts.api.runs import RunRows
from canvass import errors, selectors
from canvass.api import serializers
from canvass.attempts import attempt_yield
from canvass.models import Campaign, RebuildRun
from canvass.rebuilding import change_cadence
from common.errors import NotFound
from common.problems import problems


class CadenceView(APIView):
    """When a campaign's reps try a door again."""

    permission_classes = [ManagersWrite]

    @extend_schema(responses={200: serializers.CadencePart, **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The cadence; 404 where the campaign has none."""
        campaign = own_campaign(request, pk)
        if campaign.cadence is None:
            raise NotFound
        return Response(campaign.cadence)

    @extend_schema(
        request=serializers.CadencePart,
        responses={
            202: serializers.CadenceOut,
            **problems(NotFound, errors.CadenceInvalid),
        },
    )
    def put(self, request: Request, pk: int) -> Response:
        """Change the cadence; a run brings all prospects of the campaign up to date."""
        body = serializers.CadencePart(data=request.data)
        body.is_valid(raise_exception=True)
        campaign = own_campaign(request, pk)
        cadence = body.cadence(campaign.time_zone)
        run = change_cadence(
            actor=member_of(request), campaign=campaign, cadence=cadence, now=timezone.now()
        )
        answer = {"cadence": cadence.stored(), "rebuild": serializers.RebuildOut(run).data}
        return Response(answer, status=202)


def own_campaign(request: Request, pk: int) -> Campaign:
    """The campaign, if the acting member may see it."""
    return get_object_or_404(selectors.campaigns().for_member(member_of(request)), pk=pk)


class RebuildRunViewSet(RunRows[RebuildRun]):
    """Rebuilds of what visits add up to."""

    queryset = selectors.rebuilds()
    serializer_class = serializers.RebuildOut
    permission_classes = [IsManager]


class AttemptsView(APIView):
    """The evidence for a limit of attempts."""

    permission_classes = [IsManager]

    @extend_schema(
        parameters=[serializers.AttemptsQuery],
        responses={200: serializers.AttemptRowOut(many=True), **problems(NotFound)},
    )
    def get(self, request: Request) -> Response:
        """What the first, second, … attempt at a door brought, up to the fiftieth."""
        query = serializers.AttemptsQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        rows: Any = attempt_yield(member=member_of(request), **query.validated_data)
        return Response(serializers.AttemptRowOut(rows, many=True).data)
