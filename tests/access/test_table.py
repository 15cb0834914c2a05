"""Everybody gets at every address what the table says, and the table names every address."""

from __future__ import annotations

import pytest

from tests.access.addresses import addresses, blank
from tests.access.conftest import Town
from tests.access.table import LINES, REST_LINES, WHO, Line

API = "api/v1/"
ADMIN = "admin/"


@pytest.mark.parametrize("line", LINES, ids=[line.name for line in LINES])
def test_everybody_gets_what_the_table_says(town: Town, line: Line) -> None:
    """Each column's person asks, of the rows of one company, with a body that is right."""
    got = {who: town.ask(who, line, town.hers).status_code for who in WHO}
    assert got == line.statuses


def test_the_table_names_every_address_and_method_of_the_api() -> None:
    """A new endpoint has to say here who may use it; and no line is left of an old one."""
    served = {
        f"{method} {address.path.removeprefix(API)}"
        for address in addresses()
        if address.path.startswith(API)
        for method in address.methods
    }
    named = [blank(line.name) for line in LINES]
    assert sorted(named) == sorted(served)


def test_every_other_address_is_named_too() -> None:
    """The pages, the documentation and sign-in; the Django admin has a test of its own."""
    others = {
        address.path or "/"
        for address in addresses()
        if not address.path.startswith((API, ADMIN)) and "(?:" not in address.path
    }
    assert {blank(line.path) for line in REST_LINES} == others


@pytest.mark.parametrize("line", REST_LINES, ids=[line.name for line in REST_LINES])
def test_outside_the_api_everybody_gets_what_the_table_says(town: Town, line: Line) -> None:
    """A rep who has signed in with a browser, and nobody."""
    path = "/" + line.path.removeprefix("/").format(secret="s" * 43)
    got = {who: town.call(who, line.method, path).status_code for who in line.statuses}
    assert got == line.statuses


def test_the_django_admin_is_for_operators(town: Town) -> None:
    """An admin of a company is sent to sign in like nobody, from every address of it."""
    open_to_all = {"admin/login/", "admin/logout/", "admin/jsi18n/"}
    paths = {address.path for address in addresses() if address.path.startswith(ADMIN)}
    for path in sorted(paths - open_to_all):
        for who in ("admin", "nobody"):
            answer = town.call(who, "GET", "/" + path.replace("{}", "1"))
            where = answer.headers.get("Location", "")
            assert answer.status_code == 302, path
            assert where.startswith("/admin/login/") or "next" not in where, path


def test_options_are_for_members(town: Town) -> None:
    """What an address takes is told to whoever is signed in, by every address of the API."""
    for path in sorted({line.path.partition("?")[0] for line in LINES}):
        address = "/api/v1/" + town.hers.address(path)
        asked = ("admin", "rep", "twin", "nobody")
        statuses = {who: town.call(who, "OPTIONS", address).status_code for who in asked}
        assert statuses["admin"] == 200, path
        assert set(statuses.values()) <= {200, 401, 403, 404}, path
        if path != "invitations/accept/":
            assert statuses["nobody"] == 401, path
