"""Choosing a new password behind an e-mailed link.

The links are allauth's, so that its own endpoints take their keys as well.
"""

from __future__ import annotations

from datetime import datetime

from allauth.account.forms import UserTokenForm, default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction

from accounts.audit import note_user
from accounts.errors import PasswordLinkNotValid
from accounts.mail import send_password_link
from accounts.models import User
from accounts.sessions import end_sessions
from accounts.tries import forget_tries
from accounts.users import refuse_weak


def mail_password_link(user: User) -> None:
    """Mail the user a link behind which they choose a password. Raises MailUnavailable."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    send_password_link(user, f"{settings.PUBLIC_URL}/password/reset/{key}/")


def user_behind(key: str) -> User:
    """Whose password the link with this key changes. Raises PasswordLinkNotValid."""
    user_part, _, token = key.partition("-")
    form = UserTokenForm(data={"uidb36": user_part, "key": token})
    user = form.reset_user if form.is_valid() else None
    if not isinstance(user, User) or not user.is_active:
        raise PasswordLinkNotValid
    return user


def choose_password(*, key: str, password: str, now: datetime) -> User:
    """Give the user behind a link a new password, and sign them out everywhere.

    The link works once. Raises PasswordLinkNotValid and PasswordTooWeak.
    """
    refuse_weak(password, user_behind(key))
    with transaction.atomic():
        held = User.objects.select_for_update(no_key=True).get(pk=user_behind(key).pk)
        if not default_token_generator.check_token(held, key.partition("-")[2]):
            raise PasswordLinkNotValid
        put_password(held, password, but=None, now=now)
    return held


def put_password(user: User, password: str, *, but: str | None, now: datetime) -> None:
    """Give a user another password, and tell it; nothing stays signed in, but one session perhaps.

    Whoever else knew the old one is out at once.
    """
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user, but=but)
        note_user("user.password_chosen", user, now=now)
    forget_tries(user.email)
