"""API keys over HTTP, for admins who have signed in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import OwnField
from accounts.api.permissions import InPerson, IsAdmin, member_of
from accounts.api.rows import OwnRows
from accounts.api_keys import NewApiKey, create_api_key, revoke_api_key
from accounts.errors import ApiKeyInvalid, PersonNeeded
from accounts.models import ApiKey, Member, Role, Scope
from common.errors import NotFound
from common.problems import problems


class ApiKeyIn(serializers.Serializer[NewApiKey]):
    """A key to make."""

    name = serializers.CharField(max_length=80, help_text="Which program uses it.")
    member = OwnField(
        Member.objects.select_related("user", "team"),
        required=False,
        help_text="As whom it acts; you, if left out.",
    )
    role = serializers.ChoiceField(
        Role.choices, help_text="The most that it may do; no more than its member."
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices), allow_empty=False, max_length=len(Scope)
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Never, if left out."
    )

    def wish(self, actor: Member) -> NewApiKey:
        """What is asked for."""
        told: dict[str, Any] = {"member": actor, **self.validated_data}
        return NewApiKey(**{**told, "scopes": tuple(told["scopes"])})


class ApiKeyOut(serializers.ModelSerializer[ApiKey]):
    """A key without its secret; `prefix` is how it begins."""

    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = (
            "id",
            "name",
            "member",
            "role",
            "scopes",
            "prefix",
            "created_by",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
        )


class NewApiKeyOut(ApiKeyOut):
    """A key that was made just now, with its secret."""

    key = serializers.CharField(help_text="Shown this once: keep it where secrets are kept.")

    class Meta(ApiKeyOut.Meta):
        fields = (*ApiKeyOut.Meta.fields, "key")


class ApiKeyViewSet(OwnRows[ApiKey]):
    """The keys of the organisation's programs, the newest first."""

    queryset = ApiKey.objects.order_by("-pk")
    serializer_class = ApiKeyOut
    filterset_fields = ("member",)

    def get_permissions(self) -> list[BasePermission]:
        """Admins only, and no keys: a key would make others that may do more."""
        return [InPerson(), IsAdmin()]

    @extend_schema(
        request=ApiKeyIn,
        responses={201: NewApiKeyOut, **problems(NotFound, ApiKeyInvalid, PersonNeeded)},
    )
    def create(self, request: Request) -> Response:
        """Make a key. Its secret is in this answer and nowhere else."""
        actor = member_of(request)
        wish = self.valid(ApiKeyIn).wish(actor)
        made, secret = create_api_key(actor=actor, new=wish, now=timezone.now())
        made.key = secret  # type: ignore[attr-defined]  # for this answer only
        return Response(NewApiKeyOut(made).data, status=201)

    @extend_schema(request=None, responses={200: ApiKeyOut, **problems(NotFound, PersonNeeded)})
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """End a key: from the next request on it opens nothing."""
        key = self.get_object()
        revoked = revoke_api_key(actor=member_of(request), key=key, now=timezone.now())
        return Response(ApiKeyOut(revoked).data)
