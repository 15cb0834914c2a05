"""Programs that come with an API key, in `Authorization: Bearer` or in `X-API-Key`."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.api_keys import find_api_key, note_key_use
from accounts.errors import ScopeNeeded
from accounts.models import ApiKey, Scope, User


class ApiKeyAuthentication(BaseAuthentication):
    """The key's member, as far as the key's scopes and role reach."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """The user and the key, or None without a key. Raises AuthenticationFailed, ScopeNeeded."""
        secret = secret_of(request)
        if not secret:
            return None
        now = timezone.now()
        key = find_api_key(secret, now=now)
        if key is None:
            raise AuthenticationFailed(
                "This API key is unknown, revoked or expired. Ask an admin for another."
            )
        needed = scope_of(request)
        if needed not in key.scopes:
            raise ScopeNeeded(scope=needed)
        note_key_use(key, now=now)
        return key.member.user, key

    def authenticate_header(self, request: Request) -> str:
        """What the 401 says."""
        return 'Bearer realm="Canvass"'


def secret_of(request: Request) -> str:
    """The key of a request, or nothing."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and secret:
        return secret.strip()
    return request.headers.get("X-API-Key", "")


def scope_of(request: Request) -> str:
    """The scope that a request needs: to read, or to write in the app whose view answers it."""
    if request.method in SAFE_METHODS:
        return Scope.READ.value
    view = request.parser_context["view"]
    return f"{type(view).__module__.partition('.')[0]}:write"
