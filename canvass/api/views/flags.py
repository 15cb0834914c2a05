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

from accounts.api.permissions import IsAdmin, IsMember, ManagersWrite, member_of
from accounts.api.rows import ManagedRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.api.views.cadence import own_campaign
from canvass.flag_rules import Thresholds
from canvass.flags import (
    change_company_thresholds,
    change_thresholds,
    company_thresholds,
    decide_flag,
    thresholds_of,
)
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


class CompanyThresholdsView(APIView):
    """From where on visits of campaigns without thresholds of their own are flagged."""

    def get_permissions(self) -> list[BasePermission]:
        """Everybody may know, admins decide."""
        return [IsMember() if self.request.method == "GET" else IsAdmin()]

    @extend_schema(responses={200: serializers.FlagThresholdsPart})
    def get(self, request: Request) -> Response:
        """The organisation's thresholds."""
        own = company_thresholds(member_of(request).organisation_id)
        return Response(asdict(Thresholds.of(own)))

    @extend_schema(
        request=serializers.FlagThresholdsPart,
        responses={200: serializers.FlagThresholdsPart, **problems(errors.FlagThresholdsInvalid)},
    )
    def patch(self, request: Request) -> Response:
        """Change some of them for visits to come; null goes back to the default."""
        body = serializers.FlagThresholdsPart(data=request.data)
        body.is_valid(raise_exception=True)
        thresholds = change_company_thresholds(
            actor=member_of(request), changes=body.validated_data, now=timezone.now()
        )
        return Response(asdict(thresholds))


class FlagThresholdsView(APIView):
    """From where on a campaign's visits are flagged."""

    permission_classes: list[type[BasePermission]] = [ManagersWrite]

    @extend_schema(responses={200: serializers.FlagThresholdsPart, **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The thresholds that count."""
        return Response(asdict(thresholds_of(own_campaign(request, pk))))

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
