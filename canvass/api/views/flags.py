"""Flags of visits over HTTP."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import ManagersWrite, member_of
from accounts.api.rows import ManagedRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.api.views.cadence import own_campaign
from canvass.flag_rules import Thresholds
from canvass.flags import change_thresholds, decide_flag
from canvass.models import VisitFlag
from common.errors import NotFound
from common.problems import problems


class VisitFlagViewSet(ManagedRows[VisitFlag]):
    """What is odd about visits: a rep sees the own, a manager the subtree's and decides."""

    queryset = selectors.visit_flags()
    serializer_class = serializers.VisitFlagOut
    filterset_class = filters.VisitFlagFilter

    @extend_schema(
        request=serializers.FlagDecisionIn,
        responses={200: serializers.VisitFlagOut, **problems(NotFound)},
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Say what it means; again changes what was said."""
        body = self.valid(serializers.FlagDecisionIn).validated_data
        flag = decide_flag(
            actor=member_of(request), flag=self.get_object(), now=timezone.now(), **body
        )
        return Response(serializers.VisitFlagOut(flag).data)


class FlagThresholdsView(APIView):
    """From where on a campaign's visits are flagged."""

    permission_classes: list[type[BasePermission]] = [ManagersWrite]

    @extend_schema(responses={200: serializers.FlagThresholdsPart, **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The thresholds that count."""
        return Response(asdict(Thresholds.of(own_campaign(request, pk).flag_thresholds)))

    @extend_schema(
        request=serializers.FlagThresholdsPart,
        responses={
            200: serializers.FlagThresholdsPart,
            **problems(NotFound, errors.FlagThresholdsInvalid),
        },
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change some of them for visits to come."""
        body = serializers.FlagThresholdsPart(data=request.data)
        body.is_valid(raise_exception=True)
        thresholds = change_thresholds(
            actor=member_of(request),
            campaign=own_campaign(request, pk),
            changes=body.validated_data,
            now=timezone.now(),
        )
        return Response(asdict(thresholds))
