"""The first start of a release compiles, and whoever waits at a terminal is told."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import pytest

from config.demo.session import say_if_compiling
from routing.engine import is_compiled, warming


class Terminal(StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


def said(monkeypatch: pytest.MonkeyPatch, stream: StringIO) -> str:
    """What is written to standard error before the searches are warmed up."""
    monkeypatch.setattr(sys, "stderr", stream)
    say_if_compiling()
    return stream.getvalue()


def test_who_waits_is_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One line before, none after it is compiled, and none where nobody looks."""
    monkeypatch.setattr(warming, "FOLDER", tmp_path)
    assert said(monkeypatch, StringIO()) == ""
    assert said(monkeypatch, Terminal()).startswith("Compiling the route search, once")
    assert not is_compiled()
    warming.warm.__wrapped__()
    assert is_compiled()
    assert said(monkeypatch, Terminal()) == ""


def test_where_no_machine_code_can_be_kept_every_start_is_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It compiles each time, and says so."""
    monkeypatch.setattr(warming, "FOLDER", None)
    assert said(monkeypatch, Terminal()).count("\n") == 1
