"""The examples of the API's schema: those of docs/api.md, which a test replays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from canvass.api import serializers
from canvass.api.serializers import sales, shift_events
from config.guide import AND_SO_ON, NAME, plain


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    """The operations of the schema by address."""
    made: Any = SchemaGenerator
    found: dict[str, Any] = made().get_schema(request=None, public=True)["paths"]
    return found


def examples(body: dict[str, Any]) -> list[Any]:
    """The values of the examples of a request or an answer."""
    (content,) = body["content"].values()
    return [one["value"] for one in content.get("examples", {}).values()]


@pytest.mark.parametrize(
    ("address", "serializer"),
    [
        ("visits/", serializers.VisitIn),
        ("visits/same/", serializers.SameVisitsIn),
        ("sales/", sales.SaleIn),
        ("sales/{id}/events/", sales.SaleEventIn),
        ("shifts/{id}/events/", shift_events.ShiftEventIn),
    ],
)
def test_what_phones_send_has_examples(
    paths: dict[str, Any], address: str, serializer: Any
) -> None:
    """Each is a request that the API takes, with an answer to it."""
    operation = paths[f"/api/v1/{address}"]["post"]
    sent = [
        one["value"]
        for kind, content in operation["requestBody"]["content"].items()
        if kind == "application/json"
        for one in content["examples"].values()
    ]
    assert sent
    for body in sent:
        checked = serializer(data=body)
        assert checked.is_valid(), checked.errors
    answers = [operation["responses"].get(status) for status in ("200", "201", "409")]
    assert any(examples(answer) for answer in answers if answer)


def test_examples_are_plain_json(paths: dict[str, Any]) -> None:
    """No name and no dots of the guide are left in any of them."""
    shown = [
        one
        for operations in paths.values()
        for operation in operations.values()
        for body in (operation.get("requestBody"), *operation["responses"].values())
        for content in (body or {}).get("content", {}).values()
        for one in content.get("examples", {}).values()
    ]
    assert len(shown) > 50
    text = json.dumps([one["value"] for one in shown], ensure_ascii=False)
    assert AND_SO_ON not in text
    assert not NAME.search(text)


def test_names_become_numbers() -> None:
    """The same name the same number; what goes on is left out."""
    page = {"id": "<cut>", "rows": ["<door>", "<cut>", "…"], "note": "<cut> it", "…": "…"}
    assert plain(page, ["door", "cut"]) == {"id": 2, "rows": [1, 2], "note": "<cut> it"}
