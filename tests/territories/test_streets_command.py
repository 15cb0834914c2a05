"""`manage.py import_streets`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common.runs import RunState
from territories.management.commands import import_streets
from territories.models import DoorSnap, SnapRun, StreetMap
from tests.cast import NOON, Company
from tests.territories.importing.reading import node, osm, write
from tests.territories.test_imports_command import counts
from tests.territories.town import settle
from tests.territories.town_streets import streets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which every line fits."""
    monkeypatch.setenv("COLUMNS", "200")


def run(path: Path, *options: str, organisation: str = "sunrise") -> None:
    """The command, as typed."""
    call_command("import_streets", str(path), "--organisation", organisation, *options)


def refusal(path: Path, *options: str, organisation: str = "sunrise") -> str:
    """The one line that the command ends with."""
    with pytest.raises(CommandError) as refused:
        run(path, *options, organisation=organisation)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_it_builds_snaps_and_prints_what_came_of_it(
    sunrise: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A map in use, called as said, and every door of the company snapped, with no worker."""
    settle(sunrise.organisation, streets=2, houses=3)
    run(write(tmp_path, "hill.osm.gz", streets()), "--name", "The Hill")
    printed = capsys.readouterr().out
    assert "Building the streets of The Hill" in printed
    assert "Warning" not in printed
    assert counts(printed) == {
        "region": "The Hill", "version": "1", "junctions": "4", "edges": "3", "length in km": "1.1",
        "street names": "3",
        "doors covered": "6", "by name": "6", "all": "6",
    }  # fmt: skip
    assert StreetMap.objects.current().get().requested_by is None
    assert DoorSnap.objects.count() == 6
    assert SnapRun.objects.get().state == RunState.DONE


def test_a_map_that_covers_no_door_is_warned_of(
    sunrise: Company, moonlight: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another company's doors do not count. It is in use all the same: doors may follow."""
    settle(moonlight.organisation)
    run(write(tmp_path, "hill.osm", streets()))
    assert "Warning: the map covers none of the organisation's doors" in capsys.readouterr().out
    assert StreetMap.objects.current().get().name == "hill"


@pytest.mark.parametrize(
    ("content", "words"),
    [("no map", "OpenStreetMap"), (osm(node(1, 2, 3)), "walk"), (streets()[:200], "OpenStreetMap")],
)
def test_a_bad_file_is_one_clear_line(
    sunrise: Company, tmp_path: Path, content: str, words: str
) -> None:
    """It says what is wrong, and no map is in use."""
    message = refusal(write(tmp_path, "a.osm", content))
    assert words in message
    assert message.endswith("Nothing was imported.")
    assert not StreetMap.objects.current()


def test_a_missing_file_or_organisation_is_named(sunrise: Company, tmp_path: Path) -> None:
    """Beside what there is."""
    assert "nowhere.osm" in refusal(tmp_path / "nowhere.osm")
    path = write(tmp_path, "a.osm", streets())
    assert "There are: sunrise." in refusal(path, organisation="sunset")


def test_a_file_that_a_worker_is_building_is_left_to_it(sunrise: Company, tmp_path: Path) -> None:
    """The line names the map."""
    path = write(tmp_path, "a.osm", streets())
    run(path)
    kept = StreetMap.objects.get()
    StreetMap.objects.filter(pk=kept.pk).update(
        state=RunState.RUNNING, lease_until=NOON.replace(year=2999)
    )
    assert refusal(path) == f"A worker is building this map already, as street map {kept.pk}."


def test_ctrl_c_leaves_nothing_for_a_worker(
    sunrise: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The map is over, failed, and one line says so."""

    def pressed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_streets, "perform_street_map", pressed)
    assert refusal(write(tmp_path, "a.osm", streets())) == "Interrupted; nothing was imported."


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """To be copied."""
    with pytest.raises(SystemExit):
        call_command("import_streets", "--help")
    text = " ".join(capsys.readouterr().out.split())
    assert "Example: python manage.py import_streets " in text
