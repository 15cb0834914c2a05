"""Cutting anew from an older cut, along streets, within boundaries and limits."""

from __future__ import annotations

import pytest

from common.errors import NotFound
from common.runs import RunState
from territories.cut_criteria import Boundaries, CutCriteria
from territories.cut_edits import Edit, edit_cut
from territories.cut_reports import load_cut
from territories.cuts import request_cut
from territories.errors import CutCriteriaInvalid, CutNotDone
from territories.models import CutRun, Door, Neighborhood, Territory, TerritoryDoor
from tests.cast import NOON, Company
from tests.territories.boundary_files import boxed
from tests.territories.town import done_cut, house, settle
from tests.territories.town_streets import mapped, streets


def homes(cut: CutRun) -> dict[int, int]:
    """Door → number of its territory."""
    rows = TerritoryDoor.objects.filter(cut=cut)
    return dict(rows.values_list("door_id", "territory__number"))


def area(company: Company, name: str, rows: tuple[int, int]) -> Neighborhood:
    """A neighborhood around some of the town's streets."""
    geometry = boxed(None, 0, rows[0], 20, rows[1])["geometry"]
    corners = geometry["coordinates"][0]
    lons, lats = [one[0] for one in corners], [one[1] for one in corners]
    return Neighborhood.objects.create(
        organisation=company.organisation, dataset="wards", key=name, name=name,
        level="neighborhood", geometry=geometry, west=min(lons), south=min(lats),
        east=max(lons), north=max(lats),
    )  # fmt: skip


def test_nothing_moves_where_nothing_has_changed(sunrise: Company) -> None:
    """Numbers and names stay too; without a size, there are as many territories as before."""
    settle(sunrise.organisation, streets=4)
    old = done_cut(sunrise, territories=4)
    Territory.objects.filter(cut=old, number=3).update(name="The hill")
    new = done_cut(sunrise, None, keep=old.pk)
    assert homes(new) == homes(old)
    assert new.territories.get(number=3).name == "The hill"
    assert new.result["moves"] == {
        "moved_doors": 0, "moved_minutes": 0.0, "stays_share": 1.0, "new_doors": 0, "flows": [],
        "relocated": [],
    }  # fmt: skip


def test_new_doors_find_a_territory_and_little_moves(sunrise: Company) -> None:
    """A new street is dealt out; the report counts it apart and says what moves from where."""
    settle(sunrise.organisation, streets=6)
    old = done_cut(sunrise, territories=3)
    for number in range(10):
        house(sunrise.organisation, street="G", number=str(number + 1), at=(number, 6))
    new = done_cut(sunrise, None, keep=old.pk)
    before, after, moves = homes(old), homes(new), new.result["moves"]
    moved = sum(after[door] != number for door, number in before.items())
    assert (moves["new_doors"], moves["moved_doors"]) == (10, moved)
    assert sum(flow["doors"] for flow in moves["flows"]) == moved
    assert moves["stays_share"] >= 0.8
    assert len(after) == 70


def test_the_smallest_territories_are_given_up_and_new_ones_count_on(sunrise: Company) -> None:
    """From three to two, two of the old numbers are left; to four, there is a number four."""
    settle(sunrise.organisation, streets=6)
    old = done_cut(sunrise, territories=3)
    assert set(homes(done_cut(sunrise, 2, keep=old.pk)).values()) < {1, 2, 3}
    assert set(homes(done_cut(sunrise, 4, keep=old.pk)).values()) == {1, 2, 3, 4}


def test_what_is_locked_stays_as_it_is(sunrise: Company) -> None:
    """By number, also where a change by hand has left a gap in the numbers."""
    settle(sunrise.organisation, streets=6)
    old = done_cut(sunrise, territories=4)
    merge = Edit(kind="merge", territories=(4, 1))
    edit_cut(actor=sunrise.max, cut=old, edit=merge, now=NOON)
    new = done_cut(sunrise, 3, keep=old.pk, locked=(4,))
    before, after = homes(old), homes(new)
    assert {door for door, number in before.items() if number == 4} == {
        door for door, number in after.items() if number == 4
    }
    reasons = {(one["territory"], one["reason"]) for one in new.result["exceptions_listed"]}
    assert (4, "locked") in reasons


def test_locks_on_doors_that_are_not_cut_fail_with_a_reason(sunrise: Company) -> None:
    """The locked territory is in Hill, the new cut of Dale."""
    settle(sunrise.organisation)
    house(sunrise.organisation, street="A", number="1", at=(0, 9), city="Dale")
    old = done_cut(sunrise, territories=2, cities=("Hill",))
    cut = done_cut(sunrise, 2, keep=old.pk, locked=(1,), cities=("Dale",))
    assert (cut.state, cut.error_code) == (RunState.FAILED, "cut.impossible")
    assert "locked territory 1" in cut.error_message


