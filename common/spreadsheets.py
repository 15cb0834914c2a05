"""CSV that people open in a spreadsheet: what strangers wrote is text there, never a formula."""

from __future__ import annotations

import csv
from typing import TextIO

# What OWASP lists under "CSV Injection": also in full width, as East Asian keyboards have them.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class SafeRows:
    """Writes rows of CSV to a text file that was opened with `newline=""`."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file)

    def write(self, *cells: object) -> None:
        """Write one row; numbers stay numbers, texts that look like formulas are quoted."""
        self._rows.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
