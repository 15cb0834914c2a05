"""Who a request comes from: a phone with a session token, or a browser with a session cookie."""

from __future__ import annotations

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.errors import CsrfFailed
from accounts.sessions import note_use


class PhoneAuthentication(XSessionTokenAuthentication):
    """The header X-Session-Token, which sign-in through /_allauth/app/ gives out."""

    def authenticate(self, request: HttpRequest) -> Any:
        """The user of the session; raises AuthenticationFailed for a token that no session has."""
        token = self.get_session_token(request)
        if not token:
            return None
        found = super().authenticate(request)
        if found is None:
            raise AuthenticationFailed("This session has ended. Sign in again.")
        note_use(token, now=timezone.now())
        return found

    def authenticate_header(self, request: Request) -> str:
        """What the 401 says about signing in; without it, Django REST framework answers 403."""
        return 'Session realm="Canvass"'


class BrowserAuthentication(SessionAuthentication):
    """The session cookie, with a CSRF token on every write."""

    def authenticate(self, request: Request) -> Any:
        """The user of the session, or None. Raises CsrfFailed."""
        found = super().authenticate(request)
        if found is not None:
            note_use(str(request.session.session_key), now=timezone.now())
        return found

    def enforce_csrf(self, request: Request) -> None:
        """Raise CsrfFailed unless the request carries the CSRF token of its cookie."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            raise CsrfFailed from None
