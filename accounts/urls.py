"""Addresses of the pages that e-mailed links open."""

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

urlpatterns: list[URLPattern | URLResolver] = [
    path("invitations/accepted/", pages.invitation_accepted, name="invitation-accepted"),
    path("invitations/<str:secret>/", pages.invitation_page, name="invitation"),
    path("password/changed/", pages.password_changed, name="password-changed"),
    path("password/reset/<str:secret>/", pages.password_page, name="password-reset"),
]
