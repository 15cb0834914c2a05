"""Addresses that need no sign-in: the health check, the API's documentation, the admin's door."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def test_health_asks_the_database(client: Client, db: None) -> None:
    """One query, and no caching on the way."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert len(queries) == 1
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/api/docs/", "/api/openapi.yaml", "/admin/login/"])
def test_a_page_opens(client: Client, db: None, path: str) -> None:
    """Without signing in."""
    assert client.get(path).status_code == 200


def test_the_front_page_leads_to_the_documentation(client: Client) -> None:
    """Until the field app is served there."""
    assert client.get("/")["Location"] == "/api/docs/"


def test_the_documentation_needs_no_other_server(client: Client, db: None) -> None:
    """Its scripts and styles come from here, so that it works on a closed network."""
    page = client.get("/api/docs/").content.decode()
    assert "https://" not in page
    assert "drf_spectacular_sidecar" in page


@pytest.mark.parametrize(
    "path",
    [
        "me", "teams", "members", "invitations", "doors", "buildings", "import-runs", "cut-runs",
        "territories", "assignments", "campaigns", "products", "outcomes", "prospects", "shifts",
        "visits", "reports/funnel", "plan-runs", "routes",
    ],
)  # fmt: skip
def test_nobody_reads_without_signing_in(client: Client, db: None, path: str) -> None:
    """A 401 that says so, as a problem document."""
    answer = client.get(f"/api/v1/{path}/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer["WWW-Authenticate"] == 'Session realm="Canvass"'
