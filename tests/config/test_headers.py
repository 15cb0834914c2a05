"""What answers tell browsers not to do with them."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import Company

LINKED = ["/invitations/accepted/", "/invitations/x/", "/password/changed/"]
OURS = ["/admin/login/", "/api/docs/", "/nothing/"]
PAGES = LINKED + OURS
DATA = ["/api/v1/me/", "/healthz", "/api/openapi.yaml", "/_allauth/app/v1/config", "/api/v1/no/"]
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(?:\ssrc=|application/json))")


def policy(answer: object) -> dict[str, str]:
    """The content security policy of an answer, by directive."""
    parts = answer.headers["Content-Security-Policy"].split("; ")  # type: ignore[attr-defined]
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("path", PAGES + DATA)
def test_every_answer_forbids_what_it_does_not_need(db: None, client: Client, path: str) -> None:
    """Nothing unsafe, nothing from elsewhere, no frame; pages load what is ours, data nothing."""
    answer = client.get(path)
    found = policy(answer)
    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(found)
    assert "http" not in str(found)
    if path in DATA:
        assert not any(name.endswith("-src") for name in found.keys() - {"default-src"})
    assert answer["Permissions-Policy"].startswith("accelerometer=()")
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", LINKED)
def test_the_pages_of_links_allow_their_own_style_alone(
    db: None, client: Client, path: str
) -> None:
    """The policy names the digest of the one that the page holds, and no script."""
    answer = client.get(path)
    (style,) = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy(answer)["style-src"] == f"'sha256-{digest}'"
    assert "script-src" not in policy(answer)


@pytest.mark.parametrize("path", OURS)
def test_pages_have_no_inline_style_or_script(db: None, client: Client, path: str) -> None:
    """The policy would switch it off."""
    assert not INLINE.search(client.get(path).content.decode())


def test_the_admin_s_pages_work_under_the_policy(sunrise: Company, client: Client) -> None:
    """Its start, a list, and the form of a row have nothing inline either."""
    boss = User.objects.create_superuser("boss@canvass.test", name="Boss")
    client.force_login(boss)
    pages = ["", "accounts/member/", f"accounts/member/{sunrise.rosa.pk}/change/"]
    for path in pages:
        answer = client.get(f"/admin/{path}")
        assert answer.status_code == 200
        assert not INLINE.search(answer.content.decode()), path


def test_the_documentation_starts_its_page_from_a_script_of_its_own(
    db: None, client: Client
) -> None:
    """Which the page names, and which is JavaScript."""
    (address,) = re.findall(r'src="(/api/docs/[^"]*)"', client.get("/api/docs/").content.decode())
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle" in answer.content.decode()
