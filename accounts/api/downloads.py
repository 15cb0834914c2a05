"""Files to be kept: CSV for spreadsheets, as it is and a piece at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from common.spreadsheets import SafeRows

CSV = "text/csv; charset=utf-8"


class AsItIs(DefaultContentNegotiation):
    """For a download: sent as it is, whatever the client accepts; an error is a problem in JSON."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """The first renderer, which only errors need."""
        return renderers[0], renderers[0].media_type


def csv_download(name: str, blocks: Iterable[Sequence[Sequence[object]]]) -> StreamingHttpResponse:
    """Rows of CSV as a file to download, sent block by block as they are read."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(texts(blocks), content_type=CSV, headers=headers)


def texts(blocks: Iterable[Sequence[Sequence[object]]]) -> Iterator[str]:
    """Each block as CSV in which no cell is a formula."""
    for block in blocks:
        text = StringIO(newline="")
        rows = SafeRows(text)
        for cells in block:
            rows.write(*cells)
        yield text.getvalue()
