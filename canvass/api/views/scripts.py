"""Scripts and goals over HTTP."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import member_of
from accounts.api.rows import ManagedRows
from canvass import errors, selectors
from canvass.api import filters, serializers
from canvass.goals import GoalPlan, goal_progress, set_goal
from canvass.models import Goal, Script
from canvass.scripts import publish_script
from common.errors import NotFound
from common.problems import problems


class ScriptViewSet(ManagedRows[Script]):
    """The questions that campaigns ask, version by version; managers publish them."""

    queryset = selectors.scripts()
    serializer_class = serializers.ScriptOut
    filterset_class = filters.ScriptFilter

    @extend_schema(
        request=serializers.ScriptIn,
        responses={
            201: serializers.ScriptOut,
            200: serializers.ScriptOut,
            **problems(NotFound, errors.ScriptInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Publish questions as a campaign's next version: 200 if they are the current one's."""
        body = self.valid(serializers.ScriptIn)
        script, is_new = publish_script(
            actor=member_of(request),
            campaign=body.validated_data["campaign"],
            questions=body.asked(),
            now=timezone.now(),
        )
        return Response(serializers.ScriptOut(script).data, status=201 if is_new else 200)


class GoalViewSet(ManagedRows[Goal]):
    """What reps set out to reach on a day; managers set it."""

    queryset = selectors.goals()
    serializer_class = serializers.GoalOut
    filterset_class = filters.GoalFilter

    @extend_schema(
        request=serializers.GoalIn,
        responses={200: serializers.GoalOut, **problems(NotFound, errors.GoalInvalid)},
    )
    def create(self, request: Request) -> Response:
        """Set a goal; again for the same day changes what was said."""
        plan = GoalPlan(**self.valid(serializers.GoalIn).validated_data)
        return Response(serializers.GoalOut(set_goal(actor=member_of(request), plan=plan)).data)


class GoalProgressView(APIView):
    """Goals of a day against what was reached."""

    @extend_schema(
        parameters=[serializers.GoalProgressQuery],
        responses={200: serializers.GoalProgressOut(many=True), **problems(NotFound)},
    )
    def get(self, request: Request) -> Response:
        """The goals of a day and what has been reached, of all whom the member may see."""
        query = serializers.GoalProgressQuery(
            data=request.query_params, context={"request": request}
        )
        query.is_valid(raise_exception=True)
        rows: Any = goal_progress(member=member_of(request), **query.validated_data)
        return Response(serializers.GoalProgressOut(rows, many=True).data)
