"""Errors before and outside the domain: every answer of the API is a problem document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from rest_framework.test import APIClient

from accounts.api.permissions import IsMember
from common.errors import DomainError
from config.catalogue import as_markdown, catalogue
from config.environment import ROOT
from tests.calls import SignIn, problem
from tests.cast import Company

CUTS = "/api/v1/cut-runs/"


def refused(client: Client, path: str, body: str | bytes, **more: Any) -> tuple[int, str]:
    """Status and code of a POST of a raw body."""
    kind = more.pop("content_type", "application/json")
    return problem(client.post(path, body, content_type=kind, **more))


def test_an_unknown_address_is_a_problem_document(client: Client, db: None) -> None:
    """For programs; people with a browser get a page."""
    assert problem(client.get("/api/v1/nothing/")) == (404, "not_found")
    assert client.get("/nothing/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("body", ["{", b"\xff", "[" * 100_000])
def test_a_body_that_cannot_be_read_is_malformed(
    sunrise: Company, as_member: SignIn, body: str | bytes
) -> None:
    """Broken JSON, no UTF-8, or nested without end."""
    assert refused(as_member(sunrise.max), CUTS, body) == (400, "malformed")


def test_a_body_of_another_format_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """The title says which format is read."""
    answer = refused(as_member(sunrise.max), CUTS, "<a/>", content_type="text/xml")
    assert answer == (415, "unsupported_media_type")


def test_a_body_that_is_too_long_is_not_read(
    sunrise: Company, as_member: SignIn, settings: LazySettings
) -> None:
    """One byte more than the limit."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
    assert refused(as_member(sunrise.max), CUTS, '"' + "x" * 19 + '"') == (413, "too_large")


def test_a_method_that_an_address_lacks_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """The header says which ones it has."""
    answer = as_member(sunrise.max).delete("/api/v1/doors/")
    assert problem(answer) == (405, "method_not_allowed")
    assert "GET" in answer["Allow"]


def test_an_answer_that_nobody_accepts_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """Only JSON is spoken here."""
    answer = as_member(sunrise.max).get("/api/v1/doors/", HTTP_ACCEPT="image/png")
    assert problem(answer) == (406, "not_acceptable")


def test_a_field_that_breaks_a_rule_is_named(sunrise: Company, as_member: SignIn) -> None:
    """Each with a message for people and a code for programs."""
    answer = as_member(sunrise.max).post(CUTS, {"criteria": {"territories": 2}})
    assert problem(answer) == (400, "invalid")
    assert answer.json()["errors"]["name"][0]["code"] == "required"


def test_a_mistake_of_ours_says_nothing_of_its_cause(
    sunrise: Company, as_member: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has it, the answer does not."""

    def broken(*_: Any) -> bool:
        raise KeyError("secret")

    monkeypatch.setattr(IsMember, "has_permission", broken)
    client = as_member(sunrise.max)
    client.raise_request_exception = False
    answer = client.get("/api/v1/doors/")
    assert problem(answer) == (500, "server_error")
    assert b"secret" not in answer.content


def test_a_browsers_write_needs_its_csrf_token(sunrise: Company) -> None:
    """The cookie alone is what any page could make the browser send."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(sunrise.max.user)
    answer = client.post(CUTS, {"name": "Spring", "criteria": {"territories": 2}})
    assert problem(answer) == (403, "csrf_failed")


def test_every_code_is_one_errors_own() -> None:
    """Two errors with one code could not be told apart; subclasses need codes of their own."""
    kinds = [error for error in descendants_of_the_project() if "code" in vars(error)]
    codes = [error.code for error in kinds]
    assert len(codes) == len(set(codes))
    assert len(catalogue()) == len(codes)


def descendants_of_the_project() -> set[type[DomainError]]:
    """Every subclass of DomainError that no test has made."""
    waiting, found = [DomainError], set()
    while waiting:
        children = waiting.pop().__subclasses__()
        found |= {child for child in children if not child.__module__.startswith("tests")}
        waiting += children
    return found


def test_the_page_of_codes_is_what_the_code_says() -> None:
    """`make schema` writes it."""
    assert (ROOT / "docs" / "problems.md").read_text(encoding="utf-8") == as_markdown()


def test_a_problem_document_has_the_members_of_the_standard(client: Client, db: None) -> None:
    """RFC 9457's type, title and status, and the code."""
    document = json.loads(client.get("/api/v1/nothing/").content)
    assert document == {
        "type": "urn:canvass:problem:not_found",
        "title": "There is no such thing here, or it is not yours.",
        "status": 404,
        "code": "not_found",
    }
