"""Tidy text, and the natural keys by which a later file finds the doors of an earlier one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

from territories.models import DoorUse
from territories.quadkeys import tile_of

CACHED = 1 << 16  # a county has some thousand street names and house numbers, again and again
SLACK = 20  # how much longer than its column a text may be for its spaces
LOCALITY_ZOOM = 12  # a tile of some 10 km stands in where a file gives neither city nor postcode

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SEPARATORS = re.compile(r"[\W_]+")
BEFORE_LETTER = re.compile(r"(?<=\d) (?=[^\W\d])")
WHOLE_FLOAT = re.compile(r"(\d+)\.0+")

NOT_HOME = re.compile(r"\bnon[- ]?resid")
HOME_WORDS = re.compile(r"\b(resid|home|hous|apart|apt|dwell|condo|flat|duplex|town ?h)")
BUSINESS_WORDS = re.compile(
    r"\b(commer|business|indust|instit|office|ofc|retail|shop|store|suite|ste\b)"
)


class TooLong(ValueError):
    """A text does not fit into its column."""


@lru_cache(CACHED)
def clean(text: str, limit: int) -> str:
    """The text as people write it: no control characters, single spaces. May raise TooLong."""
    if len(text) > SLACK * limit:  # and is not remembered
        raise TooLong(f"{len(text)} characters, at most {limit}")
    tidy = " ".join(UNPRINTABLE.sub(" ", text).split())
    if len(tidy) > limit:
        raise TooLong(f"{len(tidy)} characters, at most {limit}")
    return tidy


@lru_cache(CACHED)
def clean_number(text: str, limit: int) -> str:
    """A tidy house number; "" for the zeros and dashes that lists give where there is none."""
    tidy = clean(text, limit)
    if not fold(tidy).strip("0 "):
        return ""
    whole = WHOLE_FLOAT.fullmatch(tidy)
    return whole[1] if whole else tidy


@lru_cache(CACHED)
def fold(text: str) -> str:
    """What two spellings of the same address have in common: letters and digits, case folded."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return BEFORE_LETTER.sub("", parted(plain).strip())


def parted(text: str) -> str:
    """The text with a space for whatever separates words; marks on letters do not (किला, काला)."""
    if text.isascii():
        return SEPARATORS.sub(" ", text)
    letters = (char if char.isalnum() or is_mark(char) else " " for char in text)
    return " ".join("".join(letters).split())


def is_mark(char: str) -> bool:
    """Whether the character belongs to the letter before it."""
    return unicodedata.category(char).startswith("M")


@lru_cache(CACHED)
def door_use(word: str, unit: str) -> str:
    """Who is behind a door, from the source's own word, else from the unit's (APT, STE)."""
    if word in DoorUse.values and word != DoorUse.UNKNOWN:
        return word
    for text in (word.casefold(), unit.casefold()):
        if HOME_WORDS.search(NOT_HOME.sub("", text)):
            return DoorUse.HOME.value
        if BUSINESS_WORDS.search(text) or NOT_HOME.search(text):
            return DoorUse.BUSINESS.value
    return DoorUse.UNKNOWN.value


def locality(city: str, postcode: str, quadkey: int) -> str:
    """Which "Main Street 5" is meant: the city's, else the postcode's, else the one around here."""
    return fold(city) or fold(postcode) or f"tile {tile_of(quadkey, LOCALITY_ZOOM)}"


def building_key(street: str, number: str, place: str) -> str:
    """The natural key of a building, from tidy texts and its `locality`."""
    return digest(f"{fold(street)}\n{fold(number)}\n{place}")


def door_key(building: str, unit: str, name: str) -> str:
    """The natural key of a door: its building's, told apart by unit and by business."""
    return digest(f"{building}\n{fold(unit)}\n{fold(name)}")


def source_key(dataset: str, external_id: str) -> str:
    """The natural key of a door whose source has ids of its own."""
    return digest(f"id:{dataset}:{external_id}")


def digest(text: str) -> str:
    """32 hexadecimal characters that stand for the text."""
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
