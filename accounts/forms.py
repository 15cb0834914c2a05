"""The forms on the pages that e-mailed links open; the rules are the domain's to check."""

from __future__ import annotations

from collections.abc import Callable

from django import forms

from accounts.errors import (
    InvitationPasswordWrong,
    MemberExists,
    PasswordTooWeak,
    TooManyTries,
)

HINT = "At least 8 characters, not only digits, nothing that is easy to guess."
LONGEST = 128


class PasswordForm(forms.Form):
    """A password to choose."""

    password = forms.CharField(
        label="New password",
        help_text=HINT,
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    refused_status: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form."""
        return self.refused_status or (400 if self.errors else 200)

    def carried_out(self, call: Callable[..., object]) -> bool:
        """Whether the domain does what a valid form asks; if not, the form shows why.

        `call` gets the fields by name. A link that works no more is not the form's to show.
        """
        if not self.is_valid():
            return False
        try:
            call(**self.cleaned_data)
        except PasswordTooWeak as error:
            self.refused_status = error.status
            self.add_error("password", error.details["reasons"])
        except (InvitationPasswordWrong, TooManyTries, MemberExists) as error:
            self.refused_status = error.status
            self.add_error(None, error.message)
        return not self.errors


class NewcomerForm(PasswordForm):
    """What somebody without an account tells."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "password")


class ProofForm(PasswordForm):
    """The password that somebody has already."""

    password = forms.CharField(
        label="Your password",
        help_text="You have a Canvass account already: use its password.",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
