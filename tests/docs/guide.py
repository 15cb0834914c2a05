"""The examples of docs/api.md: sent to the API, compared with its answers.

The first answer that shows a `<name>` gives it its value, which it has ever after. The header Date
says when a request is sent.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from django.test import Client

from config.guide import AND_SO_ON, NAME, Message

QUOTED_NAME = re.compile(r'"<(\w+)>"')

Names = dict[str, Any]


def send(request: Message, names: Names) -> Any:
    """What the API answers to a request of the page, whose names all have values."""
    method, path = filled(request.first, names).split()
    headers = {name: filled(value, names) for name, value in request.headers}
    content_type = headers.pop("Content-Type", "application/json")
    body = QUOTED_NAME.sub(lambda found: json.dumps(names[found[1]]), request.body)
    if content_type.startswith("multipart/"):
        body = body.replace("\n", "\r\n")
    client = Client(enforce_csrf_checks=True)
    return client.generic(method, path, body, content_type, headers=headers)


def filled(text: str, names: Names) -> str:
    """A text with the values in the places of their names."""
    return NAME.sub(lambda found: str(names[found[1]]), text)


def shown(response: Any, like: Message, names: Names) -> Message:
    """The API's answer written as the page writes it: equal to `like` if the page is right."""
    first = f"{response.status_code} {HTTPStatus(response.status_code).phrase}"
    headers = [(name, header(response, name, value, names)) for name, value in like.headers]
    if not response.content:
        return Message(first, headers, "")
    wanted = json.loads(like.body or "null")
    answer = written(response.json(), wanted, names)
    return Message(first, headers, like.body if answer == wanted else pretty(answer))


def header(response: Any, name: str, like: str, names: Names) -> str:
    """A header of the answer; of a cookie the page shows name and value."""
    if name != "Set-Cookie":
        return str(response.headers.get(name))
    cookie, _, value = like.partition("=")
    return f"{cookie}={written(response.cookies[cookie].value, value, names)}"


def written(value: Any, like: Any, names: Names) -> Any:
    """A value with names and "…" wherever `like` has them and they are right."""
    if isinstance(value, str | int) and (found := NAME.fullmatch(str(like))):
        return like if str(names.setdefault(found[1], value)) == str(value) else value
    if isinstance(value, dict) and isinstance(like, dict):
        return written_object(value, like, names)
    if isinstance(value, list) and isinstance(like, list):
        return written_list(value, like, names)
    return value


def written_object(value: dict[str, Any], like: dict[str, Any], names: Names) -> dict[str, Any]:
    """An object as the page writes it, without the fields that the page leaves out."""
    goes_on = AND_SO_ON in like and value.keys() > like.keys() - {AND_SO_ON}
    kept = like.keys() if goes_on else value.keys()
    parts = {key: written(value[key], like.get(key), names) for key in value if key in kept}
    return {**parts, AND_SO_ON: AND_SO_ON} if goes_on else parts


def written_list(values: list[Any], like: list[Any], names: Names) -> list[Any]:
    """A list as the page writes it, cut off where the page says that it goes on."""
    if like and like[-1] == AND_SO_ON and len(values) >= len(like):
        return [*written_list(values[: len(like) - 1], like[:-1], names), AND_SO_ON]
    padded = like + [None] * len(values)
    return [written(value, part, names) for value, part in zip(values, padded, strict=False)]


def pretty(answer: Any) -> str:
    """JSON to be read in a failed test."""
    return json.dumps(answer, indent=2, ensure_ascii=False)
