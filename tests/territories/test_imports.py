"""What an import does to buildings and doors."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from common.runs import RunLost, RunState, finish_run
from territories import imports
from territories.importing.staging import Staging
from territories.importing.synthetic import write_county
from territories.imports import import_doors
from territories.models import Building, Door, ImportRun
from territories.tasks import import_doors_of
from tests.cast import Company
from tests.territories.importing.reading import (
    addresses,
    collection,
    csv,
    done,
    everything,
    imported,
    node,
    osm,
    point,
    rejects_of,
    requested,
    way,
)
from tests.territories.town import settle

pytestmark = pytest.mark.django_db

FIVE = "24.94,60.17,5,High Street,,Hill,00100"
SEVEN = "24.95,60.17,7,High Street,,Hill,00100"


class Silent:
    """Nobody asks how far it has got."""

    def report(self, done: int, total: int) -> None:
        """Say nothing."""


def test_three_formats_give_the_same_doors(sunrise: Company) -> None:
    """The second and the third find the doors of the first."""
    first = done(sunrise, csv(FIVE, SEVEN))
    features = [
        point(lon, 60.17, number=n, street="HIGH STREET", city="hill", postcode="00100")
        for lon, n in ((24.94, 5), (24.95, 7))
    ]
    second = done(sunrise, collection(*features), name="a.geojson")
    tags = {"addr__street": "High Street", "addr__city": "Hill", "addr__postcode": "00100"}
    nodes = [
        node(n, lon, 60.17, addr__housenumber=str(n), **tags) for n, lon in ((5, 24.94), (7, 24.95))
    ]
    third = done(sunrise, osm(*nodes), name="a.osm")
    assert [result["new"] for result in (first, second, third)] == [2, 0, 0]
    assert second["changed"] == {"position_quality": 2}
    assert second["buildings"]["changed"] == {"street": 2, "city": 2}
    assert third["changed"] == {}
    assert addresses(sunrise) == [("High Street", n, "", "Hill") for n in ("5", "7")]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.bz2"])
def test_the_same_file_twice_changes_nothing(sunrise: Company, name: str) -> None:
    """Every door is unchanged, and the rows are those that were."""
    text = csv(FIVE, SEVEN, SEVEN.replace(",,", ",APT 2,"))
    done(sunrise, text, name=name)
    before, ids = everything(sunrise), set(Door.objects.values_list("pk", flat=True))
    result = done(sunrise, text, name=name)
    assert (result["new"], result["updated"], result["unchanged"]) == (0, 0, 3)
    assert (result["changed"], result["gone"]) == ({}, 0)
    assert result["buildings"] == {"new": 0, "updated": 0, "unchanged": 2, "changed": {}}
    assert everything(sunrise) == before
    assert set(Door.objects.values_list("pk", flat=True)) == ids


def test_a_newer_file_updates_and_says_what(sunrise: Company) -> None:
    """A door that moved, one that is new, one that the file has no more and that stays."""
    done(sunrise, csv(FIVE, SEVEN, SEVEN.replace(",7,", ",9,")))
    moved = FIVE.replace("24.94", "24.9401")
    result = done(sunrise, csv(moved, SEVEN, SEVEN.replace(",7,", ",11,")))
    assert (result["new"], result["updated"], result["unchanged"], result["gone"]) == (1, 1, 1, 1)
    assert result["changed"] == {"position": 1}
    assert result["buildings"]["changed"] == {"position": 1}
    numbers = [number for _, number, *_ in addresses(sunrise)]
    assert numbers == ["11", "5", "7", "9"]
    door = Door.objects.get(building__number="5")
    assert (door.lon, door.building.lon) == (24.9401, 24.9401)


def test_what_is_known_is_not_forgotten(sunrise: Company) -> None:
    """A later file that says less of a door's use, quality or postcode takes nothing away."""
    full = csv(
        f"{FIVE},home,entrance", header="LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE,USE,QUALITY"
    )
    done(sunrise, full)
    before = everything(sunrise)
    result = done(sunrise, csv(FIVE.replace("00100", "")))
    assert result["unchanged"] == 1
    assert everything(sunrise) == before


def test_gone_counts_only_the_files_own_dataset(sunrise: Company) -> None:
    """Another series of files says nothing about this one's doors; a door has one dataset."""
    done(sunrise, csv(FIVE), dataset="county")
    result = done(sunrise, csv(SEVEN), dataset="town")
    assert result["gone"] == 0
    result = done(sunrise, csv(FIVE), dataset="town")
    assert (result["changed"], result["gone"]) == ({"dataset": 1}, 1)


def test_units_at_one_address_share_a_building(sunrise: Company) -> None:
    """However the address is spelled; the town with the same street does not share it."""
    done(
        sunrise,
        csv(
            *(FIVE.replace(",,", f",APT {unit},") for unit in range(1, 5)),
            FIVE.replace("High Street,,", "HIGH  street,APT 5,"),
            FIVE.replace("Hill", "Dale"),
        ),
    )
    doors = {(b.city, b.doors.count()) for b in Building.objects.all()}
    assert doors in ({("Hill", 5), ("Dale", 1)}, {("HILL", 5), ("Dale", 1)})


