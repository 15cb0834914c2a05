"""How request bodies are read."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser

from config.errors import TooLarge

GZIP = 16 + zlib.MAX_WBITS


class BoundedJSONParser(JSONParser):
    """JSON bodies up to DATA_UPLOAD_MAX_MEMORY_SIZE bytes, nested as deep as can be read.

    The limit holds for what a body in gzip unpacks to as well.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The body's value. Raises TooLarge, UnsupportedMediaType and ParseError."""
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge
        request = (parser_context or {}).get("request")
        coding = request.headers.get("Content-Encoding", "") if request else ""
        if coding not in ("", "identity"):
            body = unpacked(body, coding, limit)
        try:
            return super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError:
            raise ParseError from None


def unpacked(body: bytes, coding: str, limit: int) -> bytes:
    """What was packed into a body. Raises TooLarge beyond the limit, without unpacking more."""
    if coding != "gzip":
        raise UnsupportedMediaType(coding)
    unpacker = zlib.decompressobj(GZIP)
    try:
        found = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise ParseError from None
    if len(found) > limit:
        raise TooLarge
    if not unpacker.eof or unpacker.unused_data:
        raise ParseError
    return found
