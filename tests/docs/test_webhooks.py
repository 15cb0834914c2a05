"""docs/webhooks.md: its example of a receiver believes its example of a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from canvass.hooks.signing import signature
from canvass.hooks.triggers import SOURCES
from canvass.models.hooks import HookKind
from canvass.models.sales import SaleEventKind
from config.environment import ROOT

PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
SECRET = re.findall(r"With the secret `(\w[\w-]+)`", PAGE)[0]
HEADER = re.findall(r"Canvass-Signature: (.+)", PAGE)[0]
BODY = re.findall(r"^\{\"id\".+", PAGE, re.MULTILINE)[0]
SENT_AT = 1781114400

Check = Callable[[str, bytes, str, float], bool]


@pytest.fixture
def is_genuine() -> Check:
    """The function of the page."""
    names: dict[str, Any] = {}
    exec(PAGE.split("```python\n")[1].split("```")[0], names)  # ours
    check: Check = names["is_genuine"]
    return check


def test_the_request_of_the_page_is_signed_as_canvass_signs() -> None:
    """With the page's secret, at the page's time."""
    assert f"t={SENT_AT},v1={signature(SECRET, SENT_AT, BODY)}" == HEADER


def test_the_receiver_of_the_page_believes_it_and_nothing_else(is_genuine: Check) -> None:
    """Not another secret, not another body, not after five minutes; one of two will do."""
    body = BODY.encode()
    assert is_genuine(HEADER, body, SECRET, SENT_AT + 300)
    assert is_genuine(f"{HEADER},v1=00", body, SECRET, SENT_AT - 300)
    assert not is_genuine(HEADER, body, SECRET + "x", SENT_AT)
    assert not is_genuine(HEADER, body + b" ", SECRET, SENT_AT)
    assert not is_genuine(HEADER, body, SECRET, SENT_AT + 301)
    assert not is_genuine(HEADER.replace("t=17", "t=18"), body, SECRET, 1881114400)


def test_the_page_names_every_type_of_event() -> None:
    """All that the triggers write, by the kinds that hooks ask for."""
    written = {kind for source in SOURCES for kind, _, _ in source.told if "||" not in kind}
    types = {kind.strip("'") for kind in written} | {
        f"sale.{kind}" for kind in SaleEventKind.values
    }
    table = PAGE.split("## What is sent")[1].split("\n\n")[1]
    assert set(re.findall(r"`((?:visit|callback|sale|do_not_knock)\.\w+)`", table)) == types
    assert {kind.partition(".")[0] for kind in types} == set(HookKind.values)
