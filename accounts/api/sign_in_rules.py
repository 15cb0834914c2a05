"""What an organisation asks of its people when they sign in, over HTTP."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import InPerson, IsAdmin, IsMember, member_of
from accounts.second_factors import require_second_factors


class SignInRulesPart(serializers.Serializer[Any]):
    """Whether managers and admins need a code beside their password."""

    second_factor_required = serializers.BooleanField(
        help_text="Managers and admins without a second factor then do nothing but set one up."
    )


class SignInRulesView(APIView):
    """Everybody may know, admins decide."""

    def get_permissions(self) -> list[BasePermission]:
        """Who may make this request."""
        if self.request.method == "GET":
            return [IsMember()]
        return [InPerson(), IsAdmin()]

    @extend_schema(responses={200: SignInRulesPart})
    def get(self, request: Request) -> Response:
        """The rules that count."""
        return Response(SignInRulesPart(member_of(request).organisation).data)

    @extend_schema(request=SignInRulesPart, responses={200: SignInRulesPart})
    def put(self, request: Request) -> Response:
        """Set them; they count from the next request on, also for who is signed in already."""
        body = SignInRulesPart(data=request.data)
        body.is_valid(raise_exception=True)
        changed = require_second_factors(
            actor=member_of(request),
            required=body.validated_data["second_factor_required"],
            now=timezone.now(),
        )
        return Response(SignInRulesPart(changed).data)
