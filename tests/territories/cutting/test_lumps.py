"""What hangs on one section changes sides as a whole where nothing smaller can."""

import numpy as np

from territories.cutting.asking import Search
from territories.cutting.balancing import Task
from territories.cutting.easing import Effort, How, Try, eased
from territories.cutting.flows import Limits
from territories.cutting.graph import Graph
from territories.cutting.leading import led
from territories.cutting.lumps import lumps, without_lumps

DEAD_END, SIDE, NECK = (
    0,
    1,
    2,
)  # of the first territory: it has 1.35, and hangs together by the neck
FINE = 33  # nodes in a row behind the neck: 0.9 of the second territory, 0.75 of the third
LABELS = np.array([0, 0, 0, *[1] * 18, *[2] * 15])


def behind_a_neck() -> Task:
    """Three territories, the first of which is two dead ends at a neck to the second."""
    row = range(NECK, NECK + FINE)
    pairs = [(DEAD_END, NECK), (SIDE, NECK), *((node, node + 1) for node in row)]
    ends = sorted(pairs + [(head, tail) for tail, head in pairs])
    tail, head = np.array(ends, dtype=np.int64).T
    minutes = np.array([1.0, 0.3, 0.05, *[0.05] * FINE])
    at = np.arange(float(len(minutes)))
    graph = Graph(
        minutes=minutes,
        metres=np.column_stack((100 * at, np.zeros(len(at)))),
        starts=np.searchsorted(tail, np.arange(len(at) + 1)).astype(np.int64),
        tail=tail,
        head=head,
        weight=np.ones(len(tail)),
        wide=np.zeros(len(tail), dtype=np.bool_),
    )
    return Task(graph, np.ones(3), LABELS)


def within(off: float) -> Limits:
    """The same limits for all three."""
    return Limits(np.full(3, 1 - off), np.full(3, 1 + off))


def test_a_lump_is_all_that_one_part_of_a_territory_can_do_without() -> None:
    """Either dead end may stay alone; the neck and the other go to the neighbour together."""
    found = lumps(behind_a_neck().graph, LABELS, 0)
    away = sorted(sorted(lump.nodes.tolist()) for lump in found if 0 in LABELS[lump.nodes])
    assert away == [[DEAD_END, NECK], [SIDE, NECK]]
    assert {lump.label for lump in found if 0 in LABELS[lump.nodes]} == {1}


def test_a_lump_goes_and_its_minutes_are_led_on() -> None:
    """No section alone makes it even; the smaller dead end goes, and as much goes further."""
    task, limits = behind_a_neck(), within(0.045)
    stuck = led(task.graph, LABELS, LABELS, limits)
    assert np.bincount(stuck, task.graph.minutes)[0] > 1.3
    made = without_lumps(task, LABELS, limits)
    assert np.allclose(np.bincount(made, task.graph.minutes), 1.0, atol=0.0451)
    assert made[DEAD_END] == 0
    assert made[SIDE] == made[NECK] == 1


def test_neighbours_share_out_lumps() -> None:
    """Easing tries them where it is told to."""
    task, limits = behind_a_neck(), within(0.045)
    made = eased(task, LABELS, limits, Effort((Try(3, How.LUMPS),), Search()))
    assert (made == without_lumps(task, LABELS, limits)).all()


def test_no_lump_moves_where_nobody_has_room() -> None:
    """With limits that all of them together are beyond, everything stays."""
    crowd = Limits(np.full(3, 0.9), np.full(3, 0.99))
    assert without_lumps(behind_a_neck(), LABELS, crowd) is LABELS
