"""Positions, what is kept of people, and for how long, over HTTP."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsAdmin, IsManager, IsMember, member_of
from canvass.api.serializers import keeping as serializers
from canvass.api.views.shift_events import own_shift
from canvass.breadcrumbs import crumbs_of, distance_of, record_breadcrumbs
from canvass.errors.keeping import ErasureSaleOpen
from canvass.householders import erase_householder, householder_data
from canvass.keeping import change_settings, settings_of
from canvass.own_record import own_record
from common.errors import NotFound
from common.problems import problems
from territories.models import Door


class BreadcrumbsView(APIView):
    """Where somebody walked in a shift."""

    @extend_schema(responses={200: serializers.BreadcrumbsOut, **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """The positions: a rep's own, a manager's of the subtree."""
        shift = own_shift(request, pk)
        rows = crumbs_of(shift)
        told = {"walked_m": distance_of(shift, timezone.now()), "positions": rows}
        return Response(serializers.BreadcrumbsOut(told).data)

    @extend_schema(
        request=serializers.BreadcrumbsIn,
        responses={200: serializers.BreadcrumbsAnswerOut, **problems(NotFound)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send positions of one's own shift; each is kept, thinned out or refused by itself."""
        body = serializers.BreadcrumbsIn(data=request.data)
        body.is_valid(raise_exception=True)
        answers = record_breadcrumbs(
            actor=member_of(request),
            shift=own_shift(request, pk),
            positions=body.told(),
            now=timezone.now(),
        )
        return Response(serializers.BreadcrumbsAnswerOut({"answers": answers}).data)


class RecordSettingsView(APIView):
    """How long what is kept; everybody may know, admins decide."""

    def get_permissions(self) -> list[BasePermission]:
        """Who may make this request."""
        return [IsMember() if self.request.method == "GET" else IsAdmin()]

    @extend_schema(responses={200: serializers.RecordSettingsPart})
    def get(self, request: Request) -> Response:
        """The settings that count."""
        found = settings_of(member_of(request).organisation_id)
        return Response(serializers.RecordSettingsPart(found).data)

    @extend_schema(
        request=serializers.RecordSettingsPart, responses={200: serializers.RecordSettingsPart}
    )
    def patch(self, request: Request) -> Response:
        """Change some of them."""
        body = serializers.RecordSettingsPart(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = change_settings(
            actor=member_of(request), changes=body.validated_data, now=timezone.now()
        )
        return Response(serializers.RecordSettingsPart(changed).data)


def own_door(request: Request, pk: int) -> Door:
    """The door, if the acting member may see it."""
    rows = Door.objects.select_related("building").for_member(member_of(request))
    return get_object_or_404(rows, pk=pk)


class HouseholderView(APIView):
    """What is known of the people behind a door."""

    permission_classes: list[type[BasePermission]] = [IsManager]

    @extend_schema(responses={200: serializers.HouseholderOut, **problems(NotFound)})
    def get(self, request: Request, pk: int) -> Response:
        """All that is kept, to be given to them on request."""
        told = householder_data(own_door(request, pk))
        return Response(serializers.HouseholderOut(told).data)


class EraseHouseholderView(APIView):
    """Erasing what is known of the people behind a door."""

    permission_classes: list[type[BasePermission]] = [IsAdmin]

    @extend_schema(
        request=None,
        responses={
            201: serializers.ErasureOut,
            200: serializers.ErasureOut,
            **problems(NotFound, ErasureSaleOpen),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """Erase it for good: 201 with the record, 200 with the last one if nothing was left."""
        made, is_new = erase_householder(
            actor=member_of(request), door=own_door(request, pk), now=timezone.now()
        )
        return Response(serializers.ErasureOut(made).data, status=201 if is_new else 200)


class OwnRecordView(APIView):
    """What is kept about oneself."""

    @extend_schema(
        parameters=[serializers.OwnRecordQuery], responses={200: serializers.OwnRecordOut}
    )
    def get(self, request: Request) -> Response:
        """Shifts, what happened to them, positions, visits, flags and alarms of some days."""
        query = serializers.OwnRecordQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        told = own_record(member_of(request), **query.validated_data)
        return Response(serializers.OwnRecordOut(told).data)
