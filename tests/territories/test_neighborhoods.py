"""Importing neighborhoods, and every door's knowing its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from common.runs import RunState
from territories.locating import request_locating
from territories.models import LocateRun, Neighborhood, NeighborhoodRun
from territories.tasks import import_doors_of, import_neighborhoods_of, locate_all_doors
from tests.at_once import at_once
from tests.cast import NOON, Company
from tests.territories.boundary_files import (
    boxed,
    brought_in,
    homes,
    named,
    relocated,
    requested,
    text_of,
    write,
)
from tests.territories.importing.reading import csv
from tests.territories.importing.reading import requested as requested_doors
from tests.territories.town import LAT, LON, settle

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "boundaries"
WEST, EAST = boxed("West", 0, 0, 1, 1, HH=10), boxed("East", 2, 0, 3, 1, HH=20, KIDS=7)


def test_every_door_knows_its_smallest_neighborhood(sunrise: Company) -> None:
    """A block group within a neighborhood; a door outside all of them has none."""
    settle(sunrise.organisation, streets=2, houses=5)
    corner = boxed("Corner", 0, 0, 0, 0)
    brought_in(sunrise.max, WEST, EAST)
    brought_in(sunrise.max, corner, dataset="blocks", level="block_group")
    found = homes(sunrise.organisation)
    assert {key: found[key] for key in ("A1", "A2", "B1", "A3", "B4", "A5")} == {
        "A1": "Corner", "A2": "West", "B1": "West", "A3": "East", "B4": "East", "A5": None,
    }  # fmt: skip
    assert named("Corner").parent == named("West")
    assert named("West").parent is None


def test_a_larger_level_imported_later_becomes_the_parent(sunrise: Company) -> None:
    """Whatever the order of the files."""
    brought_in(sunrise.max, WEST)
    brought_in(sunrise.max, boxed("Town", 0, 0, 9, 9), dataset="cities", level="city")
    assert named("West").parent == named("Town")


def test_properties_are_kept_and_chosen_ones_are_demographics(sunrise: Company) -> None:
    """What nobody says is missing, and the run counts it."""
    run = brought_in(sunrise.max, WEST, EAST, mapping={"households": "HH", "children": "KIDS"})
    assert run.state == RunState.DONE
    assert run.result["missing"] == {
        "households": 0, "owner_occupied_share": 2, "children": 1, "median_income": 2,
    }  # fmt: skip
    east = named("East")
    assert east.properties == {"NAME": "East", "HH": 20, "KIDS": 7}
    assert (east.households, east.children, east.median_income) == (20, 7, None)
    assert named("West").children is None


def test_the_same_file_again_changes_nothing(sunrise: Company) -> None:
    """Neither rows nor doors."""
    settle(sunrise.organisation)
    first = brought_in(sunrise.max, WEST, EAST)
    before = homes(sunrise.organisation)
    again = brought_in(sunrise.max, WEST, EAST)
    counts = [
        [run.result[name] for name in ("new", "updated", "unchanged", "gone")]
        for run in (first, again)
    ]
    assert counts == [[2, 0, 0, 0], [0, 0, 2, 0]]
    assert LocateRun.objects.get(pk=again.result["locate_run"]).result["changed"] == 0
    assert homes(sunrise.organisation) == before


def test_a_newer_file_moves_borders_and_lets_go_what_it_lacks(sunrise: Company) -> None:
    """East is gone: it holds no doors any more, and comes back with a file that has it."""
    settle(sunrise.organisation, houses=5)
    brought_in(sunrise.max, WEST, EAST)
    wider = boxed("West", 0, 0, 2, 1)
    run = brought_in(sunrise.max, wider)
    assert (run.result["updated"], run.result["gone"]) == (1, 1)
    assert named("East").gone_at is not None
    found = homes(sunrise.organisation)
    assert (found["A3"], found["A4"]) == ("West", None)
    brought_in(sunrise.max, WEST, EAST)
    assert named("East").gone_at is None
    assert homes(sunrise.organisation)["A4"] == "East"


def test_other_datasets_stay_when_one_is_imported(sunrise: Company) -> None:
    """Each series of files is compared with itself only."""
    brought_in(sunrise.max, WEST)
    run = brought_in(sunrise.max, EAST, dataset="others")
    assert (run.result["gone"], named("West").gone_at) == (0, None)


def test_doors_that_come_later_learn_their_neighborhood(sunrise: Company) -> None:
    """An import of doors queues the locating; without neighborhoods it does not."""
    text = csv(f"{LON},{LAT},1,A,,Hill,00100")
    import_doors_of(requested_doors(sunrise, text).pk)
    assert not LocateRun.objects.exists()
    brought_in(sunrise.max, WEST)
    text = csv(f"{LON + 0.0001},{LAT},3,A,,Hill,00100")
    import_doors_of(requested_doors(sunrise, text).pk)
    assert homes(sunrise.organisation)["A3"] is None
    waiting = LocateRun.objects.get(state=RunState.QUEUED)
    locate_all_doors(waiting.pk)
    assert homes(sunrise.organisation) == {"A1": "West", "A3": "West"}


def test_every_oddity_is_named(sunrise: Company) -> None:
    """A line, a bow tie, an overlap, a feature without properties: nothing is dropped silently."""
    line = {"type": "Feature", "properties": {"NAME": "Road"}, "geometry": None}
    tie = boxed("Tie", 5, 0, 6, 1)
    ring = tie["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    run = brought_in(
        sunrise.max, WEST, line, tie, boxed(None, 8, 8, 9, 9), boxed("Mid", 1, 0, 2, 1)
    )
    result = run.result
    assert (result["read"], result["new"], result["refused"]) == (5, 4, 1)
    assert result["refused_listed"] == [
        {"feature": "feature 2", "name": "Road", "what": "no_geometry"}
    ]
    assert [one["name"] for one in result["mended_listed"]] == ["Tie"]
    assert [one["name"] for one in result["unnamed_listed"]] == ["Neighborhood 4"]
    assert result["overlaps"] == 1
    (overlap,) = result["overlaps_listed"]
    assert (overlap["names"], overlap["share"]) == (["West", "Mid"], 0.5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no GeoJSON", "import.wrong_format"),
        (text_of(), "import.nothing_imported"),
        (text_of({"type": "Feature", "properties": {}}), "import.nothing_imported"),
    ],
)  # fmt: skip
def test_a_file_without_an_area_fails_and_changes_nothing(
    sunrise: Company, text: str, code: str
) -> None:
    """The run says why; what was known stays, and no doors are located."""
    brought_in(sunrise.max, WEST)
    run = requested(sunrise.max, text)
    import_neighborhoods_of(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, code)
    assert named("West").gone_at is None


def test_another_companys_doors_and_boundaries_are_left_alone(
    sunrise: Company, moonlight: Company
) -> None:
    """The same streets, but only one company's neighborhoods."""
    settle(sunrise.organisation)
    settle(moonlight.organisation)
    brought_in(sunrise.max, WEST)
    assert homes(sunrise.organisation)["A1"] == "West"
    assert set(homes(moonlight.organisation).values()) == {None}
    assert relocated(moonlight.olga).result == {
        "doors": 20, "located": 0, "outside": 20, "changed": 0,
    }  # fmt: skip


