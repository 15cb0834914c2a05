"""Street names as keys that are equal where people mean the same street."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

NAME_KEYS = (
    "name ref alt_name loc_name official_name short_name old_name name_1 name_2 is_sidepath:of:name"
).split()
SHARP = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "&": " and "}
)
APOSTROPHES = re.compile("['’`´]")
ITALIAN = re.compile(r"\b([pvcl])\.(za|zza|le|so|go)\b")  # p.za, v.le, c.so
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]"
)  # in Hebrew and Arabic, vowels
WORD = re.compile(r"[^\W_]+")
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|er|re|eme|e)")
UMLAUT = re.compile("([aou])e")

# Each line: the word that stands for the others, and those. They count wherever they stand.
KINDS = """
str street strasse straat strase
av avenue ave avenida avda aven
blvd boulevard bd boul boulv bulevar
rd road
ln lane
ct court
pl place platz plaza plz pza piazza pzza praca
hwy highway
pkwy parkway pky parkwy
cir circle circ
ter terrace terr
trl trail
tpke turnpike tpk
expy expressway expwy
fwy freeway
sq square
cres crescent
cv cove
xing crossing
aly alley
pt point
rdg ridge
rte route
vly valley
vw view
mnr manor
hts heights
gdn garden
gdns gardens
grv grove
gln glen
hl hill
hls hills
lndg landing
mdw meadow
mdws meadows
holw hollow
jct junction
knl knoll
mt mount
mtn mountain
orch orchard
spg spring
spgs springs
sta station
ctr center centre
brg bridge
byp bypass
crk creek
est estate
ests estates
frst forest
grn green
lk lake
mls mills
smt summit
trce trace
wlk walk
chem chemin che
imp impasse
all allee
fbg faubourg fg
ctra carretera
pso paseo
trav traversa travessa travessia tv
camino cno
rua rue
viale vle
corso cso
largo lgo
piazzale ple
prof professor
saint sankt
fort ft
junior jr
senior sr
aleja al aleje
caddesi cad cd
sokak sokagi sok sk
улица ул
проспект просп
переулок пер
площадь пл
бульвар бул
шоссе ш
вулиця вул
"""
KIND = {
    spelling: words[0] for words in map(str.split, KINDS.strip().splitlines()) for spelling in words
}
DIRECTIONS = {
    "n": "north", "s": "south", "e": "east", "w": "west",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip
COMPASS = frozenset({*DIRECTIONS, *DIRECTIONS.values()})
NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        (
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
            "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ).split(),
        start=1,
    )
}
NUMBERS |= {  # the first digit of "twenty-first"
    word: str(digit)
    for digit, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
ENDINGS = (("strasse", "str"), ("straat", "str"), ("platz", "pl"))  # Hauptstraße, Marktplatz
LEADING = {"c": "calle", "cl": "calle", "r": "rua", "v": "via", "ul": "ulica"}


@lru_cache(maxsize=65_536)
def street_key(name: str) -> str:
    """A text that is equal for two spellings of a street's name, and "" where there is none.

    Case, accents, punctuation, spaces and the abbreviations of English, German, French, Spanish,
    Italian and Portuguese do not count: "N. Saint Paul St" is "North St Paul Street". It is for
    comparing, not for reading.
    """
    return "".join(street_words(name))


def street_words(name: str) -> list[str]:
    """The words of a name, each as what stands for all its spellings."""
    words = words_of(plain(name.casefold()))
    last = len(words) - 1
    while last > 0 and words[last] in COMPASS:
        last -= 1  # "Main St N"
    return [
        word_key(word, place == 0 < last, place == last > 0) for place, word in enumerate(words)
    ]


def plain(text: str) -> str:
    """A text in small letters without accents and apostrophes, nor the dots of abbreviations."""
    if text.isascii():  # most are, and this is ten times as fast
        text = text.replace("&", " and ").replace("'", "").replace("`", "")
    else:
        text = unicodedata.normalize("NFKD", text.translate(SHARP))
        text = APOSTROPHES.sub("", ACCENTS.sub("", text))
    return ITALIAN.sub(r"\1\2", text) if "." in text else text


def words_of(text: str) -> list[str]:
    """The words of a text; marks that are part of a letter (किला, काला) part no words."""
    if text.isascii():
        return WORD.findall(text)
    return "".join(
        letter if letter.isalnum() or unicodedata.category(letter).startswith("M") else " "
        for letter in text
    ).split()


@lru_cache(maxsize=16_384)
def word_key(word: str, is_first: bool, is_last: bool) -> str:
    """What stands for all spellings of a word at a place of a name with others."""
    if word in AT_THE_END:
        return AT_THE_END[word][0 if is_last else 1]
    if is_first and word in LEADING:
        return LEADING[word]
    if word in KIND:
        return KIND[word]
    ordinal = ORDINAL.fullmatch(word)
    word = ordinal[1] if ordinal else NUMBERS.get(word, DIRECTIONS.get(word, word))
    for ending, short in ENDINGS:
        word = word.removesuffix(ending) + short if word.endswith(ending) else word
    return UMLAUT.sub(r"\1", word)  # Mueller, Müller


# What a word is at the end, and elsewhere: St Paul St is Saint Paul's, Dr Mabel Dr a doctor's.
AT_THE_END = {
    "st": ("str", "saint"),
    "ste": ("str", "sainte"),
    "dr": ("drive", "doctor"),
    "doktor": ("doctor", "doctor"),
}


def names_of(tags: Mapping[str, str]) -> tuple[str, str]:
    """How a way is called, and how else, separated by ";"; without a name, its number is one."""
    name = tags.get("name") or tags.get("ref", "")
    others = {tags[key] for key in tags if key in NAME_KEYS or key.startswith("name:")}
    return name, ";".join(sorted(others - {name}))
