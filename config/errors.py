"""What can go wrong with a request before, or outside, the domain."""

from __future__ import annotations

from common.errors import DomainError


class NotSignedIn(DomainError):
    """Nobody is signed in, or the session has ended."""

    code = "not_signed_in"
    status = 401
    title = "Sign in first."


class Malformed(DomainError):
    """The request cannot be read at all."""

    code = "malformed"
    status = 400
    title = "The request cannot be read. Send valid JSON, in UTF-8."


class Invalid(DomainError):
    """Fields or filters break a rule; `errors` lists a message and a code for each."""

    code = "invalid"
    status = 400
    title = "Some fields are not valid; see `errors`."


class MethodNotAllowed(DomainError):
    """The address exists but does not take this method; the header `Allow` lists those it takes."""

    code = "method_not_allowed"
    status = 405
    title = "This address does not do that."


class NotAcceptable(DomainError):
    """The header `Accept` names no format that the address can answer in."""

    code = "not_acceptable"
    status = 406
    title = "Nothing that you accept can be given here. Accept application/json."


class TooLarge(DomainError):
    """The body is longer than the server reads."""

    code = "too_large"
    status = 413
    title = "The request is too large. Send it in smaller parts."


class UnsupportedMediaType(DomainError):
    """The header `Content-Type` names a format that the address does not read."""

    code = "unsupported_media_type"
    status = 415
    title = "The request has a format that is not read here. Send application/json."


class TooManyRequests(DomainError):
    """More requests of a kind within a minute than go through; `retry_after_s` is how long to wait.

    The header `Retry-After` says it too. Nothing has been done: send the same again then.
    """

    code = "too_many_requests"
    status = 429
    title = "Slow down and try again later."


class ServerFailure(DomainError):
    """A mistake of ours. The server's log has the cause; the answer does not."""

    code = "server_error"
    status = 500
    title = "Something went wrong on the server. Try again later."
