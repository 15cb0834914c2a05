r"""How fast, and how truly, addresses without a position are found among an organisation's own.

    python -m benchmarks.geocoding FILE [--map FIELD=COLUMN ...] [--seed 1] [--json OUT]

Reads a file of doors as an import does, makes its buildings the organisation's own, and asks for
every one of them again: as it is, and with one random slip in its street (a letter wrong, missing,
too many, or two exchanged). The list of Baltimore County, say:

    python -m benchmarks.geocoding ../shared/data/doors/baltimore_county.csv.gz \
        --map street=street+type --map postcode=zip
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import django
from rich.console import Console
from rich.table import Table

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from territories.geocoding.answers import (  # noqa: E402  # needs settings
    Address,
    Match,
    NoMatch,
    Street,
)
from territories.geocoding.book import AddressBook, key_of  # noqa: E402
from territories.importing.normalise import tidy  # noqa: E402
from territories.importing.options import ImportOptions, format_of  # noqa: E402
from territories.importing.readers import reader_for  # noqa: E402
from territories.importing.rows import Row  # noqa: E402

BATCH = 10_000  # as many as an import has at once


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and return the exit code."""
    parser = ArgumentParser(prog="python -m benchmarks.geocoding", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args(arguments)
    mapping = dict(pair.split("=", 1) for pair in chosen.map)
    found = measure(addresses_of(chosen.file, mapping), random.Random(chosen.seed))
    Console().print(table(found))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def addresses_of(path: Path, mapping: dict[str, str]) -> list[Address]:
    """The addresses of a file, doors behind one entrance counted each."""
    options = ImportOptions(format=format_of(path.name), dataset="benchmark", mapping=mapping)
    rows = (tidy(row) for row in reader_for(path, options).rows() if isinstance(row, Row))
    return [
        Address(row.street, row.number, row.postcode, row.city)
        for row in rows
        if isinstance(row, Row) and (row.postcode or row.city)
    ]


def measure(addresses: Sequence[Address], chance: random.Random) -> dict[str, Any]:
    """Ask for all addresses, as they are and with a slip; seconds are of the processor."""
    start = time.process_time()
    book = AddressBook({Street(each.street, each.postcode, each.city) for each in addresses})
    keys = [
        key_of(Street(each.street, each.postcode, each.city), each.number) for each in addresses
    ]
    build_s = time.process_time() - start
    slipped = [
        Address(slip(each.street, chance), each.number, each.postcode, each.city)
        for each in addresses
    ]
    same = ask(book, addresses, keys)
    return {
        "addresses": len(addresses),
        "build_s": build_s,
        **{f"same_{name}": value for name, value in same.items()},
        **{f"slip_{name}": value for name, value in ask(book, slipped, keys).items()},
    }


def ask(book: AddressBook, addresses: Sequence[Address], keys: Sequence[str]) -> dict[str, Any]:
    """How many are found rightly, found wrongly, and listed; and how many a second."""
    exist = set(keys)
    start = time.process_time()
    answers: list[Match | NoMatch] = []
    for part in batches(addresses):
        answers += book.resolve(part, exist.intersection)
    seconds = time.process_time() - start
    found = [answer.key if isinstance(answer, Match) else None for answer in answers]
    right = sum(key == meant for key, meant in zip(found, keys, strict=True))
    listed = found.count(None)
    return {
        "a_second": len(keys) / seconds,
        "right": right,
        "wrong": len(keys) - right - listed,
        "listed": listed,
    }


def batches(addresses: Sequence[Address]) -> Iterator[Sequence[Address]]:
    """The addresses, as many at a time as an import has."""
    return (addresses[start : start + BATCH] for start in range(0, len(addresses), BATCH))


def slip(street: str, chance: random.Random) -> str:
    """The street with one letter wrong, missing, too many, or two exchanged; digits stay."""
    letters = [at for at, letter in enumerate(street) if letter.isalpha()]
    if not letters:
        return street
    while True:
        at, letter = chance.choice(letters), chance.choice(ascii_uppercase)
        made = chance.choice([
            street[:at] + letter + street[at + 1 :],
            street[:at] + street[at + 1 :],
            street[:at] + letter + street[at:],
            street[:at] + street[at : at + 2][::-1] + street[at + 2 :],
        ])  # fmt: skip
        if made.casefold() != street.casefold():
            return made


def table(found: dict[str, Any]) -> Table:
    """The figures, for people."""
    shown = Table(title=f"{found['addresses']:,} addresses", title_justify="left")
    for name in ("asked", "a second", "right", "wrong", "listed"):
        shown.add_column(name, justify="left" if name == "asked" else "right")
    for name, title in (("same", "as they are"), ("slip", "with one slip")):
        shown.add_row(
            title,
            f"{found[f'{name}_a_second']:,.0f}",
            f"{100 * found[f'{name}_right'] / found['addresses']:.2f}%",
            f"{100 * found[f'{name}_wrong'] / found['addresses']:.2f}%",
            f"{100 * found[f'{name}_listed'] / found['addresses']:.2f}%",
        )
    return shown


if __name__ == "__main__":
    sys.exit(main())
