"""The base of every error that a user of the API can cause."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """A request that the domain refuses, with a permanent code that programs may rely on.

    Subclasses set `code` (dotted, never changed once published), `status` (HTTP) and `title` (one
    sentence that says what is wrong and, where there is something to do, what to do next).
    Keyword arguments become `details`: data for programs, never needed to understand the title.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The request cannot be carried out."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or self.title
        self.details = details
        super().__init__(self.message)


class NotFound(DomainError):
    """The thing does not exist, or is not yours: the two are never told apart."""

    code = "not_found"
    status = 404
    title = "There is no such thing here, or it is not yours."


class NotAllowed(DomainError):
    """Your role may not do this."""

    code = "not_allowed"
    status = 403
    title = "Your role does not allow this."
