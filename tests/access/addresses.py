"""Every address that the server answers, read from the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

PART = re.compile(r"\(\?P<\w+>[^)]*\)|<[^>]+>|\{\w+\}")


class Address(NamedTuple):
    """An address with "{}" for each of its parts that vary, and what answers it."""

    path: str
    view: Any

    @property
    def methods(self) -> set[str]:
        """The methods that its class of views takes, apart from HEAD and OPTIONS."""
        kind: Any = getattr(self.view, "cls", None) or self.view.view_class
        actions = getattr(self.view, "actions", None)
        names = actions or [name for name in kind.http_method_names if hasattr(kind, name)]
        return {name.upper() for name in names} - {"HEAD", "OPTIONS"}


def addresses() -> list[Address]:
    """All of them, those of the Django admin and of allauth included."""
    return [Address(blank(path), view) for path, view in walk(get_resolver())]


def blank(path: str) -> str:
    """A path with "{}" for each part that varies."""
    return PART.sub("{}", path)


def walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    """The addresses below a resolver, with their views."""
    for each in resolver.url_patterns:
        path = before + str(each.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(each, URLPattern):
            yield path, each.callback
        else:
            yield from walk(each, path)
