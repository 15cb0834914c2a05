"""The sessions of users: when they were last used, and their end."""

from __future__ import annotations

import hashlib
from datetime import datetime

from allauth.core import context
from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction

from accounts.models import User

SEEN_EVERY_S = 300


class OneQueryStrategy(SessionTokenStrategy):
    """Session tokens as allauth has them, looked up without asking first whether there is one."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """The session of a token, or None where there is none, or no longer. One query."""
        found: SessionBase | None = sessionkit.lookup_session(session_token)
        return found


def note_use(session_key: str, *, now: datetime) -> None:
    """Remember when a session was last used, to within a few minutes, for the list of sessions.

    The cache keeps most requests from writing to the database.
    """
    mark = f"session-used:{hashlib.sha256(session_key.encode()).hexdigest()}"
    if cache.add(mark, value=True, timeout=SEEN_EVERY_S):
        UserSession.objects.filter(session_key=session_key).update(last_seen_at=now)


def session_of_request(user: User) -> str | None:
    """The session in which the user makes the request being answered; None outside of one."""
    request = context.request
    if request is None or request.user.pk != user.pk:
        return None
    key: str | None = request.session.session_key
    return key


def end_sessions(user: User, *, but: str | None = None) -> None:
    """Sign the user out everywhere, but in one session perhaps.

    Browsers and phones are nobody from the next request on.
    """
    with transaction.atomic():
        theirs = UserSession.objects.filter(user=user)
        if but is not None:
            theirs = theirs.exclude(session_key=but)
        Session.objects.filter(pk__in=list(theirs.values_list("session_key", flat=True))).delete()
        theirs.delete()
