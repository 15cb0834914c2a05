"""How allauth is told about this installation's rules."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import MailUnavailable
from accounts.mail import send_password_link
from accounts.models import User
from accounts.passwords import put_password
from accounts.sessions import session_of_request


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: members come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Put and tell it as behind our own links: allauth's addresses do that, too."""
        owner = cast("User", user)
        put_password(owner, password, but=session_of_request(owner), now=timezone.now())

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """Mail the link, in our words.

        A mail server that is down is in the log, not in the answer: an unknown address is answered
        as if it had got a link, and must not be told apart from one that should have.
        """
        try:
            send_password_link(cast("User", user), context["password_reset_url"])
        except MailUnavailable:
            return
