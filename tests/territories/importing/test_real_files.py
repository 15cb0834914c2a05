"""Real files, where this machine has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from territories.importing.errors import Damaged
from territories.importing.rows import Reason
from tests.cast import Company
from tests.territories.importing.reading import done, imported, read, real, rejects_of

LABELS = {"street": "street+type", "postcode": "zip"}


def test_lauf_has_all_its_addresses() -> None:
    """5,425 objects have a house number, and seven a street only; some stand for several doors."""
    rows, rejects = read(real("towns/lauf.osm.pbf"))
    assert not rejects
    assert len({row.line for row in rows if row.number}) == 5425
    assert len({row.line for row in rows if not row.number}) == 7
    assert all(row.street for row in rows)


def test_lauf_comes_in_and_stays(sunrise: Company) -> None:
    """Twice the same file: everything new, then everything unchanged."""
    data = real("towns/lauf.osm.pbf").read_bytes()
    first, second = (done(sunrise, data, name="lauf.osm.pbf") for _ in range(2))
    assert first["new"] > 5300
    assert first["new"] + sum(first["rejected"].values()) == first["read"]
    assert (second["new"], second["updated"], second["gone"]) == (0, 0, 0)
    assert second["unchanged"] == first["new"]


@pytest.mark.parametrize("cut", [1000, 500_000])
def test_a_truncated_pbf_leaves_nothing(sunrise: Company, cut: int) -> None:
    """One line, nothing imported."""
    data = real("towns/lauf.osm.pbf").read_bytes()[:-cut]
    run = imported(sunrise, data, name="lauf.osm.pbf")
    assert (run.state, run.error_code) == ("failed", Damaged.code)


def test_an_unsorted_pbf_gives_the_doors_of_the_sorted_one() -> None:
    """Nodes before ways is all that is asked of an extract."""
    sorted_rows, _ = read(real("towns/reisterstown.osm.pbf"))
    rows, _ = read(real("towns/reisterstown-unsorted.osm.pbf"))
    assert {row.line for row in rows} == {row.line for row in sorted_rows} != set()


def test_a_countys_table_comes_in(sunrise: Company, tmp_path: Path) -> None:
    """94,811 rows of which those without a number, and repeated addresses, are rejected."""
    data = real("doors/baltimore_county.csv.gz").read_bytes()
    rows, rejects = read(real("doors/baltimore_county.csv.gz"), mapping=LABELS)
    assert (len(rows), len(rejects)) == (94_811, 0)
    run = imported(sunrise, data, name="county.csv", mapping=LABELS)
    assert run.result["new"] + sum(run.result["rejected"].values()) == 94_811
    assert set(run.result["rejected"]) == {Reason.DUPLICATE, Reason.NO_NUMBER}
    assert len(rejects_of(run)) == sum(run.result["rejected"].values())


def test_a_map_sheet_comes_in(sunrise: Company) -> None:
    """The same county as GeoJSON, with the names that it gives its properties."""
    data = real("doors/baltimore_county_sheet.geojson").read_bytes()
    mapping = {
        "number": "ST_NUMBER+ST_NUMSUFF", "street": "ST_NAME+ST_TYPE", "city": "CITY_POSTA",
        "postcode": "ZIP", "use": "ADDRESSUSE", "id": "ADDRPT_ID",
    }  # fmt: skip
    result = done(sunrise, data, name="sheet.geojson", mapping=mapping)
    assert (result["read"], result["new"]) == (550, 550 - sum(result["rejected"].values()))
    assert result["new"] > 540
