"""Addresses of the pages that e-mailed links open."""

from allauth.headless.constants import Client
from allauth.headless.mfa.views import ManageTOTPView
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from accounts import pages


def not_found(_request: HttpRequest) -> HttpResponse:
    """Answer 404, whatever the method."""
    raise Http404


# allauth would let people change the address they sign in with, without asking their organisation.
unused_sign_in: list[URLPattern | URLResolver] = [
    re_path(r"^(?:app|browser)/v1/account/(?:email|phone)$", not_found),
]

# allauth takes an app off, and the recovery codes with it, in three steps: they are told together.
whole_sign_in: list[URLPattern | URLResolver] = [
    path(
        f"{client.value}/v1/account/authenticators/totp",
        transaction.atomic(ManageTOTPView.as_api_view(client=client)),
    )
    for client in Client
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("invitations/accepted/", pages.invitation_accepted, name="invitation-accepted"),
    path("invitations/<str:secret>/", pages.invitation_page, name="invitation"),
    path("password/changed/", pages.password_changed, name="password-changed"),
    path("password/reset/<str:secret>/", pages.password_page, name="password-reset"),
]
