"""What holds for every file, in whatever order and however parted into batches."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territories import imports
from territories.importing.keys import fold
from territories.models import Building, Door
from tests.cast import Company
from tests.territories.importing.reading import csv, done, everything

pytestmark = pytest.mark.django_db

Address = tuple[str, str, str, str]

addresses = st.tuples(
    st.sampled_from(["High Street", "HIGH street", "Oak Way", "Ünter Weg"]),
    st.sampled_from(["1", "2", "2a", "2 A"]),
    st.sampled_from(["", "APT 1", "apt 1", "2"]),
    st.sampled_from(["Hill", "Dale", ""]),
)
places = st.tuples(st.integers(0, 9), st.integers(0, 9))
lists = st.lists(st.tuples(addresses, places), min_size=1, max_size=12)
few = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def lines(rows: list[tuple[Address, tuple[int, int]]]) -> list[str]:
    return [
        f"{24 + east / 1e4},{60 + north / 1e4},{number},{street},{unit},{city},00100"
        for (street, number, unit, city), (east, north) in rows
    ]


def folded(address: Address) -> tuple[str, ...]:
    """The address as the natural key sees it, computed apart from the import."""
    street, number, unit, city = map(fold, address)
    return street, number, unit, city


def afresh(company: Company, text: str) -> tuple[dict[str, Any], Any]:
    """The result of an import into an empty organisation, and all that came in; undone after."""
    with transaction.atomic():
        found = done(company, text), everything(company)
        transaction.set_rollback(True)
    return found


@given(rows=lists, random=st.randoms(use_true_random=False), batch=st.integers(1, 5))
@few
def test_order_and_batches_do_not_matter(
    sunrise: Company, rows: list[tuple[Address, tuple[int, int]]], random: Any, batch: int
) -> None:
    """Of rows that are different doors, any permutation in any batches gives the same rows."""
    once = list({folded(address): (address, place) for address, place in rows}.values())
    shuffled = random.sample(once, len(once))
    first, before = afresh(sunrise, csv(*lines(once)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "BATCH", batch)
        second, after = afresh(sunrise, csv(*lines(shuffled)))
    assert after == before
    assert second == first
    assert first["new"] == len(once)


@given(rows=lists)
@few
def test_each_address_is_one_door_and_the_rest_duplicates(
    sunrise: Company, rows: list[tuple[Address, tuple[int, int]]]
) -> None:
    """The first row of an address stands; counts add up; a second import changes nothing."""
    with transaction.atomic():
        result = done(sunrise, csv(*lines(rows)))
        expected = {folded(address) for address, _ in rows}
        assert result["new"] == Door.objects.count() == len(expected)
        assert sum(result["rejected"].values()) == len(rows) - len(expected)
        assert Building.objects.count() == len({(a[0], a[1], a[3]) for a in expected})
        again = done(sunrise, csv(*lines(rows)))
        assert (again["new"], again["updated"], again["gone"]) == (0, 0, 0)
        transaction.set_rollback(True)


@given(old=lists, new=lists)
@few
def test_a_newer_file_wins(
    sunrise: Company,
    old: list[tuple[Address, tuple[int, int]]],
    new: list[tuple[Address, tuple[int, int]]],
) -> None:
    """Its doors are as if it alone had been imported; the others stay and are counted as gone."""
    alone, (_, expected) = afresh(sunrise, csv(*lines(new)))
    with transaction.atomic():
        done(sunrise, csv(*lines(old)))
        kept = {row[0]: row for row in everything(sunrise)[1]}
        result = done(sunrise, csv(*lines(new)))
        found = {row[0]: row for row in everything(sunrise)[1]}
        transaction.set_rollback(True)
    wanted = {row[0]: row for row in expected}
    assert found == kept | wanted
    assert result["new"] == len(wanted.keys() - kept.keys())
    assert result["gone"] == len(kept.keys() - wanted.keys())
    assert result["unchanged"] == sum(kept.get(key) == row for key, row in wanted.items())
    assert result["new"] + result["updated"] + result["unchanged"] == alone["new"]
