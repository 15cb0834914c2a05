"""Tidy texts and natural keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.importing.keys import (
    TooLong,
    building_key,
    clean,
    clean_number,
    door_key,
    door_use,
    fold,
    locality,
    source_key,
)

HERE = 0x2A_0000_0000_00


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("High Street", "HIGH  street"),
        ("Hauptstraße", "HAUPTSTRASSE"),
        ("Café", "Cafe\u0301"),
        ("St. Mary's", "St Mary s"),
        ("12 A", "12a"),
        ("12-14", "12/14"),
        ("ＡＢＣ", "abc"),
        ("Höhe", "HÖHE"),
    ],
)
def test_spellings_of_one_address_fold_alike(one: str, other: str) -> None:
    """Case, spaces, punctuation and the way an accent is stored do not matter."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 14", "1214"),
        ("1 2", "12"),
        ("Hohe", "Höhe"),
        ("किला", "काला"),
        ("A B", "AB"),
        ("5", "5A"),
    ],
)
def test_different_addresses_fold_apart(one: str, other: str) -> None:
    """Marks on letters count in every script."""
    assert fold(one) != fold(other)


@given(st.text(max_size=60))
def test_folding_and_cleaning_are_done_once(text: str) -> None:
    """Doing either again changes nothing, and a clean text folds as the raw one does."""
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text, 99), 99) == clean(text, 99)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in clean(text, 99))


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", "5"), (" 5 a ", "5 a"), ("12.0", "12"), ("1.5", "1.5"), ("0", ""), ("000", ""),
     ("-", ""), ("0A", "0A"), ("", "")],
)  # fmt: skip
def test_a_number_that_says_nothing_is_none(text: str, number: str) -> None:
    """Zeros and dashes are how lists leave a number out; a spreadsheet's 12.0 is 12."""
    assert clean_number(text, 20) == number


def test_a_text_longer_than_its_column_is_refused() -> None:
    """Spaces that tidying takes away do not count, unless there are absurdly many."""
    assert clean("a" + " " * 50 + "b", 3) == "a b"
    for text in ("abcd", "a" + " " * 5000):
        with pytest.raises(TooLong) as refused:
            clean(text, 3)
        assert "a" not in str(refused.value).split("characters")[0]


@pytest.mark.parametrize(
    ("word", "unit", "use"),
    [
        ("RESIDENTIAL LOW DENSITY", "", "home"),
        ("Non-Residential", "", "business"),
        ("nonresidential", "", "business"),
        ("COMMERCIAL", "", "business"),
        ("home", "", "home"),
        ("unknown", "APT 4", "home"),
        ("", "STE 200", "business"),
        ("", "Stern", "unknown"),
        ("", "4", "unknown"),
        ("PARK", "", "unknown"),
    ],
)
def test_the_use_is_told_by_word_and_unit(word: str, unit: str, use: str) -> None:
    """The source's own word first."""
    assert door_use(word, unit) == use


def test_a_key_is_of_the_address_and_nothing_else() -> None:
    """Each part tells doors apart; none runs into the next."""
    building = building_key("High Street", "5", "hill")
    others = [
        ("High Street", "5", "dale"),
        ("High", "Street 5", "hill"),
        ("High Street", "6", "hill"),
    ]
    assert building == building_key("HIGH STREET", "5", "hill")
    assert building not in {building_key(*parts) for parts in others}
    keys = {door_key(building, unit, name) for unit, name in (("", ""), ("1", ""), ("", "1"))}
    assert len(keys) == 3
    assert source_key("a", "1") != source_key("b", "1")
    assert all(len(key) == 32 for key in (building, *keys, source_key("a", "1")))


def test_the_locality_is_the_best_that_is_known() -> None:
    """City before postcode before the place on the map."""
    assert locality("Hill", "00100", HERE) == "hill"
    assert locality(" ", "00100", HERE) == "00100"
    assert locality("", "", HERE) == locality("", "-", HERE + 1)
    assert locality("", "", HERE) != locality("", "", 0)
