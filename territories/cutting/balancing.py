"""From a draft to a cut: rounds of annealing, with minutes led from where there are too many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import spsolve

from territories.cutting.annealing import anneal
from territories.cutting.asking import Ask, go_on
from territories.cutting.energy import Cooling, State, Terms, new_state
from territories.cutting.graph import Graph
from territories.cutting.links import matrix
from territories.cutting.random_bits import random_bits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOT, COLD = 0.3, 0.004
LOOSE, STRICT = 5.0, 1500.0  # what an even deal weighs at first and at last
CUT_WEIGHS, SPREAD_WEIGHS = 0.06, 0.3
ROUNDS = 30
MOVES = 60  # for each edge of the graph
MOST_MOVES, LEAST_MOVES = 3_000_000, 50_000
WIDEST = 8.0  # edges between two territories, beyond which minutes flow no faster
DENSE = 64  # territories: beyond, a sparse matrix is faster
TINY = 1e-4
TOLERATED = 0.045


@dataclass(frozen=True)
class Task:
    """A graph to be dealt out, the target minutes (k,), and the old territory (m,) or -1.

    `staying` is what it weighs that a territory's minutes stay with it; for `ask` see `Search`.
    """

    graph: Graph
    target: Floats
    old: Ints
    staying: float = 0.0
    ask: Ask = go_on


@dataclass(frozen=True)
class Found:
    """Labels (m,), and how good they are: the worst excess over what is tolerated, and the rest."""

    labels: Ints
    excess: float
    rest: float

    @property
    def rank(self) -> tuple[float, float]:
        """Less is better."""
        return (self.excess, self.rest)


def balanced(task: Task, draft: Ints, seed: int, effort: float = 1.0) -> Found:
    """Improve a draft. O(moves), at most MOST_MOVES; `effort` is the share of them that is made.

    Between rounds the minutes that are too many somewhere are led to where they lack, as heat
    would flow (Hu, Blake and Emerson 1998, An optimal migration algorithm for dynamic load
    balancing, Concurrency 10(6), 467-483): moves along that way are favoured.
    """
    graph = scaled(task.graph)
    k = len(task.target)
    state = new_state(graph, draft, k, random_bits(seed))
    terms = terms_of(graph, task)
    moves = min(MOST_MOVES, max(LEAST_MOVES, MOVES * len(graph.tail))) * effort // ROUNDS
    warmth, evens = np.geomspace(HOT, COLD, ROUNDS + 1), np.geomspace(LOOSE, STRICT, ROUNDS + 1)
    for step in range(ROUNDS):
        task.ask()
        state.pull[:] = pull(graph, state, task.target)
        anneal(
            graph,
            state,
            terms,
            int(moves),
            Cooling(*warmth[step : step + 2], *evens[step : step + 2]),
        )
    return judged(graph, state, terms)


def scaled(graph: Graph) -> Graph:
    """The graph with edges of weight 1 on average, whatever the links were."""
    mean = float(graph.weight.mean()) if len(graph.weight) else 1.0
    return graph._replace(weight=graph.weight / mean)


def terms_of(graph: Graph, task: Task) -> Terms:
    """What the energy of this graph counts: spread in units of a disc that the whole would fill."""
    sides = np.maximum(np.ptp(graph.metres, axis=0), 1.0) if len(graph.metres) else np.ones(2)
    disc = float(sides.prod()) / len(task.target) / np.pi
    return Terms(task.target, task.old, CUT_WEIGHS, SPREAD_WEIGHS / disc, task.staying)


def pull(graph: Graph, state: State, target: Floats) -> Floats:
    """How much each territory (k,) is to give away to its neighbours, in territories."""
    k = len(target)
    tail, head = state.labels[graph.tail], state.labels[graph.head]
    border = tail != head
    off = state.sums[:, 0] / target - 1
    if k <= DENSE:
        between = np.bincount(tail[border] * k + head[border], minlength=k * k).reshape(k, k)
        near = np.minimum(between, WIDEST)
        dense: Floats = np.linalg.solve(np.diag(near.sum(axis=1) + TINY) - near, off)
        return dense
    between = matrix(k, tail[border], head[border], np.ones(border.sum()))
    between.data = np.minimum(between.data, WIDEST)
    own = np.arange(k)
    laplacian = matrix(k, own, own, between.sum(axis=1) + TINY) - between
    sparse: Floats = spsolve(laplacian.tocsc(), off)  # type: ignore[no-untyped-call]  # scipy
    return sparse


def judged(graph: Graph, state: State, terms: Terms) -> Found:
    """The state with its rank."""
    off = np.abs(state.sums[:, 0] / terms.target - 1)
    cut = graph.weight[state.labels[graph.tail] != state.labels[graph.head]].sum() / 2
    square = state.sums[:, 2] ** 2 + state.sums[:, 3] ** 2
    spread = (state.sums[:, 4] - square / np.maximum(state.sums[:, 0], TINY)) / terms.target
    moved = (terms.old >= 0) & (terms.old != state.labels)
    rest = terms.cut * cut + terms.spread * spread.sum()
    rest += terms.stay * (graph.minutes[moved] / terms.target[terms.old[moved]]).sum()
    return Found(state.labels, float(np.maximum(off - TOLERATED, 0).sum()), float(rest))
