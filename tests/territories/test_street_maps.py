"""Street maps: asking for one, building it, what is in use, and which files are kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from common.errors import NotFound
from common.runs import RunState
from territories.errors import StreetMapLost, StreetMapNotDone
from territories.models import DoorSnap, SnapRun, StreetMap
from territories.street_files import loaded, network_of
from territories.street_maps import (
    M_PER_DEGREE,
    abandon_street_map,
    begin_street_map,
    import_streets,
    perform_street_map,
    region_name,
    retire_street_map,
)
from territories.tasks import import_streets_of
from tests.cast import NOON, Company
from tests.territories.importing.reading import node, osm, real
from tests.territories.test_imports_requests import Heard
from tests.territories.town import settle
from tests.territories.town_streets import built, mapped, requested, snap_all, streets

OnCommit = Any  # a fixture of pytest-django: runs what waits for the commit

pytestmark = pytest.mark.django_db


def kept(*street_maps: StreetMap) -> list[str]:
    """The names of the files that these maps should have on disk."""
    named = [file.name for each in street_maps for file in (each.file, each.artefact)]
    return sorted(Path(str(name)).name for name in named)


def files() -> list[str]:
    """The names of all files on disk."""
    root = Path(default_storage.path(""))
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_a_map_is_built_and_put_into_use(sunrise: Company) -> None:
    """Its version, its box, what it holds and how many doors it covers; its snapping is queued."""
    settle(sunrise.organisation, streets=2, houses=3)
    street_map = built(sunrise)
    assert street_map.state == RunState.DONE, street_map.error_message
    assert (street_map.version, street_map.is_current, street_map.retired_at) == (1, True, None)
    assert street_map.box is not None
    west, south, east, north = street_map.box
    assert (24.94 - west) * M_PER_DEGREE / 2 == pytest.approx(50 + 120, abs=2)  # cos 60° is a half
    assert (60.17 - south) * M_PER_DEGREE == pytest.approx(10 + 120, abs=1)
    assert (east, north) > (24.947, 60.1718)
    snaps = SnapRun.objects.get()
    result = dict(street_map.result)
    assert result.pop("length_km") == pytest.approx(1.1, abs=0.2)
    assert result == {
        "junctions": 4, "edges": 3, "street_names": 3, "doors_covered": 6, "snap_run": snaps.pk,
    }  # fmt: skip
    assert (snaps.state, snaps.requested_by) == (RunState.QUEUED, sunrise.ada)
    assert network_of(street_map).names == ("", "A", "B", "Cross Way")


def test_the_next_map_of_a_region_takes_its_place(
    sunrise: Company, django_capture_on_commit_callbacks: OnCommit
) -> None:
    """One is in use; the one before is retired at that moment, and its files go after its doors."""
    settle(sunrise.organisation)
    first = mapped(sunrise)
    second = built(sunrise, streets("ABC"))
    old = StreetMap.objects.get(pk=first.pk)
    assert (second.version, second.is_current) == (2, True)
    assert (old.is_current, old.retired_at) == (False, second.finished_at)
    assert len(files()) == 4  # doors are snapped to the old one still
    with django_capture_on_commit_callbacks(execute=True):
        snap_all()
    old.refresh_from_db()
    assert (old.file.name, old.artefact.name) == ("", "")
    assert files() == kept(second)
    assert set(DoorSnap.objects.values_list("street_map", flat=True)) == {second.pk}


def test_maps_of_two_regions_are_in_use_together(sunrise: Company, moonlight: Company) -> None:
    """Names tell regions apart, and each company counts its own versions."""
    hill, dale = built(sunrise), built(sunrise, streets("AC"), name="Dale")
    theirs = built(moonlight)
    assert list(StreetMap.objects.filter(organisation=sunrise.organisation).current()) == [
        dale, hill,
    ]  # fmt: skip
    assert (hill.version, dale.version, theirs.version) == (1, 1, 1)


BAD = [
    (b"no map at all", "street_map.damaged"),
    (streets().encode()[:300], "street_map.damaged"),
    (osm(node(1, 2, 3)).encode(), "street_map.no_ways"),
    (streets(road="motorway").encode(), "street_map.no_ways"),
]


@pytest.mark.parametrize(("content", "code"), BAD)
def test_a_bad_extract_is_an_error_with_a_code_and_changes_nothing(
    sunrise: Company, content: bytes, code: str
) -> None:
    """No map at all, one that breaks off, no ways, none to walk: the map in use stays."""
    before = built(sunrise)
    failed = built(sunrise, content)
    assert (failed.state, failed.error_code, failed.version) == (RunState.FAILED, code, 0)
    assert failed.error_message.endswith((".", "!"))
    assert list(StreetMap.objects.current()) == [before]


def test_the_same_extract_asked_for_again_is_the_same_map(
    sunrise: Company, moonlight: Company
) -> None:
    """While it is open; another name, file or company is another map, and so is one after it."""
    first, again = requested(sunrise), requested(sunrise)
    assert first.pk == again.pk
    assert len(files()) == 1
    others = [
        requested(sunrise, name="Dale"),
        requested(sunrise, streets("ABC")),
        requested(moonlight),
    ]
    assert len({first.pk, *(each.pk for each in others)}) == 4
    import_streets_of(first.pk)
    assert requested(sunrise).pk != first.pk
    assert first.checksum == others[0].checksum != others[1].checksum


def test_a_retired_map_is_out_of_use(
    sunrise: Company, django_capture_on_commit_callbacks: OnCommit
) -> None:
    """Its doors lose their snaps, it loses its files, and retiring it again changes nothing."""
    settle(sunrise.organisation)
    street_map = mapped(sunrise)
    retired = retire_street_map(actor=sunrise.max, street_map=street_map, now=NOON)
    again = retire_street_map(
        actor=sunrise.ada, street_map=street_map, now=NOON + timedelta(days=1)
    )
    assert retired.retired_at == again.retired_at == NOON
    with django_capture_on_commit_callbacks(execute=True):
        (run,) = snap_all()
    assert (run.requested_by, run.result["uncovered"]) == (sunrise.max, 20)
    assert not StreetMap.objects.current()
    assert not DoorSnap.objects.exists()
    assert files() == []


def test_only_a_map_in_use_is_retired(sunrise: Company, moonlight: Company) -> None:
    """Not one that waits or has failed; and to another company it does not exist."""
    for open_one in (requested(sunrise), built(sunrise, b"no map")):
        with pytest.raises(StreetMapNotDone):
            retire_street_map(actor=sunrise.ada, street_map=open_one, now=NOON)
    done = built(sunrise, name="Dale")
    for stranger in (moonlight.olga, sunrise.rosa):
        with pytest.raises(NotFound):
            retire_street_map(actor=stranger, street_map=done, now=NOON)
    assert StreetMap.objects.current().get() == done


def lose(street_map: StreetMap) -> None:
    """Clear the folder of what was built."""
    shutil.rmtree(Path(street_map.artefact.path).parent)


def halve(street_map: StreetMap) -> None:
    """Leave half of what was built."""
    path = Path(street_map.artefact.path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def bend(street_map: StreetMap) -> None:
    """Change one byte in the midst of what was built."""
    path = Path(street_map.artefact.path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def outdate(street_map: StreetMap) -> None:
    """Leave the file of another release."""
    path = Path(street_map.artefact.path)
    content = path.read_bytes()
    path.write_bytes(content[:16] + bytes([9, 0, 0, 0]) + content[20:])


@pytest.mark.parametrize("harm", [lose, halve, bend, outdate])
def test_what_was_built_and_lost_is_built_anew(
    sunrise: Company, harm: Callable[[StreetMap], None]
) -> None:
    """From the extract that is kept: the very same file, and the snaps of the doors hold."""
    settle(sunrise.organisation, streets=2, houses=3)
    street_map = mapped(sunrise)
    path = Path(street_map.artefact.path)
    before, snapped = path.read_bytes(), list(DoorSnap.objects.order_by("pk").values())
    loaded.cache_clear()  # another process
    harm(street_map)
    network = network_of(street_map)
    assert network.names == ("", "A", "B", "Cross Way")
    assert path.read_bytes() == before
    assert files() == kept(street_map)
    assert list(DoorSnap.objects.order_by("pk").values()) == snapped
    assert not SnapRun.objects.filter(state=RunState.QUEUED).exists()


def test_doors_are_snapped_anew_to_a_network_that_came_out_otherwise(
    sunrise: Company, moonlight: Company
) -> None:
    """Another release may number the edges in another way: no door stays on a wrong one."""
    for company in (sunrise, moonlight):
        settle(company.organisation, streets=2, houses=3)
    street_map, other = mapped(sunrise), mapped(moonlight)
    StreetMap.objects.update(artefact_checksum="of the release before")
    loaded.cache_clear()
    lose(street_map)
    network_of(street_map)
    assert not DoorSnap.objects.filter(street_map=street_map).exists()
    assert DoorSnap.objects.filter(street_map=other).count() == 6
    snap_all()
    assert DoorSnap.objects.filter(street_map=street_map).count() == 6
    loaded.cache_clear()
    lose(street_map)
    network_of(street_map)
    assert DoorSnap.objects.filter(street_map=street_map).count() == 6


def test_an_extract_that_was_damaged_builds_nothing(sunrise: Company) -> None:
    """A street that fell out of it would be missed by nobody."""
    street_map = built(sunrise)
    extract = Path(street_map.file.path)
    extract.write_bytes(extract.read_bytes().replace(b'"A"', b'"Z"'))
    lose(street_map)
    with pytest.raises(StreetMapLost, match="the extract is damaged"):
        network_of(street_map)


def test_a_lost_file_is_an_error_that_says_what_to_do(sunrise: Company) -> None:
    """Without its extract. Uploading that again builds the next version, which is whole."""
    street_map = built(sunrise)
    Path(street_map.artefact.path).unlink()
    Path(street_map.file.path).unlink()
    with pytest.raises(StreetMapLost, match="Upload its extract again"):
        network_of(street_map)
    anew = built(sunrise)
    assert anew.version == 2
    assert network_of(anew).names == ("", "A", "B", "Cross Way")


def test_a_map_is_loaded_once(sunrise: Company) -> None:
    """By each process, however many plans ask for it."""
    street_map = built(sunrise)
    assert network_of(street_map) is network_of(StreetMap.objects.get(pk=street_map.pk))


def test_an_attempt_that_lost_its_map_leaves_no_file(sunrise: Company) -> None:
    """The other attempt has its own, under another name."""
    street_map = requested(sunrise)
    slow = StreetMap.objects.claim(street_map.pk, NOON)
    quick = StreetMap.objects.claim(street_map.pk, NOON + timedelta(days=1))
    assert slow is not None
    assert quick is not None
    import_streets(quick, Heard())
    import_streets(slow, Heard())
    street_map.refresh_from_db()
    assert street_map.artefact.name == quick.artefact.name
    assert files() == kept(street_map)


def test_the_operator_builds_here_and_now(sunrise: Company) -> None:
    """Nobody's request, the same map; whoever watches hears how far it is."""
    heard = Heard()
    begun = begin_street_map(
        organisation=sunrise.organisation,
        file=ContentFile(streets().encode(), name="folder/hill.osm"),
        name="Hill",
        now=NOON,
    )
    street_map = perform_street_map(begun, heard)
    assert (street_map.state, street_map.requested_by) == (RunState.DONE, None)
    assert street_map.file_name == "hill.osm"
    assert heard.told[-1][0] == heard.told[-1][1]


