"""Which encoding a text file is in: told where that is certain enough, refused where it is not."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from charset_normalizer import CharsetMatch, from_bytes

from territories.importing.errors import UnknownEncoding, WrongFormat

CHUNK = 1 << 20
SAMPLE = 1 << 16
MAX_CHAOS = 0.1
MIN_COHERENCE = 0.3
CLEAR_LEAD = 0.2

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is the beginning of this one
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
WORD = re.compile(r"[^\W\d_]+")
CAPITAL_INSIDE = re.compile(r"[a-zß-öø-ÿ][À-ÖØ-ÞŒŠŽŸ]")
SIGNS = frozenset("°ºª’‘“”–—·§")  # what address lists hold besides letters


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a text, read to its end: counties put their first accent anywhere.

    A byte-order mark decides; else UTF-8 if everything is; else what the bytes beyond ASCII look
    like. Raises WrongFormat for what is no text, UnknownEncoding if nothing fits clearly.
    """
    chunk = file.read(CHUNK)
    for mark, name in MARKS.items():
        if chunk.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    while chunk:
        if b"\0" in chunk:
            raise WrongFormat("The file is not a text file; export it as CSV or GeoJSON in UTF-8.")
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return guess(beyond_ascii(chunk + file.read(CHUNK)))
        chunk = file.read(CHUNK)
    return "utf-8"


def beyond_ascii(data: bytes) -> bytes:
    """The lines that tell encodings apart, as many as make a sample."""
    lines = [line for line in data.splitlines() if not line.isascii()]
    return b"\n".join(lines)[:SAMPLE]


def guess(sample: bytes) -> str:
    """The encoding in which a sample of odd lines reads like addresses.

    Windows' Western encoding first, since most such files are in it and shorter texts than this
    suffice to rule it out; else charset-normalizer's verdict, if it is clear. Raises
    UnknownEncoding.
    """
    if reads_western(sample):
        return "cp1252"
    found: dict[str, CharsetMatch] = {}
    for match in from_bytes(sample):
        text = str(match)
        if match.chaos < MAX_CHAOS and reads_well(text):
            found.setdefault(text, match)
    ranked = sorted(found.values(), key=lambda match: -match.coherence)
    runner_up = ranked[1].coherence if len(ranked) > 1 else 0.0
    if not ranked or ranked[0].coherence < max(MIN_COHERENCE, runner_up + CLEAR_LEAD):
        raise UnknownEncoding
    return ranked[0].encoding


def reads_western(sample: bytes) -> bool:
    """Whether the sample, taken as cp1252, holds words with an accent here and there."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    accents = ((sum(not char.isascii() for char in word), len(word)) for word in WORD.findall(text))
    return reads_well(text) and all(2 * odd <= length + 1 for odd, length in accents)


def reads_well(text: str) -> bool:
    """Whether everything beyond ASCII is letters, and none a capital inside a small word."""
    odd = {char for char in text if not char.isascii()}
    return all(char.isalpha() or char in SIGNS for char in odd) and not CAPITAL_INSIDE.search(text)
