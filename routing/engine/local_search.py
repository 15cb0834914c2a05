"""Shorter walks over given stops: 3-opt on arrays, with neighbour lists and a stack of loose ends.

A move cuts two or three legs of one walk and joins the ends anew. Candidates are found by the ways
there and back together; what a move adds is then counted exactly, for skew ways too.

Lin 1965, Computer solutions of the traveling salesman problem,
doi:10.1002/j.1538-7305.1965.tb04146.x; Bentley 1992, Fast algorithms for geometric traveling
salesman problems, doi:10.1287/ijoc.4.4.387; Or 1976, Traveling salesman-type combinatorial problems
and their relation to the logistics of regional blood banking (a segment moved: BA, BA_TURNED here).
"""

from __future__ import annotations

from typing import Final

from routing.engine.compiled import lean
from routing.engine.tour import (
    LOOSE,
    Ground,
    Longs,
    Tour,
    add_up_turns,
    can_cut,
    loosen,
    reverse,
)

TWO, BA, BA_TURNED, B_TURNED_A, BOTH_TURNED = range(5)  # kinds of move, see `kind_of`
NO_MOVE: Final = -1
LAST_NEIGHBOURS: Final = 5


@lean
def tighten(ground: Ground, tour: Tour) -> None:
    """Make moves until none at a loose end shortens a walk."""
    while tour.counts[LOOSE] > 0:
        tour.counts[LOOSE] -= 1
        node = tour.loose[tour.counts[LOOSE]]
        tour.is_loose[node] = False
        if tour.place[node] >= 0:
            while improve_from(ground, tour, node, 0) or improve_from(ground, tour, node, 1):
                pass


@lean
def improve_from(ground: Ground, tour: Tour, one: int, side: int) -> bool:
    """Make the first move found that cuts the leg at this side of a node and shortens a walk."""
    if not can_cut(ground, one, side):
        return False
    cut = tour.place[one] - side
    two = tour.order[cut + 1 - side]
    removed = ground.both[one, two]
    for rank in range(ground.near.shape[1]):
        gain = removed - ground.near_both[two, rank]
        if gain <= 0:
            return False
        three = ground.near[two, rank]
        if tour.walker[three] != tour.walker[one]:
            continue
        for next_side in range(2):
            if can_cut(ground, three, next_side) and tour.place[three] - next_side != cut:
                tour.cuts[0], tour.sides[0] = cut, side
                tour.cuts[1], tour.sides[2] = tour.place[three] - next_side, next_side
                if improve_second(ground, tour, one, gain):
                    return True
    return False


@lean
def improve_second(ground: Ground, tour: Tour, one: int, gain: int) -> bool:
    """With two legs cut, join the ends or look for a third leg; whether a move was made."""
    cuts, sides = tour.cuts, tour.sides
    sides[1], sides[3] = 1 - sides[0], 1 - sides[2]
    three = tour.order[cuts[1] + sides[2]]
    four = tour.order[cuts[1] + sides[3]]
    open_gain = gain + ground.both[three, four]
    if sides[0] != sides[2] and (open_gain > ground.both[four, one] or ground.skew):
        first, second = cuts[0], cuts[1]
        if first > second:
            cuts[0], cuts[1] = second, first
        if make_if_shorter(ground, tour, one, TWO):
            return True
        cuts[0], cuts[1] = first, second
    if open_gain <= ground.near_both[four, 0]:
        return False
    return improve_third(ground, tour, one, four, open_gain)


@lean
def improve_third(ground: Ground, tour: Tour, one: int, four: int, open_gain: int) -> bool:
    """With two legs cut and an end open, cut a third; whether a move was made."""
    cuts = tour.cuts
    cut_1, cut_2 = cuts[0], cuts[1]
    found = 0
    for rank in range(ground.near.shape[1]):
        gain = open_gain - ground.near_both[four, rank]
        if gain <= 0 or found == LAST_NEIGHBOURS:
            break
        five = ground.near[four, rank]
        if tour.walker[five] != tour.walker[one]:
            continue
        found += 1
        for side in range(2):
            cut_3 = tour.place[five] - side
            if not can_cut(ground, five, side) or cut_3 in (cut_1, cut_2):
                continue
            six = tour.order[cut_3 + 1 - side]
            if gain + ground.both[five, six] <= ground.both[six, one] and not ground.skew:
                continue
            cuts[0], cuts[1], cuts[2] = cut_1, cut_2, cut_3
            tour.sides[4], tour.sides[5] = side, 1 - side
            kind = kind_of(tour)
            if kind != NO_MOVE:
                sort_three(cuts)
                if make_if_shorter(ground, tour, one, kind):
                    return True
    return False


