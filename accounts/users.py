"""People who can sign in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.errors import EmailInvalid, PasswordTooWeak, UserExists
from accounts.models import User


def clean_email(email: str) -> str:
    """The address as it is stored: trimmed, in lower case. Raises EmailInvalid."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise EmailInvalid from None
    return address


def refuse_weak(password: str, user: User) -> None:
    """Raise PasswordTooWeak for a password that breaks the rules, or resembles its user."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(reasons=error.messages) from None


def create_user(*, email: str, name: str, password: str | None, now: datetime) -> User:
    """Create a user; without a password they have to choose one through an e-mailed link.

    Raises EmailInvalid, PasswordTooWeak and UserExists.
    """
    user = User(email=clean_email(email), name=" ".join(name.split()), date_joined=now)
    if password is not None:
        refuse_weak(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise UserExists from None
    return user
