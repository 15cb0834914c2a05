"""Every error of the API as `application/problem+json` (RFC 9457) with a permanent code.

The codes are those of the subclasses of DomainError, wherever they are; docs/problems.md lists all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import csrf, defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.errors import CsrfFailed
from common.errors import DomainError, NotAllowed, NotFound
from common.problems import PROBLEM_JSON
from config.errors import (
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotAcceptable,
    NotSignedIn,
    ServerFailure,
    TooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)

KINDS: tuple[tuple[type[Exception], type[DomainError]], ...] = (
    (exceptions.ParseError, Malformed),
    (exceptions.ValidationError, Invalid),
    (exceptions.NotAuthenticated, NotSignedIn),
    (exceptions.AuthenticationFailed, NotSignedIn),
    (exceptions.PermissionDenied, NotAllowed),
    (PermissionDenied, NotAllowed),
    (exceptions.NotFound, NotFound),
    (Http404, NotFound),
    (exceptions.MethodNotAllowed, MethodNotAllowed),
    (exceptions.NotAcceptable, NotAcceptable),
    (exceptions.UnsupportedMediaType, UnsupportedMediaType),
    (exceptions.Throttled, TooManyRequests),
)
HEADERS = ("WWW-Authenticate", "Allow")
SIGN_IN = "/_allauth/"
API_PATHS = ("/api/", SIGN_IN)
SIGN_IN_WITHIN_S = 60  # allauth counts by the minute what it answers with 429

GetResponse = Callable[[HttpRequest], HttpResponse]


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem document for an error in a view, or None to let an unknown one become a 500."""
    if isinstance(error, DomainError):
        return answer_of(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    found = as_domain_error(error)
    answer = answer_of(found)
    for name in HEADERS:
        if name in response:
            answer[name] = response[name]
    return answer


def answer_of(error: DomainError) -> Response:
    """The problem document as an answer of an API's view."""
    headers = waiting(error)
    return Response(
        document(error), status=error.status, headers=headers, content_type=PROBLEM_JSON
    )


def waiting(error: DomainError) -> dict[str, str]:
    """The header that says how many seconds to wait, where waiting helps."""
    seconds = error.details.get("retry_after_s")
    return {} if seconds is None else {"Retry-After": str(seconds)}


def as_domain_error(error: Exception) -> DomainError:
    """The error of the catalogue that an error of the framework stands for."""
    kind = next((to for given, to in KINDS if isinstance(error, given)), Malformed)
    if isinstance(error, exceptions.ValidationError):
        return kind(errors=error.get_full_details())
    if isinstance(error, exceptions.AuthenticationFailed):
        return kind(str(error.detail))
    if isinstance(error, exceptions.Throttled):
        return kind(retry_after_s=getattr(error, "wait", None))
    return kind()


def document(error: DomainError) -> dict[str, Any]:
    """A problem document: `type`, `title`, `status`, `code` and the error's details."""
    return error.details | {
        "type": f"urn:canvass:problem:{error.code}",
        "title": error.message,
        "status": error.status,
        "code": error.code,
    }


def page(error: DomainError) -> JsonResponse:
    """The problem document as an answer of Django's, for errors outside the API's views."""
    headers = waiting(error)
    return JsonResponse(
        document(error), status=error.status, headers=headers, content_type=PROBLEM_JSON
    )


def sign_in_middleware(get_response: GetResponse) -> GetResponse:
    """Have allauth's refusal of too many tries look like every other."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == TooManyRequests.status and request.path.startswith(SIGN_IN):
            return page(TooManyRequests(retry_after_s=SIGN_IN_WITHIN_S))
        return response

    return answer


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, which wants a problem document, and not a person with a browser."""
    return request.path.startswith(API_PATHS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 for too long a body."""
    if is_api(request):
        return page(TooLarge() if isinstance(exception, RequestDataTooBig) else Malformed())
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return page(NotAllowed()) if is_api(request) else defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return page(NotFound()) if is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 and say nothing of the cause."""
    return page(ServerFailure()) if is_api(request) else defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a browser's request without its CSRF token."""
    return page(CsrfFailed()) if is_api(request) else csrf.csrf_failure(request, reason)