@lean
def kind_of(tour: Tour) -> int:
    """The kind of the move that joins the ends t2 with t3, t4 with t5 and t6 with t1; or NO_MOVE.

    `cuts` are the places of the three cuts, `sides` where t1 to t6 are: 0 before their cut, 1
    behind it. A is the stretch between the first and second cut, B that between the second and
    third. Ends are numbered 0 to 5 along the walk; whom 0 and 5 are joined with settles the kind.
    """
    cuts, sides = tour.cuts, tour.sides
    rank_1 = int(cuts[0] > cuts[1]) + int(cuts[0] > cuts[2])
    rank_3 = int(cuts[1] > cuts[0]) + int(cuts[1] > cuts[2])
    rank_5 = 3 - rank_1 - rank_3
    pairs = (
        (2 * rank_1 + sides[1], 2 * rank_3 + sides[2]),
        (2 * rank_3 + sides[3], 2 * rank_5 + sides[4]),
        (2 * rank_5 + sides[5], 2 * rank_1 + sides[0]),
    )
    with_first, with_last = 0, 0
    for one, other in pairs:
        if one * other == 0:
            with_first = one + other
        if one == 5 or other == 5:
            with_last = one + other - 5
    return named_kind(with_first, with_last)


@lean
def named_kind(with_first: int, with_last: int) -> int:
    """The kind by the ends that the first and the last end are joined with."""
    if with_first == 3 and with_last == 2:
        return BA
    if with_first == 3 and with_last == 1:
        return BA_TURNED
    if with_first == 2 and with_last == 3:
        return BOTH_TURNED
    if with_first == 4 and with_last == 2:
        return B_TURNED_A
    return NO_MOVE


@lean
def sort_three(cuts: Longs) -> None:
    """Put the first three numbers in ascending order."""
    for left, right in ((0, 1), (1, 2), (0, 1)):
        if cuts[left] > cuts[right]:
            cuts[left], cuts[right] = cuts[right], cuts[left]


@lean
def make_if_shorter(ground: Ground, tour: Tour, one: int, kind: int) -> bool:
    """Make the move in hand, whose `cuts` ascend, if it shortens the walk that node `one` is in."""
    added = added_by_two(ground, tour) if kind == TWO else added_by_three(ground, tour, kind)
    if added >= 0:
        return False
    tour.length[tour.walker[one]] += added
    make(ground, tour, kind)
    return True


@lean
def added_by_two(ground: Ground, tour: Tour) -> int:
    """What turning the stretch between the first two cuts adds to the length."""
    way, order, turn = ground.way, tour.order, tour.turn
    a, b = tour.cuts[0], tour.cuts[1]
    removed = way[order[a], order[a + 1]] + way[order[b], order[b + 1]]
    joined = way[order[a], order[b]] + way[order[a + 1], order[b + 1]]
    return int(joined - removed + turn[b] - turn[a + 1])


@lean
def added_by_three(ground: Ground, tour: Tour, kind: int) -> int:
    """What a move with three cuts adds to the length."""
    way, order, turn = ground.way, tour.order, tour.turn
    a, b, c = tour.cuts[0], tour.cuts[1], tour.cuts[2]
    before_a, a_begins, a_ends = order[a], order[a + 1], order[b]
    b_begins, b_ends, behind_b = order[b + 1], order[c], order[c + 1]
    turn_a, turn_b = turn[b] - turn[a + 1], turn[c] - turn[b + 1]
    removed = way[before_a, a_begins] + way[a_ends, b_begins] + way[b_ends, behind_b]
    if kind == BA:
        joined = way[before_a, b_begins] + way[b_ends, a_begins] + way[a_ends, behind_b]
        return int(joined - removed)
    if kind == BA_TURNED:
        joined = way[before_a, b_begins] + way[b_ends, a_ends] + way[a_begins, behind_b]
        return int(joined - removed + turn_a)
    if kind == B_TURNED_A:
        joined = way[before_a, b_ends] + way[b_begins, a_begins] + way[a_ends, behind_b]
        return int(joined - removed + turn_b)
    joined = way[before_a, a_ends] + way[a_begins, b_ends] + way[b_begins, behind_b]
    return int(joined - removed + turn_a + turn_b)


@lean
def make(ground: Ground, tour: Tour, kind: int) -> None:
    """Make the move in hand, as reversals."""
    a, b, c = tour.cuts[0], tour.cuts[1], tour.cuts[2]
    for at in range(2 if kind == TWO else 3):
        loosen(tour, tour.order[tour.cuts[at]])
        loosen(tour, tour.order[tour.cuts[at] + 1])
    if kind in (TWO, BOTH_TURNED):
        reverse(tour, a + 1, b)
        if kind == BOTH_TURNED:
            reverse(tour, b + 1, c)
    else:
        reverse(tour, a + 1, c)
        middle = a + c - b
        if kind != B_TURNED_A:
            reverse(tour, a + 1, middle)
        if kind != BA_TURNED:
            reverse(tour, middle + 1, c)
    add_up_turns(ground, tour, a + 1)
