"""Addresses of the pages that e-mailed links open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path


def not_found(_request: HttpRequest) -> HttpResponse:
    """Answer 404, whatever the method."""
    raise Http404


# allauth would let people change the address they sign in with, without asking their organisation.
unused_sign_in: list[URLPattern | URLResolver] = [
    re_path(r"^(?:app|browser)/v1/account/(?:email|phone)$", not_found),
]

urlpatterns: list[URLPattern | URLResolver] = []
