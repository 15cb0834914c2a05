"""Visits, and the prospects that they add up to, over HTTP."""

from __future__ import annotations

from typing import cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import member_of
from accounts.api.rows import OwnRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.models import Prospect, ProspectQuerySet, Visit
from canvass.new_visits import NewVisit
from canvass.visits import record_visit, record_visits
from common.problems import problems


class ProspectViewSet(OwnRows[Prospect]):
    """Doors in campaigns with their state; a rep's are those in assigned territories."""

    queryset = selectors.prospects()
    serializer_class = serializers.ProspectOut
    filterset_class = filters.ProspectFilter

    def get_queryset(self) -> ProspectQuerySet:
        """The member's rows; a list leaves out where nobody may knock, unless it asks for them."""
        now = timezone.now()
        rows = cast("ProspectQuerySet", super().get_queryset()).with_forbidden(now)
        if self.action != "list" or "do_not_knock" in self.request.query_params:
            return rows
        return rows.knockable(now)


class VisitViewSet(OwnRows[Visit]):
    """Visits, which are recorded and never changed; a rep sees their own."""

    queryset = selectors.visits()
    serializer_class = serializers.VisitOut
    filterset_class = filters.VisitFilter

    @extend_schema(
        request=serializers.VisitIn,
        responses={
            201: serializers.VisitOut,
            200: serializers.VisitOut,
            **problems(
                errors.VisitCampaignNotFound,
                errors.VisitDoorNotFound,
                errors.VisitOutcomeNotFound,
                errors.VisitToCorrectNotFound,
                errors.VisitIdReused,
                errors.VisitAlreadyCorrected,
                errors.VisitCallbackInPast,
                errors.VisitScriptNotFound,
                errors.VisitAnswersInvalid,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Record a visit: 201 the first time, 200 whenever the same is sent again."""
        new = self.valid(serializers.VisitIn).new_visit()
        visit, is_new = record_visit(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.VisitOut(visit).data, status=201 if is_new else 200)

    @extend_schema(
        request=serializers.VisitBatchIn,
        responses={200: serializers.VisitBatchOut},
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def batch(self, request: Request) -> Response:
        """Record up to 500 visits, each by itself; the answer says what became of each."""
        return self.answers(self.valid(serializers.VisitBatchIn).new_visits())

    @extend_schema(
        request=serializers.SameVisitsIn,
        responses={200: serializers.VisitBatchOut},
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="same", pagination_class=None)
    def same(self, request: Request) -> Response:
        """Record the same result at up to 500 doors: nobody home in a whole staircase."""
        return self.answers(self.valid(serializers.SameVisitsIn).new_visits())

    def answers(self, news: list[NewVisit]) -> Response:
        """Record visits, and say what became of each."""
        actor = member_of(self.request)
        answers = record_visits(actor=actor, news=news, now=timezone.now())
        return Response(serializers.VisitBatchOut({"answers": answers}).data)
