"""Changing a proposed cut by hand, comparing cuts, and what publishing checks."""

from __future__ import annotations

from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from common.errors import NotFound
from territories.cut_edits import Edit, edit_cut
from territories.cut_reports import compare, load_cut, stays
from territories.cuts import publish_cut
from territories.errors import (
    CutEditInvalid,
    CutEditMovesNothing,
    CutIncomplete,
    CutNotDone,
    CutNotProposed,
)
from territories.models import CutEdit, CutRun, CutStatus, Door, Territory, TerritoryDoor
from tests.at_once import at_once, errors_in
from tests.cast import NOON, Company
from tests.territories.boundary_files import boxed
from tests.territories.town import done_cut, house, published_cut, settle, territory


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """Streets A, B and C of four houses each, a territory for each street."""
    settle(sunrise.organisation, streets=3, houses=4)
    return done_cut(sunrise, territories=3)


def edited(company: Company, cut: CutRun, **edit: Any) -> CutEdit:
    return edit_cut(actor=company.max, cut=cut, edit=Edit(**edit), now=NOON)


def number_of(cut: CutRun, door: str) -> int:
    """The territory of a door such as A1."""
    rows = TerritoryDoor.objects.filter(cut=cut, door__building__street=door[0])
    return rows.get(door__building__number=door[1:]).territory.number


def whole(cut: CutRun) -> None:
    """Every door is in exactly one territory, and each territory says its own size."""
    placed = TerritoryDoor.objects.filter(cut=cut)
    assert sorted(placed.values_list("door", flat=True)) == sorted(
        Door.objects.values_list("pk", flat=True)
    )
    for row in Territory.objects.filter(cut=cut):
        assert row.door_count == row.placements.count() > 0
        for placement in row.placements.select_related("door"):
            door = placement.door
            assert row.west < door.lon < row.east
            assert row.south < door.lat < row.north


def test_a_drawn_polygon_takes_the_doors_inside(sunrise: Company, cut: CutRun) -> None:
    """Into a territory; the cut says how uneven that made it, and forbids nothing."""
    source, into = number_of(cut, "A1"), number_of(cut, "B1")
    area = boxed(None, 0, 0, 1, 0)["geometry"]
    made = edited(sunrise, cut, kind="take", polygon=area, into=into)
    assert [number_of(cut, door) for door in ("A1", "A2", "A3")] == [into, into, source]
    assert [move[1:] for move in made.moves] == [[source, into]] * 2
    assert made.warnings == ["uneven", "street_split"]
    assert (made.before["shared_streets"], made.after["shared_streets"]) == (0, 1)
    whole(cut)
    cut.refresh_from_db()
    assert cut.result["largest_share"] == made.after["largest_share"] > 1.05


def test_without_a_number_the_doors_make_a_new_territory(sunrise: Company, cut: CutRun) -> None:
    """Numbered after the last."""
    ids = Door.objects.filter(building__street="A").values_list("pk", flat=True)
    edited(sunrise, cut, kind="move_doors", doors=tuple(ids[:2]))
    assert number_of(cut, "A1") == 4
    whole(cut)


def test_a_street_moves_as_one_and_leaves_no_empty_territory(sunrise: Company, cut: CutRun) -> None:
    """Whatever the case of its letters."""
    source, into = number_of(cut, "A1"), number_of(cut, "B1")
    edited(sunrise, cut, kind="move_street", street=" a ", city="hill", into=into)
    assert not Territory.objects.filter(cut=cut, number=source).exists()
    assert territory(cut, into).door_count == 8
    whole(cut)


def test_territories_are_merged_and_split(sunrise: Company, cut: CutRun) -> None:
    """Merging loses none; splitting what was merged makes halves of equal work again."""
    first, second = number_of(cut, "A1"), number_of(cut, "B1")
    merged = edited(sunrise, cut, kind="merge", territories=(first, second))
    assert merged.after["territories"] == 2
    split = edited(sunrise, cut, kind="split", territories=(first,))
    assert split.after["territories"] == 3
    assert split.after["smallest_share"] >= merged.after["smallest_share"]
    assert [row.number for row in CutEdit.objects.filter(cut=cut).order_by("pk")] == [1, 2]
    whole(cut)


def outlines_of(cut: CutRun) -> dict[int, Any]:
    """The stored outline of each territory by number."""
    return dict(Territory.objects.filter(cut=cut).values_list("number", "outline"))


