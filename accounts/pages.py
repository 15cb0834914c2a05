"""The pages that e-mailed links open: accepting an invitation, choosing a new password.

Plain HTML that needs no script and loads nothing. Opening a page changes nothing, because mail
scanners open links too; only sending its form does.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InvitationNotValid, PasswordLinkNotValid
from accounts.forms import NewcomerForm, PasswordForm, ProofForm
from accounts.invitations import accept_invitation, find_invitation, invited_user
from accounts.passwords import choose_password, user_behind

TEMPLATE = Path(__file__).parent / "templates" / "accounts" / "page.html"
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def style_hash() -> str:
    """How a policy names the one style sheet of the pages, so that no other is taken."""
    styles = STYLE.findall(TEMPLATE.read_text(encoding="utf-8"))
    digest = hashlib.sha256("".join(styles).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


HEADERS = {
    # The address holds a secret. "no-referrer" would hide it as well, but then browsers send their
    # forms with `Origin: null`, which the CSRF protection refuses.
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {style_hash()}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex",
}

Page = Callable[[HttpRequest, str], HttpResponse]


def secret_page(page: Page) -> Page:
    """A page whose address is a secret: never cached, never framed; a dead link is a 404."""

    @never_cache
    @sensitive_post_parameters("password")
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def answer(request: HttpRequest, secret: str) -> HttpResponse:
        try:
            response = page(request, secret)
        except (InvitationNotValid, PasswordLinkNotValid) as error:
            context = {"title": "This link does not work", "text": error.message}
            response = render(request, "accounts/message.html", context, status=error.status)
        return guarded(response)

    return answer


def guarded(response: HttpResponse) -> HttpResponse:
    """The response with the headers of these pages."""
    for name, value in HEADERS.items():
        response[name] = value
    return response


@secret_page
def invitation_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an invitation, and accept it."""
    now = timezone.now()
    invitation = find_invitation(secret, now)
    kind = NewcomerForm if invited_user(invitation) is None else ProofForm
    form = kind(sent(request), initial={"name": invitation.name})
    if form.carried_out(partial(accept_invitation, token=secret, now=now)):
        return redirect("invitation-accepted")
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/accept_invitation.html", context, status=form.status)


@secret_page
def password_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for a new password, and set it."""
    user = user_behind(secret)
    form = PasswordForm(sent(request))
    if form.carried_out(partial(choose_password, key=secret, now=timezone.now())):
        return redirect("password-changed")
    context = {"form": form, "email": user.email}
    return render(request, "accounts/choose_password.html", context, status=form.status)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, or None while it is only shown."""
    return request.POST if request.method == "POST" else None


@require_safe
def invitation_accepted(request: HttpRequest) -> HttpResponse:
    """Say what comes next."""
    text = "You can sign in to Canvass now, with your e-mail address and your password."
    context = {"title": "Welcome", "text": text}
    return guarded(render(request, "accounts/message.html", context))


@require_safe
def password_changed(request: HttpRequest) -> HttpResponse:
    """Say what comes next."""
    text = "Sign in with the new one. You have been signed out everywhere."
    context = {"title": "Your password is changed", "text": text}
    return guarded(render(request, "accounts/message.html", context))
