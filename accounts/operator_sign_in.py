"""The Django admin's own sign-in: as hard to guess at as everybody's."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from accounts.errors import TooManyTries
from accounts.models import User
from accounts.tries import count_try, forget_tries


class OperatorSignIn(AdminAuthenticationForm):
    """Address and password and, from who has set up a second factor, a code."""

    code = forms.CharField(
        label="Code of your app, or a recovery code, if you have set one up",
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Sign in, unless too much was tried lately; what is wrong is counted per address."""
        email = self.cleaned_data.get("username", "").strip().lower()
        try:
            count_try(email)
        except TooManyTries as error:
            raise ValidationError(error.title, code=error.code) from None
        cleaned = super().clean()
        forget_tries(email)
        return cleaned

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse whose code is missing or wrong, once the password was right."""
        super().confirm_login_allowed(user)
        if not Authenticator.objects.filter(user=user.pk).exists():
            return
        if not AuthenticateForm({"code": self.cleaned_data.get("code")}, user=user).is_valid():
            raise ValidationError("This account needs a code of its app.", code="incorrect_code")