def test_an_interrupted_map_is_not_taken_up(sunrise: Company) -> None:
    """Whoever pressed Ctrl-C does not want a worker to go on."""
    street_map = requested(sunrise)
    StreetMap.objects.claim(street_map.pk, NOON)
    abandon_street_map(street_map=street_map, now=NOON)
    import_streets_of(street_map.pk)
    street_map.refresh_from_db()
    assert (street_map.state, street_map.error_code) == ("failed", "street_map.interrupted")


def test_there_is_one_map_of_a_region_in_use(sunrise: Company) -> None:
    """The database keeps it, and that a map in use has its box."""
    built(sunrise)
    for wrong in ({"version": 2}, {"name": "Dale", "west": None}, {"name": "Dale", "east": -180}):
        twin = StreetMap.objects.get()
        twin.pk = None
        for field, value in wrong.items():
            setattr(twin, field, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()


@pytest.mark.parametrize(
    ("file_name", "name"),
    [("lauf.osm.pbf", "lauf"), ("a/b/New York.osm", "New York"), (".osm", "streets")],
)
def test_a_region_is_called_like_its_file(file_name: str, name: str) -> None:
    """Unless somebody names it."""
    assert region_name(file_name) == name


def test_a_real_town_is_built(sunrise: Company) -> None:
    """Lauf: kilometres of streets with their names."""
    street_map = built(sunrise, real("towns/lauf.osm.pbf").read_bytes(), file="lauf.osm.pbf")
    assert street_map.state == RunState.DONE, street_map.error_message
    assert street_map.result["length_km"] > 100
    assert street_map.result["street_names"] >= 300
