"""The file that names every row left out, and why."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from django.core.files import File

from common.spreadsheets import SafeRows
from territories.importing.rows import Reject

HEADER = ("line", "reason", "detail")


class RejectsFile:
    """Collects rejects on disk, as CSV with a header, and counts them by reason."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by __exit__
        self._text = io.TextIOWrapper(self._file, "utf-8", newline="", write_through=True)
        self._rows = SafeRows(self._text)
        self._rows.write(*HEADER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._text.close()

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write the rejects down."""
        for line, reason, detail in rejects:
            self.counts[reason.value] += 1
            self._rows.write(line, reason.value, detail)

    def content(self) -> File[bytes]:
        """The file, from its beginning."""
        self._text.flush()
        self._file.seek(0)
        return File(self._file)
