"""Imports, doors, buildings, cuts, territories and assignments over HTTP."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, IsMember, member_of
from accounts.api.rows import OwnRows
from accounts.api.runs import RunRows
from common.errors import NotFound
from common.problems import problems
from territories import errors, selectors
from territories.api import filters, serializers
from territories.api.cut_serializers import CompareIn, ComparisonOut, EditIn, EditOut
from territories.api.rejects import RejectsRows
from territories.assignment_states import accept_assignment, keep_assignment
from territories.assignments import assign_cut, assign_territory
from territories.cut_edits import edit_cut
from territories.cut_reports import compare
from territories.cuts import publish_cut, request_cut
from territories.importing.errors import InvalidOptions, UnknownFormat
from territories.imports import request_import
from territories.models import Assignment, Building, CutRun, Door, ImportRun, Territory


class ImportViewSet(RejectsRows[ImportRun]):
    """Imports of doors: upload a file, watch its import, download what was rejected."""

    rejects_name = "import"
    queryset = selectors.imports()
    serializer_class = serializers.ImportOut
    filterset_class = filters.ImportFilter
    permission_classes = [IsManager]
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": serializers.ImportIn},
        responses={202: serializers.ImportOut, **problems(UnknownFormat, InvalidOptions)},
    )
    def create(self, request: Request) -> Response:
        """Upload a file of doors and queue its import; poll the answer's id until it has ended.

        The same file, sent again before that, answers the same import.
        """
        body = self.valid(serializers.ImportIn)
        run = request_import(
            actor=member_of(request),
            file=body.validated_data["file"],
            options=body.options(),
            now=timezone.now(),
        )
        return Response(serializers.ImportOut(run).data, status=202)


class BuildingViewSet(OwnRows[Building]):
    """Buildings; a rep's are those with a door in an assigned territory."""

    queryset = selectors.buildings()
    serializer_class = serializers.BuildingOut
    filterset_class = filters.BuildingFilter


class DoorViewSet(OwnRows[Door]):
    """Doors; a rep's are those in an assigned territory."""

    queryset = selectors.doors()
    serializer_class = serializers.SnappedDoorOut
    filterset_class = filters.DoorFilter


