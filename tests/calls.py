"""Little tools for the tests of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from accounts.models import Member

# What a request costs before its view begins: the session, its user, the note of when it was last
# used (with savepoints), and the member.
SIGNED_IN = 9

SignIn = Callable[[Member | None], APIClient]


def numbers(answer: Any) -> list[str]:
    """Street and number of each door or building of a list."""
    return [f"{row['street']}{row['number']}" for row in answer.json()["results"]]


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of a refused call, which must be a problem document."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]
