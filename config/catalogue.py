"""Every error code of the API, collected from the code for docs/problems.md."""

from __future__ import annotations

from collections.abc import Iterator

from common.errors import DomainError
from config import urls  # noqa: F401  # loads everything that the API is made of

INTRODUCTION = """\
# Problem codes

The API answers every error as `application/problem+json` (RFC 9457): `type`, `title`, `status` and
`code`, and with some codes further members. A `code` is permanent: programs may rely on it. A
`title` is for people, and may change. Background runs that fail carry the same codes in
`error.code`.

This page is written by `make schema` from the code.
"""
PROJECT = ("common", "accounts", "territories", "canvass", "routing", "config")


def catalogue() -> list[type[DomainError]]:
    """Every error that has a code of its own, by code."""
    found = {error.code: error for error in descendants(DomainError)}
    return [found[code] for code in sorted(found)]


def descendants(error: type[DomainError]) -> Iterator[type[DomainError]]:
    """All classes of the project below one, nearest first."""
    for child in error.__subclasses__():
        if child.__module__.partition(".")[0] in PROJECT:
            yield child
        yield from descendants(child)


def as_markdown() -> str:
    """The page docs/problems.md."""
    parts = [INTRODUCTION]
    for error in catalogue():
        about = " ".join((error.__doc__ or "").split())
        parts.append(f"## `{error.code}`\n\n{error.status}. {error.title}\n\n{about}\n")
    return "\n".join(parts)
