"""Spellings of a street's name that are one street, and those that are not."""

from __future__ import annotations

import pytest

from territories.streets.names import street_key

SAME = """
Main St = MAIN STREET
Main St N = Main Street North
N. St. Paul St = North Saint Paul Street
Park Hts Ave. = Park Heights Avenue
Old Court Rd = OLD COURT ROAD
1st Ave = First Avenue
22nd Blvd = 22 Boulevard
Mt Wilson Ln = Mount Wilson Lane
O'Brien Ct = OBrien Court
Dr Mabel Dr = Doctor Mabel Drive
Reisterstown Hwy = Reisterstown Highway
Hauptstr. = Hauptstraße
Haupt Str. = HAUPTSTRASSE
Berliner Pl. = Berliner Platz
Marktpl. = Marktplatz
Rosen-Weg = Rosenweg
Müllerweg = Muellerweg
St.-Anna-Str. = Sankt-Anna-Straße
Dr.-Karl-Renner-Pl. = Doktor-Karl-Renner-Platz
Kerkstr. = Kerkstraat
R. de la Paix = Rue de la Paix
Av. Émile Zola = avenue Emile-Zola
Bd St-Michel = Boulevard Saint-Michel
C/ Mayor = Calle Mayor
Avda. de la Constitución = Avenida de la Constitucion
V. Roma = Via Roma
P.za Garibaldi = Piazza Garibaldi
V.le Mazzini = Viale Mazzini
Thirteenth St = 13th Street
Twenty-First St = 21st St
NW 5th St = Northwest Fifth Street
M. L. King Jr Blvd = M L King Junior Boulevard
ул. Ленина = улица Ленина
Ленина ул. = Ленина улица
KIZILAY CADDESİ = Kızılay Cad.
ul. Łódzka = Ulica Lodzka
Ελευθερίας = ΕΛΕΥΘΕΡΙΑΣ
شارع مُحَمَّد = شارع محمد
"""
OTHERS = """
Main Street = Main Road
Saint Paul Street = Paul Street
North Street = South Street
1st Avenue = 11th Avenue
Hauptstraße = Hauptplatz
Am Rain = Am Rhein
किला मार्ग = काला मार्ग
がく通り = かく通り
ถนนสี = ถนนสา
улица Мира = улица Мила
"""


def pairs(text: str) -> list[list[str]]:
    return [line.split(" = ") for line in text.strip().splitlines()]


@pytest.mark.parametrize(("one", "other"), pairs(SAME))
def test_spellings_of_one_street_have_one_key(one: str, other: str) -> None:
    """Case, accents, punctuation and abbreviations do not make another street."""
    assert street_key(one) == street_key(other) != ""


@pytest.mark.parametrize(("one", "other"), pairs(OTHERS))
def test_different_streets_have_different_keys(one: str, other: str) -> None:
    """What is another street to people is another key."""
    assert street_key(one) != street_key(other)


@pytest.mark.parametrize("nothing", ["", "  ", "---", "."])
def test_no_name_has_no_key(nothing: str) -> None:
    """A name without a letter or a digit is none."""
    assert street_key(nothing) == ""
