"""The address book: which of the organisation's own addresses is meant."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from benchmarks import geocoding as benchmark
from territories.geocoding.answers import Address, Match, NoMatch, Problem, Quality, Street
from territories.geocoding.book import AddressBook, key_of
from tests.territories.importing.reading import real

HOUSES = [
    ("Gunpowder Rd", "12", "21208", "Pikesville"),
    ("Gunpowder Ct", "14", "21208", "Pikesville"),
    ("Firwood Ct", "6", "21030", "Cockeysville"),
    ("Forwood Ct", "6", "21030", "Cockeysville"),
    ("Forwood Ct", "8", "21030", "Cockeysville"),
    ("4th Avenue", "1", "21030", "Cockeysville"),
    ("5th Avenue", "1", "21030", "Cockeysville"),
    ("East Main St", "3", "21117", "Owings Mills"),
    ("East Main St", "5", "21117", "Owings Mills"),
    ("West Main St", "3", "21117", "Owings Mills"),
    ("Elm St", "7", "21117", "Owings Mills"),
    ("Elm St", "7", "21117", "Reisterstown"),
    ("Oak Pt", "9", "21117", "Owings Mills"),
    ("Hauptstraße", "5a", "91207", "Lauf"),
]
BOOK = AddressBook({Street(street, postcode, city) for street, _, postcode, city in HOUSES})
KEYS = {
    key_of(Street(street, postcode, city), number): (street, number, city)
    for street, number, postcode, city in HOUSES
}


def ask(*address: str) -> Match | NoMatch:
    (answer,) = BOOK.resolve([Address(*address)], KEYS.keys().__and__)
    return answer


def meant(*address: str) -> tuple[str, str, str]:
    answer = ask(*address)
    assert isinstance(answer, Match), answer
    return KEYS[answer.key]


@pytest.mark.parametrize(
    ("street", "number", "postcode", "city"),
    [
        ("Gunpowder Rd", "12", "21208", "Pikesville"),
        ("GUNPOWDER ROAD", "12", "21208", ""),
        ("gunpowder rd.", " 12 ", "", "PIKESVILLE"),
        ("Gunpowder Rd", "12", "99999", "Pikesville"),
    ],
)
def test_capitals_and_abbreviations_do_not_count(
    street: str, number: str, postcode: str, city: str
) -> None:
    """The postcode or the city will do; one that nobody knows is passed over for the other."""
    answer = ask(street, number, postcode, city)
    assert isinstance(answer, Match)
    assert (answer.quality, answer.score) == (Quality.EXACT, 1.0)
    assert KEYS[answer.key][:2] == ("Gunpowder Rd", "12")
    assert answer.address.city == "Pikesville"


@pytest.mark.parametrize(
    "slip", ["Gunpwder Rd", "Gunpowderr Rd", "Gunpowdre Rd", "Gunpowter Rd", "Gunpwder Road"]
)
def test_one_slip_of_the_pen_is_understood(slip: str) -> None:
    """A letter missing, too many, exchanged or wrong: found, and the score says so."""
    answer = ask(slip, "12", "21208", "")
    assert isinstance(answer, Match)
    assert KEYS[answer.key] == ("Gunpowder Rd", "12", "Pikesville")
    assert answer.quality is Quality.FUZZY
    assert 0.85 < answer.score < 1


def test_umlauts_and_the_german_street_are_understood() -> None:
    """Hauptstr. and HAUPTSTRASSE are Hauptstraße, and 5 A is 5a."""
    for street in ("Hauptstr.", "HAUPTSTRASSE", "Haupstraße"):
        assert meant(street, "5 A", "91207", "") == ("Hauptstraße", "5a", "Lauf")


def test_two_that_are_equally_near_are_listed_with_both() -> None:
    """Fxrwood is Firwood or Forwood: neither is guessed; where only one has the number, it is."""
    answer = ask("Fxrwood Ct", "6", "21030", "")
    assert isinstance(answer, NoMatch)
    assert answer.problem is Problem.AMBIGUOUS_ADDRESS
    assert "6 Firwood Ct" in answer.detail
    assert "6 Forwood Ct" in answer.detail
    assert meant("Fxrwood Ct", "8", "21030", "") == ("Forwood Ct", "8", "Cockeysville")


def test_the_same_address_in_two_towns_is_told_apart_by_the_city_alone() -> None:
    """Both are in one postcode."""
    answer = ask("Elm St", "7", "21117", "")
    assert isinstance(answer, NoMatch)
    assert answer.problem is Problem.AMBIGUOUS_ADDRESS
    assert meant("Elm St", "7", "21117", "reisterstown")[2] == "Reisterstown"


@pytest.mark.parametrize(
    ("address", "problem", "detail"),
    [
        (
            ("Gunpowder Rd", "14", "21208"),
            Problem.UNKNOWN_ADDRESS,
            "no such number on Gunpowder Rd",
        ),
        (("Gunpowder Rd", "12", "21030"), Problem.UNKNOWN_ADDRESS, "no such street there"),
        (("6th Avenue", "1", "21030"), Problem.UNKNOWN_ADDRESS, "no such street there"),
        (("West Main St", "5", "21117"), Problem.UNKNOWN_ADDRESS, "no such number on West Main St"),
        (("Oak Place", "9", "21117"), Problem.UNKNOWN_ADDRESS, "no such street there"),
        (("Gnpwder Rd", "12", "21208"), Problem.UNKNOWN_ADDRESS, "no such street there"),
        (("Gunpowder Rd", "12"), Problem.NO_PLACE, "neither postcode nor city"),
        (("Gunpowder Rd", "12", "00000"), Problem.UNKNOWN_ADDRESS, "no such street there"),
    ],
)
def test_what_is_not_certain_is_not_guessed(
    address: tuple[str, ...], problem: Problem, detail: str
) -> None:
    """Another number, postcode, digit, direction or kind of street is another address."""
    assert ask(*address) == NoMatch(problem, detail)


def test_every_answer_belongs_to_its_question() -> None:
    """Exact and slipped ones in one batch come back in their order; one look-up for all."""
    asked = [Address(*house) for house in HOUSES if house[0] != "Elm St"]
    mixed = [part for each in asked for part in (each, each._replace(street=f"{each.street}x"))]
    looked: list[set[str]] = []

    def known(keys: set[str]) -> set[str]:
        looked.append(keys)
        return keys & KEYS.keys()

    answers = BOOK.resolve(mixed, known)
    assert len(looked) == 1
    for address, answer in zip(mixed, answers, strict=True):
        assert isinstance(answer, Match)
        assert KEYS[answer.key][1] == address.number
        assert KEYS[answer.key][0].casefold() in (
            address.street.casefold(),
            address.street[:-1].casefold(),
        )


def test_an_empty_book_knows_nothing() -> None:
    """A new organisation has no addresses yet."""
    (answer,) = AddressBook([]).resolve([Address("Elm St", "1", "21117")], set().intersection)
    assert answer == NoMatch(Problem.UNKNOWN_ADDRESS, "no such street there")


def test_a_real_countys_slips_are_understood() -> None:
    """Of ten thousand with a slip 99.85% are found, and hardly one is taken for another."""
    path = real("doors/baltimore_county.csv.gz")
    every = benchmark.addresses_of(path, {"street": "street+type", "postcode": "zip"})
    chance = random.Random(2)
    book = AddressBook({Street(each.street, each.postcode, each.city) for each in every})
    keys = {key_of(Street(each.street, each.postcode, each.city), each.number) for each in every}
    asked = chance.sample(every, 10_000)
    slipped = [each._replace(street=benchmark.slip(each.street, chance)) for each in asked]
    counted: Counter[str] = Counter()
    for each, answer in zip(asked, book.resolve(slipped, keys.intersection), strict=True):
        if isinstance(answer, NoMatch):
            counted["listed"] += 1
        else:
            right = key_of(Street(each.street, each.postcode, each.city), each.number)
            counted["right" if answer.key == right else "wrong"] += 1
    assert counted["right"] >= 9_985
    assert counted["wrong"] <= 3