def test_limits_that_cannot_be_kept_fail_with_a_reason(sunrise: Company) -> None:
    """Twenty doors in two territories cannot have ten hours each."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise, 2, least_minutes=600)
    assert (cut.state, cut.error_code) == (RunState.FAILED, "cut.impossible")
    assert not Territory.objects.exists()


def test_territories_end_at_boundaries_and_the_price_is_told(sunrise: Company) -> None:
    """Wards of one street and of three: no territory has doors of both."""
    settle(sunrise.organisation, streets=4)
    area(sunrise, "small", (0, 0))
    area(sunrise, "large", (1, 3))
    cut = done_cut(sunrise, 3, boundaries=Boundaries("wards"))
    numbers = homes(cut)
    small = Door.objects.filter(building__street="A").values_list("pk", flat=True)
    others = Door.objects.exclude(building__street="A").values_list("pk", flat=True)
    assert not {numbers[door] for door in small} & {numbers[door] for door in others}
    told = cut.result["boundaries"]
    assert (told["areas"], told["doors_outside"]) == (2, 0)
    assert told["imbalance"] >= told["imbalance_without"]


def test_doors_on_a_street_map_are_cut_along_its_streets(sunrise: Company) -> None:
    """Work includes the walk along both ends of the street."""
    settle(sunrise.organisation, streets=2)
    plain = done_cut(sunrise, territories=2)
    mapped(sunrise, streets("AB"))
    cut = done_cut(sunrise, territories=2)
    assert (plain.result["doors_on_streets"], cut.result["doors_on_streets"]) == (0, 20)
    assert cut.result["minutes"] > plain.result["minutes"]
    assert len(set(homes(cut).values())) == 2
    here = load_cut(cut)
    assert here.units.total == pytest.approx(cut.result["minutes"], abs=0.1)


@pytest.mark.parametrize("line", [{"railway": "rail"}, {"waterway": "river"}])
def test_a_railway_or_river_of_the_street_map_parts_territories(
    sunrise: Company, line: dict[str, str]
) -> None:
    """No territory lies on both its sides; giving a street to the other side says what it costs."""
    settle(sunrise.organisation, streets=4)
    mapped(sunrise, streets("ABCD", rail=1, line=line))
    cut = done_cut(sunrise, territories=2)
    street = dict(Door.objects.values_list("pk", "building__street"))
    sides = {(number, street[door] > "B") for door, number in homes(cut).items()}
    assert len(sides) == 2
    assert cut.result["crossings"] == 0
    north = homes(cut)[next(door for door, name in street.items() if name == "D")]
    edit = Edit("move_street", street="B", into=north)
    edit_cut(actor=sunrise.max, cut=cut, edit=edit, now=NOON)
    cut.refresh_from_db()
    assert cut.result["crossings"] > 0


def test_a_moved_door_is_not_on_its_old_street(sunrise: Company) -> None:
    """A snap of where the door was does not count."""
    doors = settle(sunrise.organisation)
    mapped(sunrise, streets("AB"))
    Door.objects.filter(pk=doors[0].pk).update(lat=doors[0].lat + 1e-5)
    assert done_cut(sunrise).result["doors_on_streets"] == 19


def ask(company: Company, **wish: object) -> CutRun:
    criteria = CutCriteria(**wish)  # type: ignore[arg-type]  # any of them
    return request_cut(actor=company.max, name="Again", criteria=criteria, now=NOON)


def test_only_a_done_cut_of_ones_own_is_kept(sunrise: Company, moonlight: Company) -> None:
    """A failed one has nothing to keep; another company's does not exist."""
    failed = done_cut(sunrise)
    with pytest.raises(CutNotDone):
        ask(sunrise, keep=failed.pk)
    settle(moonlight.organisation)
    with pytest.raises(NotFound):
        ask(sunrise, keep=done_cut(moonlight).pk)


def test_locks_and_boundaries_that_are_not_there_are_refused(sunrise: Company) -> None:
    """Before anything is queued, and the field is named."""
    settle(sunrise.organisation)
    old = done_cut(sunrise)
    for wish, field in (
        ({"keep": old.pk, "locked": (9,)}, "locked"),
        ({"territories": 2, "boundaries": Boundaries("wards")}, "boundaries"),
    ):
        with pytest.raises(CutCriteriaInvalid) as error:
            ask(sunrise, **wish)
        assert error.value.details == {"field": field}
    assert CutRun.objects.count() == 1
