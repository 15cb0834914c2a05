"""What the tests of hooks ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from canvass.hooks.endpoints import add_hook
from canvass.models.hooks import Hook, HookKind
from tests.canvass.world import NOW, Town
from tests.cast import Company

MakeHook = Callable[..., Hook]


@pytest.fixture
def hooked(settings: LazySettings, town: Town) -> MakeHook:
    """What makes a hook that is told of everything, at an address of the loopback."""
    settings.HOOK_PRIVATE = True

    def make(url: str, company: Company | None = None, kinds: list[str] | None = None) -> Hook:
        actor = company.olga if company else town.company.ada
        told = HookKind.values if kinds is None else kinds
        return add_hook(actor=actor, url=url, kinds=told, now=NOW)[0]

    return make
