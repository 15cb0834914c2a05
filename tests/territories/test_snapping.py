"""Snapping doors to street maps in bulk."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.runs import RunState
from territories import snapping
from territories.models import Door, DoorSnap, SnapQuality, SnapRun, StreetMap
from territories.snapping import perform_snaps, snap_doors
from territories.tasks import snap_doors_of
from tests.cast import NOON, Company
from tests.territories.importing.reading import csv, imported
from tests.territories.test_imports_requests import Heard
from tests.territories.town import LAT, house, settle
from tests.territories.town_streets import EAST, built, mapped, snap_all, streets

pytestmark = pytest.mark.django_db


def qualities() -> dict[str, str]:
    """Each door's street and number, and how it was snapped."""
    rows = DoorSnap.objects.select_related("door__building").order_by("pk")
    return {str(row.door.building): SnapQuality(row.quality).name for row in rows}


def stale(company: Company) -> int:
    """How many doors of a company would be snapped now."""
    maps = list(StreetMap.objects.filter(organisation=company.organisation).current())
    return int(snapping.stale_doors(company.organisation.pk, maps).count())


def test_doors_find_their_streets(sunrise: Company) -> None:
    """By name, 10 m behind the street, on its northern side, in their order along it."""
    settle(sunrise.organisation, streets=2, houses=3)
    street_map = mapped(sunrise)
    snaps = list(DoorSnap.objects.order_by("door"))
    assert len(snaps) == 6
    for snap in snaps:
        assert (snap.quality, snap.street_map) == (SnapQuality.BY_NAME, street_map)
        assert snap.setback_m == pytest.approx(10, abs=0.2)
        assert snap.organisation == sunrise.organisation
    assert len({snap.side for snap in snaps} - {0}) == 1
    assert [snap.edge for snap in snaps] == [snaps[0].edge] * 3 + [snaps[3].edge] * 3
    first, second, third = (snap.offset_m for snap in snaps[:3])
    assert third - second == pytest.approx(second - first, abs=0.1)
    assert abs(second - first) == pytest.approx(20, abs=0.5)
    (run,) = SnapRun.objects.all()
    assert run.result == {"doors": 6, "qualities": {"by_name": 6}, "uncovered": 0}
    assert run.progress_done == run.progress_total


def test_a_door_that_no_street_is_near_says_so(sunrise: Company) -> None:
    """It is on the map, and unreachable; one beyond the map is not snapped at all."""
    house(sunrise.organisation, street="A", number="1", at=(0, 0))
    house(sunrise.organisation, street="Wood", number="8", at=(15, 2))
    house(sunrise.organisation, street="Field", number="9", at=(15, 1))
    house(sunrise.organisation, street="Far", number="7", at=(500, 0))
    mapped(sunrise, streets("A-C"))
    assert qualities() == {"A 1": "BY_NAME", "Field 9": "TOO_FAR", "Wood 8": "OTHER_NAME"}


def test_doors_that_come_later_are_snapped_too(sunrise: Company) -> None:
    """An import queues a snapping, of the new doors only; the same import again queues none."""
    settle(sunrise.organisation, streets=2, houses=3)
    mapped(sunrise)
    text = csv(f"24.941,{LAT},99,A,,Hill,00100")
    run = imported(sunrise, text)
    (snaps,) = SnapRun.objects.filter(state=RunState.QUEUED)
    assert (snaps.requested_by, snaps.created_at) == (run.requested_by, run.finished_at)
    snap_all()
    snaps.refresh_from_db()
    assert snaps.result["doors"] == 1
    assert qualities()["A 99"] == "BY_NAME"
    imported(sunrise, text)
    assert not SnapRun.objects.filter(state=RunState.QUEUED).exists()


def test_without_a_map_nothing_is_queued(sunrise: Company, moonlight: Company) -> None:
    """Another company's map is none."""
    built(moonlight)
    imported(sunrise, csv(f"24.941,{LAT},99,A,,Hill,00100"))
    assert not SnapRun.objects.filter(organisation=sunrise.organisation).exists()


@pytest.mark.parametrize("change", ["lon", "street"])
def test_a_door_that_has_moved_is_snapped_anew(sunrise: Company, change: str) -> None:
    """Its position or its street is not what it was snapped with; all others stay."""
    door, *_ = settle(sunrise.organisation, streets=2, houses=3)
    mapped(sunrise)
    before = {row.pk: row for row in DoorSnap.objects.all()}
    assert stale(sunrise) == 0
    if change == "lon":
        Door.objects.filter(pk=door.pk).update(lon=door.lon + 0.0001)
    else:
        door.building.street = "B"
        door.building.save()
    assert stale(sunrise) == 1
    run = SnapRun.objects.create(organisation=sunrise.organisation, created_at=NOON, sent_at=NOON)
    snap_doors_of(run.pk)
    run.refresh_from_db()
    assert run.result["doors"] == 1
    after = DoorSnap.objects.get(pk=door.pk)
    if change == "lon":
        assert abs(after.offset_m - before[door.pk].offset_m) == pytest.approx(5.5, abs=0.2)
    else:
        assert (after.edge, after.street) != (before[door.pk].edge, "A")
    assert stale(sunrise) == 0


