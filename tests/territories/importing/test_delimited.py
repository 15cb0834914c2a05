"""Reading CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.importing.columns import resolve
from territories.importing.errors import (
    ColumnMissing,
    Damaged,
    EmptyFile,
    FileMissing,
    UnknownEncoding,
    WrongFormat,
)
from territories.importing.rows import Reason, Reject, Row
from tests.territories.importing.reading import HEADER, csv, read, write

ROW = "24.94,60.17,5,High Street,2,Hill,00100"
DOOR = Row("2", "High Street", "5", "2", "", "00100", "Hill", "", 24.94, 60.17, "", "")


@pytest.mark.parametrize("name", ["doors.csv", "doors.csv.gz", "doors.csv.bz2", "doors.txt"])
def test_openaddresses_columns_need_no_mapping(tmp_path: Path, name: str) -> None:
    """Plain or compressed, a row comes out with all its fields and its line."""
    assert read(write(tmp_path, name, csv(ROW))) == ([DOOR], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_other_encodings_read_alike(tmp_path: Path, encoding: str) -> None:
    """A mark is no part of the first column's name; a named encoding is taken at its word."""
    text = csv(ROW.replace("High Street", "Größenweg"))
    path = write(tmp_path, "doors.csv", text, encoding)
    named = encoding if encoding == "utf-16-be" else None
    rows, _ = read(path, encoding=named)
    assert [row.street for row in rows] == ["Größenweg"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_come_with_decimal_commas(tmp_path: Path, delimiter: str) -> None:
    """As spreadsheets on the Continent write them; points are as good."""
    text = csv(ROW, ROW.replace("24.94,60.17", "24@94,60@17")).replace(",", delimiter)
    rows, rejects = read(write(tmp_path, "doors.csv", text.replace("@", ",")))
    assert not rejects
    assert [(row.lon, row.lat) for row in rows] == [(24.94, 60.17)] * 2


def test_fields_are_mapped_by_the_names_of_columns(tmp_path: Path) -> None:
    """In any case, with spaces around; + joins several and leaves blanks out."""
    text = csv(
        "1,2,7,N,Oak,St,APT 4",
        "1,2,9,,Elm,Ave,",
        header="x, Y ,house_no,pre,Name1,type,unit",
    )
    mapping = {"lon": "X", "lat": "y", "number": "HOUSE_NO", "street": "pre+name1+TYPE"}
    rows, _ = read(write(tmp_path, "doors.csv", text), mapping=mapping)
    assert [(row.number, row.street, row.unit, row.name) for row in rows] == [
        ("7", "N Oak St", "APT 4", ""),
        ("9", "Elm Ave", "", ""),
    ]


def test_a_column_whose_name_has_a_plus_is_one_column() -> None:
    """Only where there is no such column does + join."""
    assert resolve({"street": "a+b"}, ["a+b", "a", "b"])["street"] == ("a+b",)
    assert resolve({"street": "a+b"}, ["a", "b"])["street"] == ("a", "b")


def test_of_two_columns_with_one_name_the_first_counts(tmp_path: Path) -> None:
    """As exports of joined tables have them."""
    text = csv("1,2,7,Oak,8", header="LON,LAT,NUMBER,STREET,number")
    rows, _ = read(write(tmp_path, "doors.csv", text))
    assert rows[0].number == "7"


@pytest.mark.parametrize(
    ("header", "mapping", "words"),
    [
        ("LON,LAT,NUMBER,ROAD", {}, ["STREET", "street=COLUMN", "LON, LAT, NUMBER, ROAD"]),
        ("LON,LAT,NUMBER,STREET", {"unit": "FLAT"}, ["FLAT", "unit"]),
        ("a single column", {}, ["LON", "a single column"]),
    ],
)
def test_a_missing_column_is_named_beside_those_there_are(
    tmp_path: Path, header: str, mapping: dict[str, str], words: list[str]
) -> None:
    """One line that says how to go on; a mapped column must be there even if it is optional."""
    with pytest.raises(ColumnMissing) as refused:
        read(write(tmp_path, "doors.csv", csv(ROW, header=header)), mapping=mapping)
    assert all(word in refused.value.message for word in words)
    assert "\n" not in refused.value.message


def test_a_bad_row_is_named_by_its_line_and_stops_nothing(tmp_path: Path) -> None:
    """Blank lines are nothing; the text of a bad number, which may be anything, is not repeated."""
    text = csv(ROW, "", "Ann Smith,60.17,5,A,,,", "24,,5,A,,,", "24,60", "24,x1,5,A,,,", ROW)
    rows, rejects = read(write(tmp_path, "doors.csv", text))
    assert [row.line for row in rows] == ["2", "8"]
    assert rejects == [
        Reject("4", Reason.NOT_A_NUMBER, "lon"),
        Reject("5", Reason.NO_POSITION, ""),
        Reject("6", Reason.MALFORMED, "2 columns, not 7"),
        Reject("7", Reason.NOT_A_NUMBER, "lat"),
    ]


def test_lines_count_from_the_files_first(tmp_path: Path) -> None:
    """Blank lines above the header and line ends inside quotation marks count."""
    body = csv('24,60,5,High Street,,,,"two\nlines"', ROW + ",", header=HEADER + ",NOTE")
    text = ("\n   \n" + body).replace("\n", "\r\n")
    rows, _ = read(write(tmp_path, "doors.csv", text))
    assert [row.line for row in rows] == ["4", "6"]


def test_a_quotation_mark_without_its_end_costs_only_what_it_swallows(tmp_path: Path) -> None:
    """The reject says from where to where; what stands after is read."""
    text = csv(ROW, '24,60,5,"High Street,,,', ROW, '24,60,6,High" Street,,,', ROW)
    rows, rejects = read(write(tmp_path, "doors.csv", text))
    assert [row.line for row in rows] == ["2", "6"]
    assert [(row.line, row.reason) for row in rejects] == [("3", Reason.MALFORMED)]
    assert "to line 5" in rejects[0].detail


def test_a_quotation_mark_that_swallows_very_much_costs_only_that(tmp_path: Path) -> None:
    """The reader gives up on the record and goes on after it."""
    long = [ROW] * 4000
    text = csv(ROW, '24,60,5,"High Street,,,', *long, ROW)
    rows, rejects = read(write(tmp_path, "doors.csv", text))
    assert rows[0].line == "2"
    assert rows[-1].line == str(len(long) + 4)
    first, last = int(rejects[0].line), int(rows[1].line)
    assert (first, len(rejects)) == (3, 1)
    assert len(rows) == 1 + len(long) + 1 - (last - first - 1)


@pytest.mark.parametrize("content", ["\n \n\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_empty(tmp_path: Path, content: str | bytes) -> None:
    """Blank lines are no header."""
    with pytest.raises(EmptyFile):
        read(write(tmp_path, "doors.csv", content))


def test_a_file_of_no_bytes_is_empty(tmp_path: Path) -> None:
    """Whatever it is called."""
    for name in ("doors.csv", "doors.geojson", "doors.osm.pbf"):
        with pytest.raises(EmptyFile):
            read(write(tmp_path, name, b""))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """And so is a folder in its place."""
    (tmp_path / "folder.csv").mkdir()
    for name in ("nowhere.csv", "folder.csv"):
        with pytest.raises(FileMissing, match=name):
            read(tmp_path / name)


@pytest.mark.parametrize("name", ["doors.csv.gz", "doors.csv.bz2"])
def test_a_broken_archive_is_damaged(tmp_path: Path, name: str) -> None:
    """It breaks off, or its bytes are wrong; what was read until then is not enough."""
    path = write(tmp_path, name, csv(*[f"24.{n},60.{n},{n},A,,," for n in range(5000)]))
    whole = path.read_bytes()
    for part in (whole[:-20], whole[:1000] + b"garbage" + whole[1007:]):
        path.write_bytes(part)
        with pytest.raises(Damaged):
            read(path, encoding="utf-8")


def test_a_wrong_encoding_is_said(tmp_path: Path) -> None:
    """A named encoding that the file is not in stops the import."""
    path = write(tmp_path, "doors.csv", csv(ROW.replace("High", "Größe")), "cp1252")
    with pytest.raises(UnknownEncoding, match="utf-8"):
        read(path, encoding="utf-8")


def test_what_is_no_text_is_no_csv(tmp_path: Path) -> None:
    """A renamed spreadsheet is refused."""
    with pytest.raises(WrongFormat):
        read(write(tmp_path, "doors.csv", b"PK\x03\x04" + bytes(100)))


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=9), max_size=12))
def test_any_table_is_read_to_its_end(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    """Each record between the header and the last one is a row, a reject, or blank."""
    body = [",".join(cells).replace("\0", "").replace("\ud800", "") for cells in table]
    text = csv(*body, ROW).encode("utf-8", "ignore")
    path = write(tmp_path_factory.mktemp("csv"), "doors.csv", text)
    rows, rejects = read(path, encoding="utf-8")
    assert len(rows) + len(rejects) >= 1
