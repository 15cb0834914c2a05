"""The made-up county."""

from __future__ import annotations

from pathlib import Path

import pytest

from territories.importing.synthetic import write_county
from tests.territories.importing.reading import read


def made(folder: Path, doors: int, seed: int = 1) -> Path:
    path = folder / f"{doors}-{seed}.csv"
    write_county(path, doors=doors, seed=seed, centre=(24.94, 60.17))
    return path


@pytest.mark.parametrize("doors", [1, 999, 7000])
def test_it_has_as_many_doors_as_asked_for(tmp_path: Path, doors: int) -> None:
    """All of them readable, near the centre, and no address twice."""
    rows, rejects = read(made(tmp_path, doors))
    assert (len(rows), len(rejects)) == (doors, 0)
    assert len({(row.city, row.street, row.number, row.unit) for row in rows}) == doors
    assert all(abs(row.lon - 24.94) < 0.5 and abs(row.lat - 60.17) < 0.5 for row in rows)


def test_the_same_seed_makes_the_same_county(tmp_path: Path) -> None:
    """And another seed another."""
    first, again, other = made(tmp_path, 500), made(tmp_path, 500), made(tmp_path, 500, seed=2)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