def test_the_newest_map_that_covers_a_door_is_its_map(sunrise: Company) -> None:
    """Where two overlap; the older keeps the doors that it alone covers."""
    settle(sunrise.organisation, streets=2, houses=3)
    wide = mapped(sunrise, name="Wide")
    narrow = mapped(sunrise, streets("A"), name="Narrow")
    maps = dict(DoorSnap.objects.values_list("street", "street_map"))
    assert maps == {"A": narrow.pk, "B": wide.pk}
    again = mapped(sunrise, name="Wide")
    assert set(DoorSnap.objects.values_list("street_map", flat=True)) == {again.pk}


def test_another_companys_doors_stay(sunrise: Company, moonlight: Company) -> None:
    """A map is for its own company's doors."""
    settle(sunrise.organisation, streets=1, houses=2)
    theirs = house(moonlight.organisation, street="A", number="1", at=(0, 0))
    mapped(sunrise)
    assert not DoorSnap.objects.filter(door=theirs).exists()
    assert DoorSnap.objects.count() == 2


def test_a_snapping_that_was_cut_short_goes_on_where_it_stopped(
    sunrise: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is snapped stays snapped, and the next attempt does the rest."""
    monkeypatch.setattr(snapping, "BATCH", 2)
    settle(sunrise.organisation, streets=1, houses=5)
    built(sunrise)
    run = SnapRun.objects.get()

    class Killed(Heard):
        def report(self, done: int, total: int) -> None:
            super().report(done, total)
            if done == 2:
                raise KeyboardInterrupt

    killed = Killed()
    with pytest.raises(KeyboardInterrupt):
        snap_doors(run, killed)
    assert (killed.told, DoorSnap.objects.count()) == ([(2, 5)], 2)
    heard = Heard()
    perform_snaps(run.pk, heard)
    assert heard.told == [(2, 3), (3, 3)]
    assert DoorSnap.objects.count() == 5


def test_a_lost_map_fails_the_snapping_and_hides_no_other(sunrise: Company) -> None:
    """The run says which map; the doors of the others are snapped."""
    settle(sunrise.organisation, streets=2, houses=3)
    house(sunrise.organisation, street="Q", number="1", at=(300, 0))
    lost = built(sunrise)
    far = streets("QR", west=EAST + 0.09).replace(f'lon="{EAST}"', f'lon="{EAST + 0.11}"')
    built(sunrise, far, name="Far")
    Path(lost.artefact.path).unlink()
    Path(lost.file.path).unlink()
    run = snap_all()[-1]
    assert (run.state, run.error_code) == (RunState.FAILED, "street_map.lost")
    assert "Hill, version 1" in run.error_message
    assert set(qualities()) == {"Q 1"}


def test_a_map_that_comes_meanwhile_makes_another_snapping(sunrise: Company) -> None:
    """Or this one's late batches would stand over what a quicker one did for the new map."""
    settle(sunrise.organisation, streets=2, houses=3)
    built(sunrise)
    run = SnapRun.objects.get()

    class Meanwhile(Heard):
        def report(self, done: int, total: int) -> None:
            second = built(sunrise, streets("ABC"))
            snap_doors_of(second.result["snap_run"])

    perform_snaps(run.pk, Meanwhile())
    (another,) = snap_all()
    assert another.state == RunState.DONE
    assert set(DoorSnap.objects.values_list("street_map__version", flat=True)) == {2}
    assert stale(sunrise) == 0


def test_more_doors_take_no_more_queries(sunrise: Company) -> None:
    """But for each batch."""

    def queries() -> int:
        run = SnapRun.objects.create(
            organisation=sunrise.organisation, created_at=NOON, sent_at=NOON
        )
        with CaptureQueriesContext(connection) as found:
            snap_doors_of(run.pk)
        return len(found)

    settle(sunrise.organisation, streets=1, houses=2)
    built(sunrise)
    few = queries()
    DoorSnap.objects.all().delete()
    settle_more = [
        house(sunrise.organisation, street="B", number=str(n), at=(n % 15, 1)) for n in range(30)
    ]
    assert queries() == few
    assert DoorSnap.objects.count() == 2 + len(settle_more)
