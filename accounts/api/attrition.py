"""Figures of who came and who left, over HTTP."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsManager, member_of
from accounts.attrition import Attrition, LeftFor, attrition_report
from accounts.models import Role


class AttritionQuery(serializers.Serializer[Attrition]):
    """Which days, [from, to), and of which role."""

    role = serializers.ChoiceField(Role.choices, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from` and `to`, the first of which Python keeps for itself."""
        days = {
            "from": serializers.DateField(source="from_day"),
            "to": serializers.DateField(source="to_day", help_text="The first day left out."),
        }
        return {**days, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """At least one day."""
        if attrs["from_day"] >= attrs["to_day"]:
            raise serializers.ValidationError({"to": "`to` is the first day left out."})
        return attrs


class LeftForOut(serializers.Serializer[LeftFor]):
    """How many left for a reason, as it was written down."""

    reason = serializers.CharField()
    left = serializers.IntegerField()


class AttritionOut(serializers.Serializer[Attrition]):
    """Who served on these days: serving_first + hired - left = serving_last."""

    serving_first = serializers.IntegerField(help_text="Were there before the first day.")
    hired = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Had their last day.")
    serving_last = serializers.IntegerField(help_text="Are there after the last day.")
    attrition_rate = serializers.FloatField(
        allow_null=True, help_text="The share of all who served that left."
    )
    left_soon = serializers.IntegerField(help_text="Left within their first thirty days.")
    median_days = serializers.FloatField(
        allow_null=True, help_text="Days that those who left had served."
    )
    reasons = LeftForOut(many=True)


class AttritionView(APIView):
    """How many come, how many leave, how soon and why."""

    permission_classes = [IsManager]

    @extend_schema(parameters=[AttritionQuery], responses={200: AttritionOut})
    def get(self, request: Request) -> Response:
        """The figures of the members that the manager sees."""
        query = AttritionQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = attrition_report(member_of(request), **query.validated_data)
        return Response(AttritionOut(found).data)