def test_a_door_known_by_the_sources_id_may_move_house(sunrise: Company) -> None:
    """A corrected number keeps the door and its history; its building is another."""
    header = "LON,LAT,NUMBER,STREET,CITY,ID"
    mapping = {"id": "ID"}
    done(sunrise, csv("24,60,5,High,Hill,77", header=header), mapping=mapping)
    door = Door.objects.get()
    result = done(sunrise, csv("24,60,6,High,Hill,77", header=header), mapping=mapping)
    assert (result["new"], result["changed"]) == (0, {"building": 1})
    assert Door.objects.get().pk == door.pk
    assert Door.objects.get().building.number == "6"


def test_no_door_is_lost_behind_a_duplicate(sunrise: Company) -> None:
    """The door that shares its building only with a rejected duplicate comes in."""
    header = "LON,LAT,NUMBER,STREET,CITY,ID"
    rows = ("24,60,5,High,Hill,A", "24,60,9,Other,Hill,A", "24,60,9,Other,Hill,B")
    result = done(sunrise, csv(*rows, header=header), mapping={"id": "ID"})
    assert (result["new"], result["rejected"]) == (2, {"duplicate": 1})
    assert [row[:2] for row in addresses(sunrise)] == [("High", "5"), ("Other", "9")]


def test_an_address_on_node_and_building_is_one_door(sunrise: Company) -> None:
    """The second is reported, with how far it is from the first."""
    tags = {"addr__housenumber": "5", "addr__street": "High Street", "addr__city": "Hill"}
    corners = [node(1, 0, 0.1), node(2, 0.002, 0.1), node(3, 0.002, 0.102), node(4, 0, 0.102)]
    elements = [*corners, node(7, 0.001, 0.1, entrance="main", **tags)]
    house = way(10, 1, 7, 2, 3, 4, 1, building="yes", **tags)
    run = imported(sunrise, osm(*elements, house), name="a.osm")
    assert run.result["new"] == 1
    assert Door.objects.get().position_quality == "entrance"
    assert rejects_of(run) == ['w10,duplicate,"first on n7, 0 m away"']


def test_every_reject_is_in_the_file_with_its_line(sunrise: Company) -> None:
    """Read, kept and rejected add up, and the good rows came in."""
    far = FIVE.replace("24.94", "10.5").replace(",5,", ",51,")
    text = csv(
        FIVE, FIVE.replace(",5,", ",,"), "x,60,1,A,,,", "nan,60,1,A,,,", "24,99,1,A,,,", "1,2,3",
        FIVE.replace("High", "H" * 121), FIVE, SEVEN, far,
    )  # fmt: skip
    run = imported(sunrise, text, region=[24, 60, 25, 61])
    rejected = {
        "no_number": 1, "not_a_number": 2, "off_earth": 1, "malformed": 1, "too_long": 1,
        "duplicate": 1, "outside_region": 1,
    }  # fmt: skip
    assert run.result["rejected"] == rejected
    assert (run.result["read"], run.result["new"]) == (10, 2)
    lines = [line.split(",")[:2] for line in rejects_of(run)]
    assert sorted(lines) == sorted(
        [["3", "no_number"], ["4", "not_a_number"], ["5", "not_a_number"], ["6", "off_earth"],
         ["7", "malformed"], ["8", "too_long"], ["9", "duplicate"], ["11", "outside_region"]]
    )  # fmt: skip


def test_a_run_without_rejects_has_no_file(sunrise: Company) -> None:
    """And says which encoding was found."""
    run = imported(sunrise, csv(FIVE))
    assert not run.rejects
    assert run.result["encoding"] == "utf-8"
    assert run.progress_done == run.progress_total


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (csv(SEVEN, "x,y,7,A,,,").encode() + b"\xff\xfe", "a.csv", "import.unknown_encoding"),
        (collection(point(1, 2, number=1, street="A"))[:-5], "a.geojson", "import.damaged"),
        (
            osm(node(1, 2, 3, addr__housenumber="1", addr__street="A"))[:-5],
            "a.osm",
            "import.damaged",
        ),
        (csv("x,y,7,A,,,", ",,,,,,"), "a.csv", "import.nothing_imported"),
        (csv(), "a.csv", "import.no_addresses"),
        (csv(SEVEN, header="A,B,C,D,E,F,G"), "a.csv", "import.column_missing"),
    ],
)
def test_a_failed_import_leaves_what_was(
    sunrise: Company, content: str | bytes, name: str, code: str
) -> None:
    """Not one row of it, even if many were read before it failed; the run says why."""
    done(sunrise, csv(FIVE))
    before = everything(sunrise)
    run = imported(sunrise, content, name=name)
    assert (run.state, run.error_code) == (RunState.FAILED, code)
    assert "\n" not in run.error_message
    assert run.result == {}
    assert everything(sunrise) == before
    assert done(sunrise, csv(FIVE, SEVEN))["new"] == 1


