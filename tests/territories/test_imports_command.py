"""`manage.py import_doors` and `manage.py make_county`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.runs import cancel_run
from common.runs import RunState
from territories.imports import perform_import
from territories.management.commands import import_doors
from territories.models import Door, ImportRun
from tests.cast import NOON, Company
from tests.territories.importing.reading import csv, node, osm, real, write

pytestmark = pytest.mark.django_db

FIVE = "24.94,60.17,5,High Street,,Hill,00100"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which every line fits."""
    monkeypatch.setenv("COLUMNS", "200")


def run(path: Path, *options: str, organisation: str = "sunrise") -> None:
    """The command, as typed."""
    call_command("import_doors", str(path), "--organisation", organisation, *options)


def refusal(path: Path, *options: str, organisation: str = "sunrise") -> str:
    """The one line that the command ends with."""
    with pytest.raises(CommandError) as refused:
        run(path, *options, organisation=organisation)
    message = str(refused.value)
    assert "\n" not in message
    return message


def counts(printed: str) -> dict[str, str]:
    """The table of a printed outcome."""
    cells = [line.split("│") for line in printed.splitlines() if line.startswith("│")]
    return {row[1].strip(): row[2].strip() for row in cells}


def test_it_imports_and_prints_what_came_of_it(
    sunrise: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts, rejects by reason, and where the rejects are; a second file shows what changed."""
    run(write(tmp_path, "a.csv.gz", csv(FIVE, "x,1,7,High Street,,Hill,", FIVE)))
    printed = capsys.readouterr().out
    assert "Importing a.csv.gz" in printed
    assert counts(printed) == {
        "rows read": "3", "new": "1", "updated": "0", "unchanged": "0", "new buildings": "1",
        "of this dataset, not in the file any more": "0", "rejected: duplicate": "1",
        "rejected: not a number": "1",
    }  # fmt: skip
    kept = ImportRun.objects.get()
    assert kept.rejects.path in printed.splitlines()
    assert (kept.state, kept.requested_by, kept.dataset) == (RunState.DONE, None, "doors")

    run(write(tmp_path, "b.csv", csv(FIVE.replace("24.94", "24.95"))))
    table = counts(capsys.readouterr().out)
    assert (table["updated"], table["position changed"]) == ("1", "1")


def test_its_options_are_obeyed(sunrise: Company, tmp_path: Path) -> None:
    """Format, encoding, mapping, dataset and region, as a box and as a file."""
    text = csv("24.94,60.17,5,Größe,Weg", "10,60.17,7,Größe,Weg", header="LON,LAT,NO,A,B")
    path = write(tmp_path, "a.dat", text, "cp1252")
    how = ["--format=csv", "--encoding=cp1252", "--map", "number=NO", "--map", "street=A+B"]
    ring = [[24, 60], [25, 60], [25, 61], [24, 61], [24, 60]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    region = write(tmp_path, "region.geojson", json.dumps(shape))
    run(path, *how, "--dataset", "county", f"--region={region}")
    run(path, *how, "--dataset", "county", "--region=24,60,25,61")
    door = Door.objects.get()
    assert (door.building.street, door.dataset) == ("Größe Weg", "county")
    results = [kept.result["rejected"] for kept in ImportRun.objects.all()]
    assert results == [{"outside_region": 1}] * 2


def test_another_companys_doors_stay(sunrise: Company, moonlight: Company, tmp_path: Path) -> None:
    """Doors go to the organisation that is named."""
    run(write(tmp_path, "a.csv", csv(FIVE)), organisation="moonlight")
    assert Door.objects.get().organisation == moonlight.organisation


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", "x", ".osm.pbf"),
        ("a.csv", "", "The file is empty"),
        ("a.osm", osm(), "no addresses"),
        ("a.osm", osm(node(1, 2, 3)), "use an extract or export that has house numbers"),
        ("a.osm.pbf", "no pbf", "fetch it again"),
        ("a.geojson", "{}", "not GeoJSON"),
        ("a.csv", "A,B\n1,2\n", "map it, as in lon=COLUMN"),
        ("a.csv", csv("x,y,5,A,,,"), "Not one of 1 rows"),
    ],
)
def test_a_bad_file_is_one_clear_line(
    sunrise: Company, tmp_path: Path, name: str, content: str, words: str
) -> None:
    """It says what is wrong and what to do, and nothing has been imported."""
    message = refusal(write(tmp_path, name, content))
    assert words in message
    assert not Door.objects.exists()
    assert not ImportRun.objects.exclude(state=RunState.FAILED).exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--map", "street"], "FIELD=COLUMN"),
        (["--map", "colour=C"], "no field 'colour'"),
        (["--region=1,2,3"], "west,south,east,north"),
        (["--region=nowhere.geojson"], "nowhere.geojson is neither"),
        (["--encoding=klingon"], "utf-8 or cp1252"),
        (["--format=xls"], "osm, csv, geojson"),
        (["--dataset="], "Name the dataset"),
    ],
)
def test_a_bad_option_is_one_clear_line(
    sunrise: Company, tmp_path: Path, options: list[str], words: str
) -> None:
    """Before anything is kept."""
    assert words in refusal(write(tmp_path, "a.csv", csv(FIVE)), *options)
    assert not ImportRun.objects.exists()


def test_a_missing_file_or_organisation_is_named(sunrise: Company, tmp_path: Path) -> None:
    """Beside what there is."""
    assert "nowhere.csv" in refusal(tmp_path / "nowhere.csv")
    assert "There are: sunrise." in refusal(tmp_path / "a.csv", organisation="sunset")


def test_rejects_of_a_failed_import_are_pointed_at(
    sunrise: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are what the file is mended from."""
    refusal(write(tmp_path, "a.csv", csv("x,y,5,A,,,")))
    assert ImportRun.objects.get().rejects.path in capsys.readouterr().out


def test_a_file_that_a_worker_is_importing_is_left_to_it(sunrise: Company, tmp_path: Path) -> None:
    """The line names the import."""
    path = write(tmp_path, "a.csv", csv(FIVE))
    run(path)
    kept = ImportRun.objects.get()
    ImportRun.objects.filter(pk=kept.pk).update(
        state=RunState.RUNNING, lease_until=NOON.replace(year=2999)
    )
    assert refusal(path) == f"A worker is importing this file already, as import {kept.pk}."


def test_ctrl_c_leaves_nothing_for_a_worker(
    sunrise: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is over, failed, and one line says so."""

    def pressed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_doors, "perform_import", pressed)
    path = write(tmp_path, "a.csv", csv(FIVE))
    ImportRun.objects.all().delete()
    assert refusal(path) == "Interrupted; nothing was imported."
    assert not Door.objects.exists()


def test_an_extract_of_streets_is_imported_as_far_as_it_goes(
    sunrise: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real one has two addresses on all its streets."""
    run(real("towns/reisterstown.osm.pbf"))
    assert counts(capsys.readouterr().out)["new"] == "2"


@pytest.mark.parametrize("command", ["import_doors", "make_county"])
def test_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """To be copied."""
    with pytest.raises(SystemExit):
        call_command(command, "--help")
    text = " ".join(capsys.readouterr().out.split())
    assert f"Example: python manage.py {command} " in text


def test_a_made_up_county_can_be_imported(sunrise: Company, tmp_path: Path) -> None:
    """All of it."""
    path, out = tmp_path / "county.csv", io.StringIO()
    call_command("make_county", str(path), "--doors", "300", "--seed", "2", stdout=out)
    assert "300 doors" in out.getvalue()
    run(path)
    assert Door.objects.count() == 300


def test_a_county_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    """Too few doors, or no such folder."""
    for path, doors in ((tmp_path / "a.csv", "0"), (tmp_path / "no" / "a.csv", "5")):
        with pytest.raises(CommandError):
            call_command("make_county", str(path), "--doors", doors)


def test_an_import_cancelled_meanwhile_says_so(
    sunrise: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A manager has cancelled it while the file was read: no door has come in."""

    def meddled(run: ImportRun, watcher: Any) -> ImportRun:
        cancel_run(actor=sunrise.max, run=run, now=NOON)
        return perform_import(run, watcher)

    monkeypatch.setattr(import_doors, "perform_import", meddled)
    path = write(tmp_path, "b.csv", csv(FIVE))
    assert refusal(path) == "Somebody has cancelled it; nothing was imported."
    assert not Door.objects.exists()