@pytest.mark.parametrize("territories", [6, 12])
def test_a_change_draws_only_its_own_territories_and_their_neighbours(
    sunrise: Company, territories: int
) -> None:
    """Of a row of them two, however many there are: the others' rows are not touched."""
    settle(sunrise.organisation, streets=1, houses=8 * territories)
    cut = done_cut(sunrise, territories=territories)
    before = outlines_of(cut)
    along = list(
        TerritoryDoor.objects.filter(cut=cut)
        .order_by("door__lon")
        .values_list("door", "territory__number")
    )
    middle = 4 * territories
    border = next(at for at in range(middle, len(along)) if along[at][1] != along[at - 1][1])
    (moved, source), (_, into) = along[border - 1], along[border]
    with CaptureQueriesContext(connection) as found:
        edited(sunrise, cut, kind="move_doors", doors=(moved,), into=into)
    after = outlines_of(cut)
    redrawn = {number for number in after if after[number] != before[number]}
    assert redrawn == {source, into}
    written = [one for one in found if one["sql"].startswith('UPDATE "territories_territory"')]
    assert len(written) == 2
    whole(cut)
    assert shapely.coverage_is_valid([shape(outline) for outline in after.values()])


@pytest.mark.parametrize("kind", ["split", "merge", "take", "move_street"])
def test_outlines_stay_a_coverage_whatever_is_changed(sunrise: Company, kind: str) -> None:
    """Valid and without overlap, one for each territory that is left."""
    settle(sunrise.organisation, streets=5, houses=6)
    cut = done_cut(sunrise, territories=5)
    numbers = {street: number_of(cut, f"{street}1") for street in "ABCDE"}
    edits: dict[str, dict[str, Any]] = {
        "split": {"territories": (numbers["C"],)},
        "merge": {"territories": (numbers["B"], numbers["C"])},
        "take": {"polygon": boxed(None, 0, 1, 2, 1)["geometry"]},
        "move_street": {"street": "D", "into": numbers["E"]},
    }
    edited(sunrise, cut, kind=kind, **edits[kind])
    for row in Territory.objects.filter(cut=cut):
        assert row.door_count == row.placements.count() > 0
    shapes = [shape(outline) for outline in outlines_of(cut).values()]
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"kind": "take"}, "polygon"),
        ({"kind": "take", "polygon": {"type": "Point", "coordinates": [0, 0]}}, "polygon"),
        ({"kind": "move_street", "street": " "}, "street"),
        ({"kind": "move_doors"}, "doors"),
        ({"kind": "move_doors", "doors": (10**9,)}, "doors"),
        ({"kind": "merge", "territories": (1,)}, "territories"),
        ({"kind": "merge", "territories": (1, 99)}, "territories"),
        ({"kind": "split", "territories": (99,)}, "territories"),
        ({"kind": "move_street", "street": "A", "into": 99}, "territories"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    sunrise: Company, cut: CutRun, edit: dict[str, Any], field: str
) -> None:
    """The error names the field; nothing is written."""
    with pytest.raises(CutEditInvalid) as refused:
        edited(sunrise, cut, **edit)
    assert refused.value.details["field"] == field
    assert not CutEdit.objects.exists()


def test_a_change_that_moves_nothing_is_refused(sunrise: Company, cut: CutRun) -> None:
    """There is no such street, or it is there already."""
    for street, into in (("Z", 1), ("A", number_of(cut, "A1"))):
        with pytest.raises(CutEditMovesNothing):
            edited(sunrise, cut, kind="move_street", street=street, into=into)


def test_one_building_is_not_split(sunrise: Company) -> None:
    """There is nothing to split it into."""
    house(sunrise.organisation, street="A", number="1", at=(0, 0))
    cut = done_cut(sunrise, territories=1)
    with pytest.raises(CutEditInvalid):
        edited(sunrise, cut, kind="split", territories=(1,))


def test_a_published_cut_is_immutable(sunrise: Company, cut: CutRun) -> None:
    """So is one that is not done, and one of somebody else."""
    publish_cut(actor=sunrise.max, cut=cut, now=NOON)
    with pytest.raises(CutNotProposed):
        edited(sunrise, cut, kind="split", territories=(1,))


def test_another_companys_cut_does_not_exist(
    sunrise: Company, moonlight: Company, cut: CutRun
) -> None:
    """Not to be changed either."""
    edit = Edit(kind="split", territories=(1,))
    with pytest.raises(NotFound):
        edit_cut(actor=moonlight.olga, cut=cut, edit=edit, now=NOON)


