"""Computing a cut in the background."""

import pytest
import shapely
from shapely.geometry import shape

from common.runs import RunLost, RunState
from common.worker import Lease
from territories.cut_criteria import MAX_TERRITORIES, CutCriteria
from territories.cuts import cut_doors, request_cut
from territories.models import CutRun, CutStatus, Door, DoorUse, Territory, TerritoryDoor
from territories.tasks import cut_territories
from tests.cast import NOON, Company
from tests.territories.town import LAT, LON, done_cut, house, settle


def placed(cut: CutRun) -> dict[int, int]:
    """Door → number of its territory."""
    rows = TerritoryDoor.objects.filter(cut=cut)
    return dict(rows.values_list("door_id", "territory__number"))


def test_every_door_is_placed_once(sunrise: Company) -> None:
    """Twenty houses, cut in four: each is in one territory, and the counts agree."""
    doors = settle(sunrise.organisation)
    cut = done_cut(sunrise, territories=4)
    assert (cut.state, cut.status) == (RunState.DONE, CutStatus.PROPOSED)
    assert set(placed(cut)) == {door.pk for door in doors}
    rows = list(Territory.objects.filter(cut=cut).order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.door_count for row in rows] == [5, 5, 5, 5]
    assert [row.placements.count() for row in rows] == [5, 5, 5, 5]


def test_the_result_says_how_even_the_cut_is(sunrise: Company) -> None:
    """Two doors, one of them alone on its street, two minutes each: a perfectly even cut."""
    for street in "AB":
        house(sunrise.organisation, street=street, number="1", at=(0, ord(street)))
    cut = done_cut(sunrise, territories=2, door_s=120)
    assert cut.result == {
        "territories": 2,
        "doors": 2,
        "minutes": 4.0,
        "smallest_share": 1.0,
        "largest_share": 1.0,
        "split_buildings": 0,
        "split_streets": 0,
        "shared_streets": 0,
        "in_pieces": 0,
        "crossings": 0,
        "walk_m": 0,
        "dead_m": 0,
        "compactness": 0.994,
        "doors_on_streets": 0,
        "exceptions": 0,
        "exceptions_listed": [],
        "section_share": 0.1,
    }
    assert [row.expected_minutes for row in cut.territories.order_by("number")] == [2.0, 2.0]


def test_the_flats_of_a_building_stay_together(sunrise: Company) -> None:
    """Nine flats and nine houses in two territories: the flats all have one number."""
    doors = settle(sunrise.organisation, streets=1, houses=10)
    tower = doors[0].building
    for flat in range(8):
        Door.objects.create(
            organisation=sunrise.organisation, building=tower, key=f"flat {flat}",
            lon=tower.lon, lat=tower.lat, quadkey=tower.quadkey, dataset="town",
        )  # fmt: skip
    numbers = placed(done_cut(sunrise))
    assert len({numbers[pk] for pk in tower.doors.values_list("pk", flat=True)}) == 1


def test_the_outline_holds_the_doors_and_its_box_the_outline(sunrise: Company) -> None:
    """The stored polygon is valid, contains its doors, and its bounds are the box's columns."""
    settle(sunrise.organisation)
    for row in done_cut(sunrise).territories.all():
        outline = shape(row.outline or {})
        assert outline.is_valid
        for door in Door.objects.filter(placements__territory=row):
            assert outline.contains(shapely.Point(door.lon, door.lat))
        assert outline.bounds == (row.west, row.south, row.east, row.north)


def test_minutes_decide_the_number_of_territories(sunrise: Company) -> None:
    """Twenty doors of three minutes and ten minutes' walk make three territories of about 24."""
    settle(sunrise.organisation)
    wish = CutCriteria(target_minutes=24, door_s=180)
    cut = request_cut(actor=sunrise.ada, name="Spring", criteria=wish, now=NOON)
    cut_territories(cut.pk)
    assert cut.territories.count() == 3


def test_only_the_doors_inside_the_box_are_cut(sunrise: Company) -> None:
    """A box around street B leaves street A alone."""
    doors = settle(sunrise.organisation)
    cut = done_cut(sunrise, bbox=(LON - 1, LAT + 0.001, LON + 1, LAT + 0.002))
    assert set(placed(cut)) == {door.pk for door in doors if door.building.street == "B"}


