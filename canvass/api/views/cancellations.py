"""The right to cancel, and receipts, over HTTP."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsAdmin, member_of
from accounts.api.rows import ManagedRows
from canvass.api.serializers import cancellations as serializers
from canvass.cancellation_rules import (
    CancellationPlan,
    create_cancellation_rule,
    load_default_rules,
)
from canvass.errors import cancellations as errors
from canvass.ledger import sales
from canvass.models.cancellations import CancellationRule
from canvass.receipts import receipt_html, receipt_text
from common.errors import NotFound
from common.problems import problems

AS = OpenApiParameter("as", str, enum=["text", "html"], default="text")


class CancellationRuleViewSet(ManagedRows[CancellationRule]):
    """Rights to cancel, as data; admins set them up."""

    queryset = CancellationRule.objects.order_by("starts_on", "pk")
    serializer_class = serializers.CancellationRuleOut
    writer = IsAdmin

    @extend_schema(
        request=serializers.CancellationRuleIn,
        responses={
            201: serializers.CancellationRuleOut,
            **problems(NotFound, errors.CancellationRuleInvalid, errors.CancellationRuleNameTaken),
        },
    )
    def create(self, request: Request) -> Response:
        """Set up a right to cancel, for sales to come."""
        plan = CancellationPlan(**self.valid(serializers.CancellationRuleIn).validated_data)
        now = timezone.now()
        made = create_cancellation_rule(actor=member_of(request), plan=plan, now=now)
        return Response(serializers.CancellationRuleOut(made).data, status=201)

    @extend_schema(request=None, responses={200: serializers.CancellationRuleOut(many=True)})
    @action(detail=False, methods=["post"], url_path="load-defaults", pagination_class=None)
    def load_defaults(self, request: Request) -> Response:
        """Set up the rules that are shipped, where they are missing. They are no legal advice."""
        rules = load_default_rules(actor=member_of(request), now=timezone.now())
        return Response(serializers.CancellationRuleOut(rules, many=True).data)


class ReceiptView(APIView):
    """A sale's receipt."""

    @extend_schema(
        parameters=[AS],
        responses={
            (200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "The receipt."),
            (200, "text/html"): OpenApiResponse(OpenApiTypes.STR, "The same, to be printed."),
            **problems(NotFound),
        },
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        """The receipt of a sale with the notices of cancellation, in the sale's language."""
        sale = get_object_or_404(sales().for_member(member_of(request)), pk=pk)
        if request.query_params.get("as") == "html":
            return HttpResponse(receipt_html(sale))
        return HttpResponse(receipt_text(sale), content_type="text/plain; charset=utf-8")