def test_two_cuts_side_by_side_say_what_would_move(sunrise: Company, cut: CutRun) -> None:
    """The numbers of territories do not matter, only who shares one with whom."""
    other = done_cut(sunrise, territories=3)
    same = compare(cut, other)
    assert (same.moved_doors, same.stays_share, same.moves) == (0, 1.0, [])
    source, into = number_of(other, "A1"), number_of(other, "B1")
    doors = Door.objects.filter(building__street="A", building__number="1")
    edited(sunrise, other, kind="move_doors", doors=(doors.get().pk,), into=into)
    house(sunrise.organisation, street="D", number="1", at=(0, 3))
    found = compare(cut, other)
    assert (found.moved_doors, found.doors_in_both, found.only_first) == (1, 12, 0)
    assert [(move["to"], move["doors"]) for move in found.moves] == [(into, 1)]
    assert found.moves[0]["from"] == number_of(cut, "A1")
    assert 0.8 < found.stays_share < 1
    assert source != into


def test_a_cut_that_is_not_done_is_not_compared(sunrise: Company, cut: CutRun) -> None:
    """It has no territories."""
    other = CutRun.objects.create(
        organisation=sunrise.organisation, name="x", created_at=NOON, sent_at=NOON
    )
    with pytest.raises(CutNotDone):
        compare(cut, other)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_renaming_territories_moves_nobody_and_no_matching_keeps_more(
    pairs: list[tuple[int, int]],
) -> None:
    """An independent judge: every way to match four territories with four."""
    before, after = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    minutes = np.ones(len(pairs))
    best = max(sum(way[a] == b for a, b in pairs) for way in permutations(range(4)))
    assert stays(before, after, minutes).sum() == best
    assert stays(before, (before * 7) % 5, minutes).all()


def test_publishing_refuses_doors_that_are_in_no_territory(sunrise: Company, cut: CutRun) -> None:
    """They came after the cut: whoever leaves them out says so."""
    house(sunrise.organisation, street="D", number="1", at=(0, 3))
    with pytest.raises(CutIncomplete) as refused:
        publish_cut(actor=sunrise.max, cut=cut, now=NOON)
    assert refused.value.details == {"doors": 1}
    assert CutRun.objects.get(pk=cut.pk).status == CutStatus.PROPOSED
    publish_cut(actor=sunrise.max, cut=cut, leave_out=True, now=NOON)
    assert cut.status == CutStatus.PUBLISHED


def test_publishing_stamps_versions(sunrise: Company, cut: CutRun) -> None:
    """One more than what it supersedes, and a digest that the same doors and places repeat."""
    again, other = done_cut(sunrise, territories=3), done_cut(sunrise, territories=2)
    publish_cut(actor=sunrise.max, cut=cut, now=NOON)
    publish_cut(actor=sunrise.max, cut=again, supersedes=cut, now=NOON)
    publish_cut(actor=sunrise.max, cut=other, supersedes=again, now=NOON)
    assert [one.version for one in (cut, again, other)] == [1, 2, 3]
    assert cut.data_version == again.data_version != other.data_version


def test_loading_a_cut_takes_two_queries(
    sunrise: Company, cut: CutRun, django_assert_num_queries: Any
) -> None:
    """The doors and the street maps, however many doors it has."""
    with django_assert_num_queries(2):
        assert len(load_cut(cut).ids) == 12


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_changing_and_publishing_at_once_takes_turns(sunrise: Company) -> None:
    """Either the change is in the published cut, or it is refused."""
    settle(sunrise.organisation, streets=6, houses=4)
    cut = done_cut(sunrise, territories=3)
    answers = at_once(
        partial(edited, sunrise, cut, kind="split", territories=(1,)),
        lambda: publish_cut(actor=sunrise.max, cut=CutRun.objects.get(pk=cut.pk), now=NOON),
    )
    refused = errors_in(answers)
    assert refused in ([], [CutNotProposed])
    assert Territory.objects.filter(cut=cut).count() == (3 if refused else 4)
    whole(cut)


def test_a_later_cut_knows_published_ones(sunrise: Company) -> None:
    """A cut that supersedes nothing begins at one."""
    settle(sunrise.organisation)
    assert published_cut(sunrise).version == 1
