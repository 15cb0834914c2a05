"""A deal that keeps every side rule, with CP-SAT, for up to MOST_REPS reps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from territories.cutting.assigning.items import Items
from territories.cutting.assigning.wishes import NOBODY, Wish

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_REPS = 50
NEAREST = 12  # candidates of an item that the model knows, beside the hinted one
WORK = 3.0  # deterministic seconds of CP-SAT: the same answer on any machine
FAIR = 0.03  # of the fair value; being off by more is priced
LEAVING = 1_000  # the price of leaving an item out, in the largest cost of any
UNFAIR = 20  # the price of being off by a whole fair share, likewise
SCALE = 1_000  # parts of a fair share


@dataclass
class Model:
    """The variables: `chosen` for each pair that is known, `left` for each item."""

    model: cp_model.CpModel
    pairs: Ints
    item: Ints
    rep: Ints
    chosen: list[cp_model.IntVar]
    left: list[cp_model.IntVar]

    def of_rep(self, rep: int) -> list[tuple[cp_model.IntVar, int]]:
        """The pairs of a rep: variable and item."""
        return [(self.chosen[at], int(self.item[at])) for at in np.flatnonzero(self.rep == rep)]


def kept_rules(wish: Wish, items: Items, owner: Ints, seed: int) -> Ints:
    """The deal that leaves out least, then is fair, then short, within minutes, counts and `apart`.

    Starts from `owner`, which may break them. With OR-Tools CP-SAT on one thread; the same input
    and seed give the same deal.
    """
    known = variables(items, owner)
    off = [limited(known, wish, items, rep) for rep in range(len(wish.share))]
    for one, other in items.apart.tolist():
        for rep in np.intersect1d(known.rep[known.item == one], known.rep[known.item == other]):
            of_both = (known.rep == rep) & np.isin(known.item, (one, other))
            known.model.add_at_most_one(known.chosen[at] for at in np.flatnonzero(of_both))
    cost = np.round(items.cost_m[known.pairs] - min(items.cost_m.min(initial=0), 0)).astype(int)
    largest = int(cost.max(initial=0)) + 1
    unfair = max(UNFAIR * largest // SCALE, 1)
    known.model.minimize(
        sum(int(metres) * chosen for metres, chosen in zip(cost, known.chosen, strict=True))
        + LEAVING * largest * sum(known.left)
        + unfair * sum(off)
    )
    for at, chosen in enumerate(known.chosen):
        known.model.add_hint(chosen, owner[known.item[at]] == known.rep[at])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = WORK
    solver.parameters.random_seed = seed % 2**31
    if solver.solve(known.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return owner
    found = np.full(len(items), NOBODY)
    for at, chosen in enumerate(known.chosen):
        if solver.value(chosen):
            found[known.item[at]] = known.rep[at]
    return found


def variables(items: Items, owner: Ints) -> Model:
    """One variable for each item's cheapest NEAREST pairs and the one of `owner`; settled stay."""
    model = cp_model.CpModel()
    order = np.lexsort((items.cost_m, items.item))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - items.first[items.item[order]]
    pairs = np.flatnonzero((rank < NEAREST) | (owner[items.item] == items.rep))
    item, rep = items.item[pairs], items.rep[pairs]
    chosen = [model.new_bool_var("") for _ in pairs]
    left = [model.new_bool_var("") for _ in range(len(items))]
    for index, leave in enumerate(left):
        model.add_exactly_one([leave, *(chosen[at] for at in np.flatnonzero(item == index))])
        if items.settled[index] != NOBODY and (item == index).any():
            model.add(leave == 0)
    return Model(model, pairs, item, rep, chosen, left)


def limited(known: Model, wish: Wish, items: Items, rep: int) -> cp_model.IntVar:
    """Keep a rep within minutes and count; the answer is how far the value is off, in SCALE."""
    mine = known.of_rep(rep)
    settled = items.settled == rep
    if np.isfinite(wish.most_minutes[rep]):
        work = max(float(wish.most_minutes[rep]), float(items.minutes[settled].sum()))
        minutes = sum(int(np.ceil(items.minutes[item])) * chosen for chosen, item in mine)
        known.model.add(minutes <= int(np.ceil(work)))
    if wish.most is not None:
        known.model.add(sum(chosen for chosen, _ in mine) <= max(wish.most, int(settled.sum())))
    fair = items.value.sum() * wish.share[rep] / max(wish.share.sum(), 1e-9)
    off = known.model.new_int_var(0, SCALE * len(items) * 10, "")
    if fair > 0:
        parts = sum(round(SCALE * items.value[item] / fair) * chosen for chosen, item in mine)
        known.model.add(off >= parts - round(SCALE * (1 + FAIR)))
        known.model.add(off >= round(SCALE * (1 - FAIR)) - parts)
    return off
