"""Territories go to reps who may be there, by short ways, and everything left out has a reason."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territories.cutting.assigning import (
    NOBODY,
    LeftOut,
    WhyLeftOut,
    Wish,
    WishError,
    allowed_by_needs,
    assign,
    near,
)
from territories.cutting.assigning.wishes import Candidates

ANY = np.inf


def pairs(ways_m: list[list[float]]) -> Candidates:
    """Every pair of a territory (rows) and a rep (columns) whose way is finite."""
    ways = np.array(ways_m, dtype=np.float64)
    territory, rep = np.nonzero(np.isfinite(ways))
    return Candidates(territory, rep, ways[territory, rep])


def wish(ways_m: list[list[float]], **changes: object) -> Wish:
    """A wish with those ways where everything else is equal."""
    territories, reps = len(ways_m), len(ways_m[0])
    given = {
        "candidates": pairs(ways_m),
        "value": np.ones(territories),
        "minutes": np.full(territories, 60.0),
        "most_minutes": np.full(reps, ANY),
        "share": np.ones(reps),
        "kept": np.full(territories, NOBODY),
    }
    return Wish(**{**given, **changes})  # type: ignore[arg-type]  # the tests' own changes


def county(territories: int, reps: int, seed: int, **changes: object) -> Wish:
    """Territories in a grid of a degree, reps anywhere in it, values of all sizes."""
    draw = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(territories)))
    at = np.arange(territories)
    places = (25 + at % side / side, 60 + at // side / side)
    homes = (draw.uniform(25, 26, reps), draw.uniform(60, 61, reps))
    candidates = near(places, homes, np.ones((territories, reps), dtype=bool))
    given = {
        "candidates": candidates,
        "value": draw.lognormal(3, 0.4, territories),
        "minutes": draw.uniform(450, 550, territories),
        "most_minutes": np.full(reps, ANY),
        "share": np.ones(reps),
        "kept": np.full(territories, NOBODY),
    }
    return Wish(**{**given, **changes})  # type: ignore[arg-type]  # as above


@settings(max_examples=60)
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_one_each_is_the_shortest_of_all_ways_to_deal(
    territories: int, reps: int, data: st.DataObject
) -> None:
    """With one territory each, no other deal places more territories or has shorter ways."""
    way = st.one_of(st.integers(0, 9000).map(float), st.just(ANY))
    ways = [[data.draw(way) for _ in range(reps)] for _ in range(territories)]
    deal = assign(wish(ways, most=1))
    found = deal.rep.tolist()

    def worth(owners: tuple[int, ...]) -> tuple[int, float]:
        given = [(t, r) for t, r in enumerate(owners) if r != NOBODY]
        return -len(given), sum(ways[t][r] for t, r in given)

    possible = [
        owners
        for owners in product(range(-1, reps), repeat=territories)
        if all(r == NOBODY or np.isfinite(ways[t][r]) for t, r in enumerate(owners))
        and all(owners.count(r) <= 1 for r in range(reps))
    ]
    assert tuple(found) in possible
    assert worth(tuple(found)) == min(map(worth, possible))


def test_a_territory_that_suits_nobody_does_not_spoil_the_deal() -> None:
    """It is left out by name and reason; the others are dealt as if it were not there."""
    deal = assign(wish([[100, 900], [ANY, ANY], [900, 100]]))
    assert deal.rep.tolist() == [0, NOBODY, 1]
    assert deal.left_out == [LeftOut(1, WhyLeftOut.NOBODY_ALLOWED)]


def test_who_is_left_out_is_named_with_the_reason() -> None:
    """Too many territories, a rep who may take none, one whom others leave none."""
    deal = assign(wish([[10, 20, ANY], [30, 40, ANY], [5, 50, ANY]], most=1))
    assert deal.left_out == [LeftOut(1, WhyLeftOut.REPS_FULL)]
    assert deal.idle == [LeftOut(2, WhyLeftOut.NOTHING_ALLOWED)]
    deal = assign(wish([[10, 20]]))
    assert deal.idle == [LeftOut(1, WhyLeftOut.NONE_LEFT)]
    deal = assign(wish([[10, 20], [10, 20]], share=np.array([0.0, 1.0])))
    assert deal.idle == [LeftOut(0, WhyLeftOut.NO_SHARE)]


def test_several_each_are_fair_for_little_more_way() -> None:
    """Fifty reps share five hundred territories within four percent of the fair value."""
    deal = assign(county(500, 50, seed=1))
    assert (deal.rep >= 0).all()
    assert 0.96 <= deal.fairness.smallest <= deal.fairness.largest <= 1.04
    assert deal.fairness.ways_m <= 1.08 * deal.fairness.shortest_ways_m


def test_nobody_gets_more_territories_than_the_most() -> None:
    """Evening the value does not break the limit by count."""
    deal = assign(county(57, 20, seed=7, most=3))
    assert np.bincount(deal.rep).max() <= 3
    assert not deal.left_out


def test_a_half_timer_gets_half() -> None:
    """The value follows the shares, not the number of reps."""
    share = np.array([1.0, 1.0, 0.5, 0.5])
    asked = county(80, 4, seed=2, share=share)
    value = np.bincount(assign(asked).rep, asked.value)
    assert value / value.sum() == pytest.approx(share / 3, rel=0.05)


def test_last_weeks_rep_keeps_a_territory_unless_another_is_much_nearer() -> None:
    """The bonus outweighs a kilometre and not ten."""
    kept = np.array([1, NOBODY])
    near_by = [[1000.0, 2000.0], [1000.0, 1000.0]]
    assert assign(wish(near_by, kept=kept, kept_bonus_m=2000)).rep.tolist() == [1, 0]
    far = [[1000.0, 12_000.0], [1000.0, 1000.0]]
    assert assign(wish(far, kept=kept, kept_bonus_m=2000)).rep.tolist() == [0, 1]


def test_forced_pairs_stand_whatever_they_cost() -> None:
    """A settled territory stays where the manager put it, through all stages."""
    asked = county(120, 6, seed=3, forced=[(0, 5), (119, 0), (60, 5)])
    deal = assign(asked)
    assert deal.rep[[0, 119, 60]].tolist() == [5, 0, 5]


@pytest.mark.parametrize("reps", [6, 60])
def test_caps_on_minutes_are_never_broken(reps: int) -> None:
    """With caps that leave work over, territories are left out and nobody works too much."""
    asked = county(reps * 5, reps, seed=4, most_minutes=np.full(reps, 2_100.0))
    deal = assign(asked)
    given = deal.rep != NOBODY
    work = np.bincount(deal.rep[given], asked.minutes[given], minlength=reps)
    assert work.max() <= 2_100
    assert {each.why for each in deal.left_out} == {WhyLeftOut.REPS_FULL}
    assert len(deal.left_out) + given.sum() == reps * 5


def test_territories_go_together_or_apart_as_asked() -> None:
    """Two that go together have one rep, two to keep apart have two."""
    together, apart = [(0, 99), (10, 40)], [(5, 6), (6, 7), (1, 11)]
    deal = assign(county(100, 5, seed=5, together=together, apart=apart))
    assert (deal.rep >= 0).all()
    assert all(deal.rep[one] == deal.rep[other] for one, other in together)
    assert all(deal.rep[one] != deal.rep[other] for one, other in apart)


def test_the_same_wish_gives_the_same_deal() -> None:
    """Another day, the same answer; with caps, CP-SAT is as repeatable."""
    caps = np.full(8, 2_600.0)
    first, again = (assign(county(40, 8, seed=6, most_minutes=caps), seed=3) for _ in "ab")
    assert first.rep.tolist() == again.rep.tolist()


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 99), st.booleans())
def test_every_territory_is_with_an_allowed_rep_or_left_out(
    territories: int, reps: int, seed: int, capped: bool
) -> None:
    """Whatever is asked: no rep gets what they may not take, and nothing is lost."""
    draw = np.random.default_rng(seed)
    allowed = draw.random((territories, reps)) < 0.5
    places, homes = draw.uniform(0, 1, (2, territories)), draw.uniform(0, 1, (2, reps))
    asked = county(
        territories,
        reps,
        seed,
        candidates=near((places[0], places[1]), (homes[0], homes[1]), allowed),
        most_minutes=np.full(reps, 1_200.0 if capped else ANY),
    )
    deal = assign(asked)
    given = np.flatnonzero(deal.rep != NOBODY)
    assert allowed[given, deal.rep[given]].all()
    left = np.setdiff1d(np.arange(territories), given)
    assert [each.index for each in deal.left_out] == left.tolist()
    assert all(
        (each.why == WhyLeftOut.NOBODY_ALLOWED) == (not allowed[each.index].any())
        for each in deal.left_out
    )


def test_near_reps_are_found_however_few_are_allowed() -> None:
    """Of a thousand reps only one speaks the language, and lives at the other end."""
    places = (np.array([0.0]), np.array([0.0]))
    homes = (np.linspace(0, 10, 1000), np.zeros(1000))
    allowed = np.zeros((1, 1000), dtype=bool)
    allowed[0, 999] = True
    assert near(places, homes, allowed).rep.tolist() == [999]


def test_needs_are_met_by_who_has_them_all() -> None:
    """A territory that asks for Spanish and a permit takes nobody with only one of them."""
    needs = [frozenset({"spanish", "permit"}), frozenset()]
    has = [frozenset({"spanish"}), frozenset({"spanish", "permit", "car"})]
    assert allowed_by_needs(needs, has).tolist() == [[False, True], [True, True]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"share": np.zeros(0), "most_minutes": np.zeros(0)}, "share"),
        ({"minutes": np.zeros(1)}, "minutes"),
        ({"value": np.array([1.0, np.nan])}, "value"),
        ({"most": 0}, "most"),
        ({"forced": [(0, 0), (0, 1)]}, "forced"),
        ({"forced": [(0, 2)]}, "forced"),
        ({"forced": [(0, 0), (1, 0)], "apart": [(0, 1)]}, "apart"),
        ({"forced": [(0, 0), (1, 1)], "together": [(0, 1)]}, "together"),
    ],
)
def test_a_wish_that_contradicts_itself_is_refused(changes: dict[str, object], field: str) -> None:
    """The error names the part that does."""
    with pytest.raises(WishError) as caught:
        wish([[1, 2], [3, 4]], **changes)
    assert caught.value.field == field