def test_only_the_named_uses_are_cut(sunrise: Company) -> None:
    """Businesses are left out of a cut of homes."""
    homes = settle(sunrise.organisation)
    house(sunrise.organisation, street="A", number="99", at=(11, 0), use=DoorUse.BUSINESS)
    assert set(placed(done_cut(sunrise, uses=("home",)))) == {door.pk for door in homes}


def test_only_the_named_cities_are_cut(sunrise: Company) -> None:
    """Doors of Dale are left out of a cut of Hill."""
    hill = settle(sunrise.organisation)
    house(sunrise.organisation, street="A", number="1", at=(0, 9), city="Dale")
    assert set(placed(done_cut(sunrise, cities=("Hill", "Moor")))) == {door.pk for door in hill}


def test_only_the_organisations_own_doors_are_cut(sunrise: Company, moonlight: Company) -> None:
    """Two companies in one town: each cuts its own list of doors."""
    own = settle(sunrise.organisation)
    settle(moonlight.organisation, houses=3)
    assert set(placed(done_cut(sunrise))) == {door.pk for door in own}


def test_streets_of_one_name_in_two_cities_are_two_streets(sunrise: Company) -> None:
    """Number 1 of Hill and number 2 of far Dale cost no walk from one to the other."""
    house(sunrise.organisation, street="Main", number="1", at=(0, 0))
    house(sunrise.organisation, street="Main", number="2", at=(0, 90), city="Dale")
    assert done_cut(sunrise, territories=1, door_s=60).result["minutes"] == 2.0


def test_no_doors_fail_the_cut_with_a_reason(sunrise: Company) -> None:
    """A cut of an empty organisation fails, says what to do, and writes nothing."""
    cut = done_cut(sunrise)
    assert (cut.state, cut.error_code) == (RunState.FAILED, "cut.no_doors")
    assert "Import doors" in cut.error_message
    assert not Territory.objects.exists()


def test_more_territories_than_buildings_fail_the_cut_with_a_reason(sunrise: Company) -> None:
    """Twenty buildings cannot make two thousand territories."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise, territories=MAX_TERRITORIES)
    assert (cut.state, cut.error_code) == (RunState.FAILED, "cut.too_fine")
    assert not Territory.objects.exists()


def test_a_second_message_for_a_done_cut_changes_nothing(sunrise: Company) -> None:
    """The task may come twice: the territories are made once."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise)
    before = list(Territory.objects.order_by("pk").values())
    cut_territories(cut.pk)
    assert list(Territory.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("step", [1, 3])
def test_cutting_and_drawing_stop_once_the_run_is_cancelled(
    sunrise: Company, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """They ask all the while, not only between one step and the next."""
    settle(sunrise.organisation)
    wish = CutCriteria(territories=2)
    run = request_cut(actor=sunrise.ada, name="Spring", criteria=wish, now=NOON)
    held = Lease(run)
    steps: list[int] = []
    monkeypatch.setattr(held, "report", lambda done, _: steps.append(done))
    monkeypatch.setattr(held, "is_lost", lambda: steps[-1] == step)
    with pytest.raises(RunLost):
        cut_doors(run, held)
    assert steps[-1] == step


def test_an_island_and_a_tower_are_named(sunrise: Company) -> None:
    """Three doors far away, and a building with more work than a territory: with how much."""
    doors = settle(sunrise.organisation)
    tower = doors[0].building
    for flat in range(40):
        Door.objects.create(
            organisation=sunrise.organisation, building=tower, key=f"flat {flat}",
            lon=tower.lon, lat=tower.lat, quadkey=tower.quadkey, dataset="town",
        )  # fmt: skip
    for number in "123":
        house(sunrise.organisation, street="Z", number=number, at=(0, 90))
    told = done_cut(sunrise, territories=3).result
    reasons = {one["reason"]: one for one in told["exceptions_listed"]}
    assert told["exceptions"] == len(told["exceptions_listed"])
    assert reasons["large_building"]["amount"] >= 41 * 1.5
    assert reasons["far_doors"]["amount"] > 10_000
    assert reasons["far_doors"]["territory"] != reasons["large_building"]["territory"]
