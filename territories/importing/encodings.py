"""Which encoding a text file is in: told where that is certain enough, refused where it is not."""

from __future__ import annotations

import codecs
import re
import unicodedata
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
# The letters beyond ASCII of the languages that share a page of 256 letters, and of neighbours
# whose names meet in one list of addresses. A file from one place fits one of these.
WESTERN = ("äöüßéèêëàâçôûùîïœæìò", "áéíóúñüàèòïçâêôãõ", "åäöøæéü", "áéíóúýðþæö", "äöõü")
CENTRAL = (
    "áčďéěíňóřšťúůýž",
    "áäčďéíľňóôšťúýž",
    "ąćęłńóśźż",
    "áéíóöőúüű",
    "čćđšž",
    "ăâîşţ",
    "äöüß",
)
ALPHABETS = {
    "cp1252": WESTERN,
    "cp1250": CENTRAL,
    "iso8859-2": CENTRAL,
    "cp1254": ("çğıöşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž"),
}
SIGNS = frozenset("°ºª’‘“”–—·")  # what address lists hold besides letters
BROKEN_WORD = re.compile(r"[a-z][À-ÖØ-ÞŒŠŽŸ]|[^\W\d_][“”°ºª][^\W\d_]")


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
    last = chunk
    while chunk:
        if b"\0" in chunk:
            raise WrongFormat("The file is not a text file; export it as CSV or GeoJSON in UTF-8.")
        if not decodes(decoder, chunk):
            return guess(beyond_ascii(chunk + file.read(CHUNK)))
        last, chunk = chunk, file.read(CHUNK)
    return "utf-8" if decodes(decoder, b"") else guess(beyond_ascii(last))


def decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    """Whether a text goes on with `chunk`; an empty one is its end."""
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return False
    return True


def beyond_ascii(data: bytes) -> bytes:
    """The lines that tell encodings apart, as many as make a sample."""
    lines = [line for line in data.splitlines() if not line.isascii()]
    return b"\n".join(lines)[:SAMPLE]


def guess(sample: bytes) -> str:
    """The encoding in which a sample of odd lines reads like addresses.

    Letters tell Latin alphabets apart: names in a wrong one would slip through for good, so where
    two fit and read differently, none is chosen. Other scripts are charset-normalizer's to tell.
    Raises UnknownEncoding.
    """
    readings: dict[str, str] = {}
    for name, alphabets in ALPHABETS.items():
        text = decoded(sample, name)
        if text is not None and fits(text, alphabets):
            readings.setdefault(text, name)
    if len(readings) > 1:
        raise UnknownEncoding
    return readings.popitem()[1] if readings else other_script(sample)


def decoded(sample: bytes, name: str) -> str | None:
    """The sample as a text, or None where it is none in that encoding."""
    try:
        return sample.decode(name)
    except UnicodeDecodeError:
        return None


def fits(text: str, alphabets: tuple[str, ...]) -> bool:
    """Whether everything beyond ASCII is a sign or a letter of one and the same alphabet."""
    odd = {char.lower()[0] for char in text if not char.isascii()} - SIGNS
    beyond = {char for char in odd if not char.isascii()}
    return not BROKEN_WORD.search(text) and any(beyond <= set(letters) for letters in alphabets)


def other_script(sample: bytes) -> str:
    """charset-normalizer's verdict on a text in another script than Latin, if it is clear.

    Raises UnknownEncoding.
    """
    found: dict[str, CharsetMatch] = {}
    for match in from_bytes(sample):
        if match.chaos < MAX_CHAOS and is_other_script(str(match)):
            found.setdefault(str(match), match)
    ranked = sorted(found.values(), key=lambda match: -match.coherence)
    runner_up = ranked[1].coherence if len(ranked) > 1 else 0.0
    if not ranked or ranked[0].coherence < max(MIN_COHERENCE, runner_up + CLEAR_LEAD):
        raise UnknownEncoding
    return ranked[0].encoding


def is_other_script(text: str) -> bool:
    """Whether everything beyond ASCII is a sign or a letter, and no letter a Latin one."""
    odd = {char for char in text if not char.isascii()} - SIGNS
    return all(
        char.isalpha() and not unicodedata.name(char, "LATIN").startswith("LATIN") for char in odd
    )