def test_a_run_that_waits_serves_everybody(sunrise: Company) -> None:
    """One that is under way does not: it may have read the doors before they changed."""
    first, second = (request_locating(actor=sunrise.max, now=NOON) for _ in range(2))
    assert first.pk == second.pk
    LocateRun.objects.filter(pk=first.pk).update(state=RunState.RUNNING)
    assert request_locating(actor=sunrise.max, now=NOON).pk != first.pk


def test_the_database_holds_one_waiting_run_and_whole_shares(sunrise: Company) -> None:
    """Whatever code writes it."""
    brought_in(sunrise.max, WEST)
    request_locating(actor=sunrise.max, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocateRun.objects.create(organisation=sunrise.organisation, created_at=NOON, sent_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Neighborhood.objects.update(owner_occupied_share=61.5)


def test_the_same_file_asked_for_meanwhile_is_the_same_run(sunrise: Company) -> None:
    """And with other options another."""
    first, second, third = (
        requested(sunrise.max, text_of(WEST), level=level) for level in ("city", "city", "region")
    )
    assert (first.pk == second.pk, first.pk == third.pk) == (True, False)
    assert NeighborhoodRun.objects.count() == 2


def test_the_command_imports_locates_and_names_what_was_odd(
    sunrise: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """In the foreground: the doors know their neighborhoods when it ends."""
    monkeypatch.setenv("COLUMNS", "200")
    settle(sunrise.organisation)
    path = write(tmp_path, WEST, EAST, boxed("Mid", 1, 0, 2, 1))
    call_command(
        "import_neighborhoods", str(path), "--organisation", "sunrise", "--map", "households=HH"
    )
    printed = capsys.readouterr().out
    assert homes(sunrise.organisation)["A1"] == "West"
    assert "overlap: West and Mid, 50.0% of the smaller one" in printed
    assert "without households" in printed


def test_the_command_refuses_in_one_line(sunrise: Company, tmp_path: Path) -> None:
    """An unknown company, a missing file, a file that is none."""
    path = write(tmp_path, WEST)
    bad = tmp_path / "bad.geojson"
    bad.write_text("no", encoding="utf-8")
    for file, slug in ((path, "nobody"), (tmp_path / "none", "sunrise"), (bad, "sunrise")):
        with pytest.raises(CommandError) as refused:
            call_command("import_neighborhoods", str(file), "--organisation", slug)
        assert "\n" not in str(refused.value)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")
def test_the_real_neighborhoods_of_a_city(sunrise: Company) -> None:
    """Thirteen neighborhoods and thirty-three precincts, none broken; a precinct lies in one."""
    for name, level, expected in (
        ("cambridge_neighborhoods", "neighborhood", 13), ("cambridge_precincts", "block_group", 33),
    ):  # fmt: skip
        text = (SHARED / f"{name}.geojson").read_text(encoding="utf-8")
        run = requested(sunrise.max, text, dataset=name, level=level)
        import_neighborhoods_of(run.pk)
        run.refresh_from_db()
        assert (run.state, run.result["new"], run.result["refused"]) == ("done", expected, 0)
    assert named("The Port").level == "neighborhood"
    precincts = Neighborhood.objects.filter(dataset="cambridge_precincts")
    assert not precincts.filter(parent=None).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_queue_one_locating(sunrise: Company) -> None:
    """However they interleave."""
    answers = at_once(*[lambda: request_locating(actor=sunrise.max, now=NOON).pk] * 3)
    assert len(set(map(str, answers))) == 1
    assert LocateRun.objects.count() == 1


def test_a_name_longer_than_its_column_is_cut(sunrise: Company) -> None:
    """The neighborhood is not refused for it."""
    run = brought_in(sunrise.max, boxed("N" * 500, 0, 0, 1, 1))
    assert (run.state, run.result["new"]) == (RunState.DONE, 1)
    assert Neighborhood.objects.get().name == "N" * 120
