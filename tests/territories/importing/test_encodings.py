"""Telling the encoding of a text, or refusing to."""

from __future__ import annotations

import io

import pytest

from territories.importing.encodings import CHUNK, encoding_of
from territories.importing.errors import UnknownEncoding, WrongFormat

GERMAN = "Müllerstraße, Königsweg, Äußere Gasse"
FRENCH = "Allée des Chênes, Rue de la Rivière, Impasse de la Façade, Où, Hôtel"
SPANISH = "Calle de la Peña, Avenida José Martí, Cádiz, Úbeda"
DANISH = "Nørregade, Åboulevarden, Sæbyvej"
ICELANDIC = "Þórsgata, Ægisíða, Höfðatún, Ýmisgata"
CZECH = "Na Příkopě, Náměstí Míru, Žižkova, Dvořákova, Růžová, Křížová"
POLISH = "Świętokrzyska, Marszałkowska, Łazienkowska, Źródlana, Górczewska"
HUNGARIAN = "Petőfi Sándor utca, Üllői út, Szűcs utca, Rákóczi út, Erzsébet körút"
TURKISH = "Atatürk Caddesi, Şişli, Beyoğlu, İstiklal, Çarşı"
LITHUANIAN = "Žalgirio gatvė, Ąžuolyno, Šeimyniškių, Kęstučio"
RUSSIAN = "Проспект Мира, улица Ленина, Садовая улица, Невский проспект"
GREEK = "Οδός Ερμού, Λεωφόρος Συγγρού, Πανεπιστημίου, Αθηνάς"


def found(data: bytes) -> str:
    return encoding_of(io.BytesIO(data))


def lines(text: str) -> str:
    return "LON,LAT,STREET\n" + "".join(f"24,60,{part.strip()}\n" for part in text.split(","))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"), (GERMAN, "latin-1"), (GERMAN, "iso8859-15"),
        (FRENCH, "cp1252"), (SPANISH, "latin-1"), (DANISH, "cp1252"), (ICELANDIC, "cp1252"),
        (CZECH, "cp1250"), (CZECH, "iso8859-2"), (POLISH, "cp1250"), (POLISH, "iso8859-2"),
        (HUNGARIAN, "cp1250"), (TURKISH, "cp1254"), (LITHUANIAN, "cp1257"),
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (GREEK, "cp1253"),
    ],
)  # fmt: skip
def test_a_table_of_one_place_reads_as_it_was_written(text: str, encoding: str) -> None:
    """Not the name of the encoding counts, but that every letter comes out right."""
    data = lines(text).encode(encoding)
    assert data.decode(found(data)) == lines(text)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"plain", "utf-8"),
        ("Müller".encode(), "utf-8"),
        (b"", "utf-8"),
        ("Müller".encode("utf-8-sig"), "utf-8-sig"),
        ("Müller".encode("utf-16"), "utf-16"),
        ("Müller".encode("utf-32"), "utf-32"),
    ],
)
def test_unicode_is_told_with_and_without_its_mark(data: bytes, encoding: str) -> None:
    """A byte-order mark decides; without one, UTF-8 is what decodes as UTF-8."""
    assert found(data) == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Rue de la Rivière", "cp1252"),  # or "Rue de la Rivičre" in cp1250
        ("Nørregade", "cp1252"),  # or "Nřrregade"
        (GERMAN, "mac-roman"),
        (GERMAN, "cp850"),
        ("東京都千代田区丸の内", "shift-jis"),
        ("Petõfi", "latin-1"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str, encoding: str) -> None:
    """A wrong letter in a street's name would stay for good, so nothing is guessed."""
    with pytest.raises(UnknownEncoding):
        found(lines(text).encode(encoding))


def test_the_first_accent_may_be_far_down() -> None:
    """Megabytes of ASCII before it do not matter, and neither does where a chunk ends."""
    data = b"a" * (CHUNK - 1) + "ü\n".encode() + b"b" * CHUNK
    assert found(data) == "utf-8"
    assert found(b"a\n" * CHUNK + "Müllerstraße\n".encode("cp1252")) == "cp1252"


def test_an_accent_as_the_last_byte_is_seen() -> None:
    """It may look like the beginning of a letter in UTF-8; the end tells that it is none."""
    assert found("Am Stadtcafä".encode("cp1252")) == "cp1252"


def test_what_is_no_text_is_refused() -> None:
    """A zip archive or a picture is told apart from a text in some odd encoding."""
    with pytest.raises(WrongFormat):
        found(b"PK\x03\x04\x00\x00binary")
