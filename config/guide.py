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
PAGES = (PAGE, ROOT / "docs" / "sync.md")
BLOCK = re.compile(r"^```http\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r' name="(\w+)"')
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

    def boundary(self) -> str:
        """What parts a form, or nothing."""
        return (self.header("Content-Type") or "").partition("boundary=")[2]

    def value(self) -> Any:
        """The body: JSON, or the fields of a form with their texts; None if it is neither."""
        if self.boundary():
            parts = self.body.split(f"--{self.boundary()}")[1:-1]
            fields = (part.strip("\n").partition("\n\n") for part in parts)
            return {FIELD.findall(head)[0]: text for head, _, text in fields}
        return json.loads(self.body) if self.body.startswith(("{", "[")) else None


def header_of(line: str) -> tuple[str, str]:
    """The name and the value of a header."""
    name, _, value = line.partition(": ")
    return name, value


def pairs(page: str) -> list[tuple[Message, Message]]:
    """The requests of a page with their answers."""
    messages = [Message.read(block) for block in BLOCK.findall(page)]
    return list(zip(messages[::2], messages[1::2], strict=True))


def document_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give the operations of the schema the bodies of the guides; without the pages, none."""
    page = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page.exists())
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
    """Add what a message shows, if it is JSON or a form, to the examples of a body."""
    content, value = (body or {}).get("content", {}), shown.value()
    ending = "form-data" if shown.boundary() else "json"
    kind = next((kind for kind in content if kind.endswith(ending)), None)
    if kind and value is not None:
        examples = content[kind].setdefault("examples", {})
        told = {"summary": request.first, "value": plain(value, names)}
        examples[f"example{len(examples) + 1}"] = told


def plain(value: Any, names: list[str]) -> Any:
    """A value of the page with numbers in the places of names, and without what goes on."""
    if isinstance(value, dict):
        return {key: plain(part, names) for key, part in value.items() if key != AND_SO_ON}
    if isinstance(value, list):
        return [plain(part, names) for part in value if part != AND_SO_ON]
    found = NAME.fullmatch(value) if isinstance(value, str) else None
    return names.index(found[1]) + 1 if found else value
