"""Examples of the answers that no page shows: lent by answers of the same shape that one shows.

A list of visits is a page with the visit that recording one answers; so whatever the schema shows
was answered by the API when a test replayed the pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Known = dict[str, Any]  # a component's name, and a value of it

COMPONENTS = "#/components/schemas/"


def lend_examples(result: Schema, **_: Any) -> Schema:
    """Give every answer without an example one of its shape, where there is one."""
    components = result["components"]["schemas"]
    known: Known = {}
    answers = list(answers_of(result))
    for content in answers:
        for example in content.get("examples", {}).values():
            notice(content["schema"], example["value"], components, known)
    for content in answers:
        if "examples" not in content and (value := made_of(content["schema"], components, known)):
            content["examples"] = {"example1": {"summary": "Of the same shape", "value": value}}
    return result


def answers_of(result: Schema) -> Iterator[Schema]:
    """The JSON contents of the answers of success."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                if status.startswith("2") and "application/json" in content:
                    yield content["application/json"]


def notice(schema: Schema, value: Any, components: Schema, known: Known) -> None:
    """Remember a value and its parts as examples of their components, the fullest of each."""
    name = schema.get("$ref", "").removeprefix(COMPONENTS)
    whole = components.get(name, schema)
    if isinstance(value, list):
        for part in value:
            notice(whole.get("items", {}), part, components, known)
    if not isinstance(value, dict):
        return
    if name and len(value) > len(known.get(name, ())):
        known[name] = value
    for key, part in value.items():
        notice(whole.get("properties", {}).get(key, {}), part, components, known)


def made_of(schema: Schema, components: Schema, known: Known) -> Any:
    """A value of a schema: a known one, or a list or a page with one; None if there is none."""
    name = schema.get("$ref", "").removeprefix(COMPONENTS)
    if name in known:
        return known[name]
    whole = components.get(name, schema)
    if whole.get("type") == "array":
        part = made_of(whole["items"], components, known)
        return part and [part]
    rows = whole.get("properties", {}).get("results")
    if rows is None:
        return None
    part = made_of(rows, components, known)
    return part and {"count": 1, "next": None, "previous": None, "results": part}
