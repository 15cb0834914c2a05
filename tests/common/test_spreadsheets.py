"""CSV for spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.spreadsheets import SafeRows


def written(*cells: object) -> list[str]:
    """The cells of a row, written and read again."""
    file = io.StringIO(newline="")
    SafeRows(file).write(*cells)
    file.seek(0)
    return next(csv.reader(file))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0", "＝1"]
)
def test_what_a_spreadsheet_would_compute_is_text(text: str) -> None:
    """An apostrophe stands before it, and nothing of it is lost."""
    assert written(text) == [f"'{text}"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """Whatever a stranger's file says; what is no formula stays as it is."""
    (cell,) = written(text or "x")
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert cell.removeprefix("'") == (text or "x").removeprefix("'")


def test_numbers_stay_numbers() -> None:
    """A negative amount is no formula."""
    assert written(-5, 2.5, None, "Elm Street 5") == ["-5", "2.5", "", "Elm Street 5"]