class CutViewSet(RunRows[CutRun]):
    """Cuts: ask for one, watch it, publish it, share its territories out."""

    queryset = selectors.cuts()
    serializer_class = serializers.CutOut
    filterset_class = filters.CutFilter
    permission_classes = [IsManager]

    @extend_schema(
        request=serializers.CutIn,
        responses={
            202: serializers.CutOut,
            **problems(NotFound, errors.CutCriteriaInvalid, errors.CutNotDone),
        },
    )
    def create(self, request: Request) -> Response:
        """Queue a cut; poll the answer's id until its state is done or failed."""
        body = self.valid(serializers.CutIn).validated_data
        run = request_cut(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.CutOut(run).data, status=202)

    @extend_schema(
        request=serializers.PublishIn,
        responses={
            200: serializers.CutOut,
            **problems(
                NotFound,
                errors.CutIncomplete,
                errors.CutNotDone,
                errors.CutNotProposed,
                errors.CutNotPublished,
            ),
        },
    )
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish a done cut for good; with `supersedes`, that cut and its assignments end."""
        body = self.valid(serializers.PublishIn).validated_data
        actor = member_of(request)
        cut = publish_cut(actor=actor, cut=self.get_object(), now=timezone.now(), **body)
        return Response(serializers.CutOut(cut).data)

    @extend_schema(
        request=serializers.AssignCutIn,
        responses={
            201: serializers.AssignmentOut(many=True),
            **problems(
                NotFound,
                errors.CutNotPublished,
                errors.CutAllAssigned,
                errors.MemberLeft,
                errors.MemberWithoutHome,
            ),
        },
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def assign(self, request: Request, pk: str) -> Response:
        """Give every free territory to whoever lives nearest, each as many or one more.

        Answers the new assignments; members who are not in them got none.
        """
        body = self.valid(serializers.AssignCutIn).validated_data
        actor = member_of(request)
        made = assign_cut(actor=actor, cut=self.get_object(), now=timezone.now(), **body)
        return Response(serializers.AssignmentOut(made, many=True).data, status=201)

    @extend_schema(
        methods=["POST"],
        request=EditIn,
        responses={
            201: EditOut,
            **problems(
                NotFound,
                errors.CutNotDone,
                errors.CutNotProposed,
                errors.CutEditInvalid,
                errors.CutEditMovesNothing,
                errors.StreetMapLost,
            ),
        },
    )
    @extend_schema(methods=["GET"], responses={200: EditOut(many=True), **problems(NotFound)})
    @action(detail=True, methods=["get", "post"], filterset_class=None)
    def edits(self, request: Request, pk: str) -> Response:
        """Change a proposed cut by hand, or list its changes; warnings forbid nothing."""
        cut = self.get_object()
        if request.method == "GET":
            rows: Any = selectors.edits_of(cut)
            page: Any = self.paginate_queryset(rows)
            return self.get_paginated_response(EditOut(page, many=True).data)
        edit = self.valid(EditIn).edit()
        made = edit_cut(actor=member_of(request), cut=cut, edit=edit, now=timezone.now())
        return Response(EditOut(made).data, status=201)

    @extend_schema(
        parameters=[OpenApiParameter("other", int, required=True)],
        responses={
            200: ComparisonOut,
            **problems(NotFound, errors.CutNotDone, errors.StreetMapLost),
        },
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def compare(self, request: Request, pk: str) -> Response:
        """This cut beside `other`: both reports, and what would move from this to that."""
        asked = CompareIn(data=request.query_params, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        found = compare(self.get_object(), asked.validated_data["other"])
        return Response(ComparisonOut(found).data)


class TerritoryViewSet(OwnRows[Territory]):
    """Territories; a rep's are the assigned ones."""

    queryset = selectors.territories()
    serializer_class = serializers.TerritoryOut
    filterset_class = filters.TerritoryFilter

    @extend_schema(responses={200: serializers.SnappedDoorOut(many=True), **problems(NotFound)})
    @action(detail=True, filterset_class=None)
    def doors(self, request: Request, pk: str) -> Response:
        """The doors of a territory."""
        rows: QuerySet[Any] = selectors.doors_of(self.get_object())
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.SnappedDoorOut(page, many=True).data)


class AssignmentViewSet(OwnRows[Assignment]):
    """Who has which territory; reps see their own. For how one ends, see `canvass.handing_over`."""

    queryset = selectors.assignments()
    serializer_class = serializers.AssignmentOut
    filterset_class = filters.AssignmentFilter

    def get_permissions(self) -> list[BasePermission]:
        """Everybody reads and answers for the own ones; managers and admins give and take."""
        own = self.request.method in SAFE_METHODS or self.action == "accept"
        return [IsMember() if own else IsManager()]

    @extend_schema(
        request=serializers.AssignmentIn,
        responses={
            201: serializers.AssignmentOut,
            **problems(
                NotFound,
                errors.TerritoryTaken,
                errors.CutNotPublished,
                errors.MemberLeft,
                errors.AssignmentDatesInvalid,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Give a territory to a member; repeating it answers the same assignment."""
        body = self.valid(serializers.AssignmentIn).validated_data
        made = assign_territory(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.AssignmentOut(made).data, status=201)

    @extend_schema(
        request=None,
        responses={
            200: serializers.AssignmentOut,
            **problems(NotFound, errors.AssignmentStateWrong),
        },
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take an offered territory; accepting again changes nothing."""
        actor = member_of(request)
        done = accept_assignment(actor=actor, assignment=self.get_object(), now=timezone.now())
        return Response(serializers.AssignmentOut(done).data)

    @extend_schema(request=None, responses={200: serializers.AssignmentOut, **problems(NotFound)})
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """Leave an untouched territory, offered back to you, with its member."""
        actor = member_of(request)
        done = keep_assignment(actor=actor, assignment=self.get_object(), now=timezone.now())
        return Response(serializers.AssignmentOut(done).data)

    @extend_schema(responses={200: serializers.AssignmentEventOut(many=True), **problems(NotFound)})
    @action(detail=True, filterset_class=None)
    def history(self, request: Request, pk: str) -> Response:
        """Everything that happened to an assignment, the first thing first."""
        rows: QuerySet[Any] = selectors.history_of(self.get_object())
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(serializers.AssignmentEventOut(page, many=True).data)
