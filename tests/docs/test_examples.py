"""The examples of the API's schema: those of docs/api.md, which a test replays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from canvass.api import serializers
from canvass.api.serializers import sales, shift_events
from config.guide import AND_SO_ON, NAME, Message, plain
from config.lent_examples import lend_examples


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


def shown(operation: dict[str, Any], kinds: tuple[str, ...]) -> list[bool]:
    """Whether request and answer of an operation have an example, as far as they have a body."""
    succeeds = [
        answer["content"]
        for status, answer in operation["responses"].items()
        if status.startswith("2") and answer.get("content", {}).keys() & set(kinds)
    ]
    sent = operation.get("requestBody", {}).get("content", {})
    bodies = [[sent]] if sent.keys() & set(kinds) else []
    return [
        any(kind.get("examples") for content in alternatives for kind in content.values())
        for alternatives in [*bodies, *([succeeds] if succeeds else [])]
    ]


def test_every_operation_has_examples(paths: dict[str, Any]) -> None:
    """Of what it takes and of what it answers, in JSON or as a form; files are not shown."""
    kinds = "application/json", "multipart/form-data"
    lacking = [
        f"{method} {address}"
        for address, operations in paths.items()
        for method, operation in operations.items()
        if not all(shown(operation, kinds))
    ]
    assert lacking == []


def test_an_answer_that_no_page_shows_is_lent_by_one_of_its_shape() -> None:
    """The fullest that is known, as it is, in a list or on a page; nothing is made up."""
    visit, page = "#/components/schemas/Visit", "#/components/schemas/VisitPage"
    rows = {"type": "array", "items": {"$ref": visit}}
    contents: dict[str, Any] = {
        "/made": {"schema": {"$ref": visit}, "examples": {"example1": {"value": {"id": 1}}}},
        "/page": {"schema": {"$ref": page}},
        "/list": {"schema": rows},
        "/other": {"schema": {"$ref": "#/components/schemas/Sale"}},
    }
    result: dict[str, Any] = {
        "components": {
            "schemas": {"Visit": {}, "VisitPage": {"properties": {"results": rows}}, "Sale": {}}
        },
        "paths": {
            address: {"get": {"responses": {"200": {"content": {"application/json": content}}}}}
            for address, content in contents.items()
        },
    }
    lend_examples(result)
    values = {
        address: [one["value"] for one in content.get("examples", {}).values()]
        for address, content in contents.items()
    }
    assert values == {
        "/made": [{"id": 1}],
        "/page": [{"count": 1, "next": None, "previous": None, "results": [{"id": 1}]}],
        "/list": [[{"id": 1}]],
        "/other": [],
    }


def test_a_form_is_shown_by_its_fields() -> None:
    """Each with its text, files too."""
    head = 'Content-Disposition: form-data; name="'
    block = f"POST /x/\nContent-Type: multipart/form-data; boundary=part\n\n--part\n{head}dataset"
    block += f'"\n\ncity\n--part\n{head}file"; filename="a.csv"\n\nA,B\n1,2\n--part--'
    assert Message.read(block).value() == {"dataset": "city", "file": "A,B\n1,2"}


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
