"""What putting a stop into a walk would do: where it delays least, and by how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints
from routing.engine.plans import Plan
from routing.engine.timetable import NEVER

UNKNOWN, NOWHERE = -1, -2  # no nodes


class Offers(NamedTuple):
    """What putting a stop into a walk would do, (m, n): the least `delay`, and the `leg` where.

    Each holds for one `version` of the walk. NEVER where the stop does not fit. For timeless stops
    `free` is the least delay of all legs, of a variant of all legs within its hours, whether or not
    the walk has the time, and that leg leads from the node `behind` to the node `ahead`. `waiting`
    (n,) is room for the stops that are being put in, `is_waiting` (n,) for who is among them. For
    each edge of the hours, (k,): `edge_leg`, on which a walk is then, and `patience`, how much
    delay that leg bears; `spare` (k + 1,): the most that a leg of each hour bears.
    """

    delay: Ints
    leg: NDArray[np.int32]
    version: Ints
    free: Ints
    behind: NDArray[np.int32]
    ahead: NDArray[np.int32]
    waiting: Ints
    is_waiting: NDArray[np.bool_]
    edge_leg: Ints
    patience: Ints
    spare: Ints


def no_offers(facts: Facts) -> Offers:
    """Nothing is known."""
    shape = facts.allowed.shape
    return Offers(
        delay=np.full(shape, NEVER, dtype=np.int64),
        leg=np.zeros(shape, dtype=np.int32),
        version=np.full(shape, -1, dtype=np.int64),
        free=np.full(shape, NEVER, dtype=np.int64),
        behind=np.full(shape, UNKNOWN, dtype=np.int32),
        ahead=np.zeros(shape, dtype=np.int32),
        waiting=np.zeros(shape[1], dtype=np.int64),
        is_waiting=np.zeros(shape[1], dtype=np.bool_),
        edge_leg=np.zeros(len(facts.edges), dtype=np.int64),
        patience=np.zeros(len(facts.edges), dtype=np.int64),
        spare=np.zeros(len(facts.edges) + 1, dtype=np.int64),
    )


@lean
def copy_offers(plans: tuple[Plan, Plan], source: Offers, target: Offers) -> None:
    """Copy the offers of the walks that differ between the source's and the target's plan."""
    for walker in range(plans[0].length.size):
        if plans[0].version[walker] == plans[1].version[walker]:
            continue
        for stop in range(source.delay.shape[1]):
            if source.version[walker, stop] != target.version[walker, stop]:
                target.delay[walker, stop] = source.delay[walker, stop]
                target.leg[walker, stop] = source.leg[walker, stop]
                target.version[walker, stop] = source.version[walker, stop]
                target.free[walker, stop] = source.free[walker, stop]
                target.behind[walker, stop] = source.behind[walker, stop]
                target.ahead[walker, stop] = source.ahead[walker, stop]
