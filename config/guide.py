"""The examples of docs/api.md: one place for the guide, the test that replays it, and the schema.

A block ``http`` holds a request or, after it, its answer. `<name>` stands for an id or a secret. A
list that ends in "…" and an object with "…" go on.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from config.environment import ROOT

PAGE = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"^```http\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"<(\w+)>")
AND_SO_ON = "…"


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, its headers, its body."""

    first: str
    headers: list[tuple[str, str]]
    body: str

    @classmethod
    def read(cls, block: str) -> Message:
        """The message that a block of the page shows."""
        head, _, body = block.partition("\n\n")
        first, *lines = head.splitlines()
        return cls(first, [header_of(line) for line in lines], body)

    def header(self, name: str) -> str | None:
        """The value of a header that may be there once."""
        return dict(self.headers).get(name)


def header_of(line: str) -> tuple[str, str]:
    """The name and the value of a header."""
    name, _, value = line.partition(": ")
    return name, value


def pairs(page: str) -> list[tuple[Message, Message]]:
    """The requests of a page with their answers."""
    messages = [Message.read(block) for block in BLOCK.findall(page)]
    return list(zip(messages[::2], messages[1::2], strict=True))


def document_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give the operations of the schema the bodies of the guide; without the page, none."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    names = list(dict.fromkeys(NAME.findall(page)))
    for request, answer in pairs(page):
        method, address = request.first.split()
        operation = operation_at(result["paths"], method.lower(), address.partition("?")[0])
        if operation is None:
            continue
        status = answer.first.partition(" ")[0]
        add(operation.get("requestBody"), request, request, names)
        add(operation["responses"].get(status), request, answer, names)
    return result


def operation_at(
    paths: dict[str, dict[str, Any]], method: str, address: str
) -> dict[str, Any] | None:
    """The operation that answers an address; one without an id in it goes first."""
    for path in sorted(paths, key=lambda path: path.count("{")):
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), address):
            return paths[path].get(method)
    return None


def add(body: dict[str, Any] | None, request: Message, shown: Message, names: list[str]) -> None:
    """Add what a message shows, if it is JSON, to the examples of a body of the schema."""
    content = (body or {}).get("content", {})
    kind = next((kind for kind in content if kind.endswith("json")), None)
    if kind and shown.body.startswith(("{", "[")):
        examples = content[kind].setdefault("examples", {})
        value = plain(json.loads(shown.body), names)
        examples[f"example{len(examples) + 1}"] = {"summary": request.first, "value": value}


def plain(value: Any, names: list[str]) -> Any:
    """A value of the page with numbers in the places of names, and without what goes on."""
    if isinstance(value, dict):
        return {key: plain(part, names) for key, part in value.items() if key != AND_SO_ON}
    if isinstance(value, list):
        return [plain(part, names) for part in value if part != AND_SO_ON]
    found = NAME.fullmatch(value) if isinstance(value, str) else None
    return names.index(found[1]) + 1 if found else value
