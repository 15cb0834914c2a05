"""Commissions over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsAdmin, member_of
from accounts.api.rows import ManagedRows
from canvass.api.sale_filters import CommissionRuleFilter
from canvass.api.serializers import commissions as serializers
from canvass.commissions import create_rule, end_rule, statement
from canvass.errors import commissions as errors
from canvass.models import CommissionRule
from common.errors import NotFound
from common.problems import problems


class CommissionRuleViewSet(ManagedRows[CommissionRule]):
    """What sales earn whom; admins set it up."""

    queryset = CommissionRule.objects.order_by("campaign", "starts_on", "pk")
    serializer_class = serializers.CommissionRuleOut
    filterset_class = CommissionRuleFilter
    writer = IsAdmin

    @extend_schema(
        request=serializers.CommissionRuleIn,
        responses={
            201: serializers.CommissionRuleOut,
            **problems(NotFound, errors.CommissionRuleInvalid),
        },
    )
    def create(self, request: Request) -> Response:
        """Set up a rule; it is never changed, but may be ended."""
        plan = self.valid(serializers.CommissionRuleIn).plan()
        made = create_rule(actor=member_of(request), plan=plan, now=timezone.now())
        return Response(serializers.CommissionRuleOut(made).data, status=201)

    @extend_schema(
        request=serializers.EndRuleIn,
        responses={
            200: serializers.CommissionRuleOut,
            **problems(NotFound, errors.CommissionRuleEnded),
        },
        filters=False,
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Let an open rule end on a day that is not over."""
        ends_on = self.valid(serializers.EndRuleIn).validated_data["ends_on"]
        rule, now = self.get_object(), timezone.now()
        ended = end_rule(actor=member_of(request), rule=rule, ends_on=ends_on, now=now)
        return Response(serializers.CommissionRuleOut(ended).data)


class StatementView(APIView):
    """What somebody earns."""

    @extend_schema(
        parameters=[serializers.StatementQuery],
        responses={200: serializers.StatementOut, **problems(NotFound)},
    )
    def get(self, request: Request) -> Response:
        """The commissions and clawbacks of a member, and what of them is pending."""
        query = serializers.StatementQuery(data=request.query_params, context={"request": request})
        query.is_valid(raise_exception=True)
        asked = {"member": member_of(request), **query.validated_data}
        return Response(serializers.StatementOut(statement(now=timezone.now(), **asked)).data)
