"""Every error of the API as `application/problem+json` (RFC 9457) with a permanent code."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import DomainError

CODES = {
    exceptions.ParseError: ("malformed", "The request body cannot be read."),
    exceptions.UnsupportedMediaType: ("malformed", "The request body has the wrong type."),
    exceptions.ValidationError: ("invalid", "Some fields are not valid; see `errors`."),
    exceptions.NotAuthenticated: ("not_signed_in", "Sign in first."),
    exceptions.AuthenticationFailed: ("not_signed_in", "The sign-in is not valid; sign in again."),
    exceptions.PermissionDenied: ("not_allowed", "Your role does not allow this."),
    PermissionDenied: ("not_allowed", "Your role does not allow this."),
    Http404: ("not_found", "There is no such thing here, or it is not yours."),
    exceptions.NotFound: ("not_found", "There is no such thing here, or it is not yours."),
    exceptions.MethodNotAllowed: ("method_not_allowed", "This address does not do that."),
    exceptions.Throttled: ("too_many_requests", "Slow down and try again later."),
}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem document for an error, or None to let an unknown one become a 500."""
    if isinstance(error, DomainError):
        return problem(error.status, error.code, error.message, error.details)
    response = exception_handler(error, context)
    if response is None:
        return None
    code, title = CODES.get(type(error), ("error", "The request cannot be carried out."))
    extra = {"errors": response.data} if isinstance(error, exceptions.ValidationError) else {}
    answer = problem(response.status_code, code, title, extra)
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in response:
            answer[name] = response[name]
    return answer


def problem(status: int, code: str, title: str, extra: dict[str, Any]) -> Response:
    """A problem document: `type`, `title`, `status`, `code` and whatever `extra` adds."""
    body = {"type": f"urn:canvass:problem:{code}", "title": title, "status": status, "code": code}
    return Response(body | extra, status=status, content_type="application/problem+json")
