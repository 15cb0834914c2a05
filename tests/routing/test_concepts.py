"""docs/concepts.md states the values and reasons that the code has."""

from __future__ import annotations

import re
from pathlib import Path

from routing.appeal import VALUES
from routing.models import LeftOutReason

TEXT = (Path(__file__).parents[2] / "docs" / "concepts.md").read_text(encoding="utf-8")


def test_every_appeal_stands_there_with_its_value() -> None:
    """In the order of the code."""
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", TEXT, re.MULTILINE)
    assert rows == [(appeal.value, str(value)) for appeal, value in VALUES.items()]


def test_every_reason_stands_there_in_its_words() -> None:
    """Each once, in the order of the code."""
    table = TEXT.partition("| reason | what it says |\n|---|---|\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \| ([^|]*) \|$", table, re.MULTILINE) == LeftOutReason.choices