def test_a_failed_imports_rejects_are_kept(sunrise: Company) -> None:
    """So that the file can be mended from them."""
    run = imported(sunrise, csv("x,y,7,A,,,", "1,2,,,,,"))
    assert (
        run.error_message
        == "Not one of 2 rows could be imported: not a number (1), no address (1)."
    )
    assert len(rejects_of(run)) == 2


def test_a_run_that_was_taken_over_writes_nothing(sunrise: Company) -> None:
    """The attempt whose lease ran out changes neither doors nor the run nor its rejects file."""
    queued = requested(sunrise, csv(FIVE, "x,y,7,A,,,"))
    slow = ImportRun.objects.claim(queued.pk, timezone.now() - timedelta(hours=1))
    assert slow is not None
    write = import_doors(slow, Silent())
    import_doors_of(queued.pk)
    after, run = everything(sunrise), ImportRun.objects.get(pk=queued.pk)
    with pytest.raises(RunLost):
        finish_run(slow, write, timezone.now())
    assert everything(sunrise) == after
    again = ImportRun.objects.get(pk=queued.pk)
    assert (again.state, again.result, again.rejects.name) == ("done", run.result, run.rejects.name)
    assert len(rejects_of(again)) == 1


def test_a_lost_attempts_rejects_file_goes(sunrise: Company) -> None:
    """Two attempts leave one file."""
    queued = requested(sunrise, csv(FIVE, "x,y,7,A,,,"))
    lost = ImportRun.objects.claim(queued.pk, timezone.now() - timedelta(hours=1))
    assert lost is not None
    import_doors(lost, Silent())
    import_doors_of(queued.pk)
    run = ImportRun.objects.get(pk=queued.pk)
    assert len(list(Path(run.rejects.path).parent.iterdir())) == 1


def test_a_late_attempt_leaves_the_rejects_of_the_winner(sunrise: Company) -> None:
    """A worker that wakes up after another has finished keeps its own file to itself."""
    queued = requested(sunrise, csv(FIVE, "x,y,7,A,,,"))
    late = ImportRun.objects.claim(queued.pk, timezone.now() - timedelta(hours=1))
    assert late is not None
    import_doors_of(queued.pk)
    import_doors(late, Silent())
    run = ImportRun.objects.get(pk=queued.pk)
    assert len(rejects_of(run)) == 1
    assert len(list(Path(run.rejects.path).parent.iterdir())) == 1


def test_a_task_that_comes_twice_imports_once(sunrise: Company) -> None:
    """The second call finds the run ended."""
    run = imported(sunrise, csv(FIVE))
    import_doors_of(run.pk)
    again = ImportRun.objects.get(pk=run.pk)
    assert (again.attempt, again.result) == (1, run.result)


def test_a_file_that_has_gone_is_said(sunrise: Company) -> None:
    """Somebody tidied the uploads away before the worker came."""
    run = requested(sunrise, csv(FIVE))
    Path(run.file.path).unlink()
    import_doors_of(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "import.file_missing")


def test_another_companys_doors_are_not_touched(sunrise: Company, moonlight: Company) -> None:
    """The same addresses are doors of each; neither's file updates, or counts, the other's."""
    settle(moonlight.organisation)
    done(moonlight, csv(FIVE))
    before = everything(moonlight)
    result = done(sunrise, csv(FIVE.replace("24.94", "24.99"), SEVEN))
    assert (result["new"], result["gone"], result["buildings"]["new"]) == (2, 0, 2)
    assert everything(moonlight) == before


def test_an_import_of_many_batches_is_one(
    sunrise: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a batch ends does not show, not even in the middle of a building."""
    path = tmp_path / "county.csv"
    write_county(path, doors=1200, seed=5, centre=(24.94, 60.17))
    monkeypatch.setattr(imports, "BATCH", 7)
    assert done(sunrise, path.read_bytes())["new"] == 1200
    monkeypatch.setattr(imports, "BATCH", 10_000)
    assert done(sunrise, path.read_bytes())["unchanged"] == 1200


def test_doors_are_numbered_in_the_order_of_the_file(sunrise: Company) -> None:
    """A list of doors reads like the file they came from."""
    rows = [FIVE.replace(",5,", f",{number},") for number in (9, 1, 12, 4, 30)]
    done(sunrise, csv(*rows))
    numbers = Door.objects.order_by("pk").values_list("building__number", flat=True)
    assert list(numbers) == ["9", "1", "12", "4", "30"]


def test_a_staging_table_left_behind_is_no_obstacle(sunrise: Company) -> None:
    """An import that was cut short on this connection left its candidates; they are forgotten."""
    left = Staging(sunrise.organisation.pk, "town")
    left.create()
    left.choose_buildings()
    assert done(sunrise, csv(FIVE))["new"] == 1
