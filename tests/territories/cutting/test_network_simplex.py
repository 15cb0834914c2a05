"""The cheapest flow is found, from nothing and from the one before."""

import numpy as np
import pytest

from territories.cutting.flows import Programs
from territories.cutting.network_simplex import AT_HIGH, AT_LOW, IN_TREE, Network, network_of, solve

NODES, WAYS = 12, 40
MISSED = 50.0


def drawn(seed: int) -> Network:
    """Nodes with something too much or too little, and ways between any two, the root included."""
    draw = np.random.default_rng(seed)
    tail = draw.integers(NODES, size=WAYS)
    head = (tail + draw.integers(1, NODES + 1, size=WAYS)) % (NODES + 1)
    cost = draw.integers(0, 6, size=WAYS).astype(float)
    return network_of(draw.normal(size=NODES), (tail, head, cost), np.full(NODES, MISSED))


def bound(net: Network, draw: np.random.Generator) -> None:
    """Shut some ways, leave some open, and let others have to carry something."""
    net.low[:WAYS] = draw.choice([0.0, 0.2], WAYS)
    net.high[:WAYS] = net.low[:WAYS] + draw.choice([0.0, 0.3, np.inf], WAYS)


def cheapest(net: Network) -> float:
    """What the cheapest flow costs, by a linear program of all ways (HiGHS)."""
    rows = np.zeros((NODES + 1, len(net.tail)))
    np.add.at(rows, (net.tail, np.arange(len(net.tail))), 1.0)
    np.add.at(rows, (net.head, np.arange(len(net.tail))), -1.0)
    bounds = np.column_stack((net.low, net.high))
    found = Programs.linprog(net.cost, A_eq=rows[:-1], b_eq=net.supply[:-1], bounds=bounds)
    return float(found.fun)


def left_over(net: Network) -> np.ndarray:
    """What of its supply does not leave each node (n,)."""
    n = NODES + 1
    gone = np.bincount(net.tail, net.flow, n) - np.bincount(net.head, net.flow, n)
    return (net.supply - gone)[:-1]


@pytest.mark.parametrize("seed", range(20))
def test_a_flow_is_the_cheapest_whatever_it_was_before(seed: int) -> None:
    """Time and again, other bounds: it is within them, nothing is left over, none is cheaper."""
    net, draw = drawn(seed), np.random.default_rng(seed)
    for _ in range(6):
        bound(net, draw)
        assert solve(net) == pytest.approx(cheapest(net))
        assert (net.flow >= net.low - 1e-9).all()
        assert (net.flow <= net.high + 1e-9).all()
        assert np.abs(left_over(net)).max() < 1e-9


def test_prices_say_why_nothing_else_is_cheaper() -> None:
    """More would cost something at a low bound, less at a high one, and nothing in the tree."""
    net = drawn(0)
    bound(net, np.random.default_rng(0))
    solve(net)
    more = net.cost + net.price[net.head] - net.price[net.tail]
    is_open = net.high > net.low
    assert (more[is_open & (net.kind == AT_LOW)] >= 0).all()
    assert (more[is_open & (net.kind == AT_HIGH)] <= 0).all()
    assert (more[net.kind == IN_TREE] == 0).all()
    assert np.count_nonzero(net.kind == IN_TREE) == NODES


def test_a_price_is_what_one_more_would_cost() -> None:
    """The cost of a little more at a node, by the little."""
    net = drawn(3)
    before = solve(net)
    price, little = net.price.copy(), 1e-7
    for node in range(NODES):
        net.supply[node] += little
        assert solve(net) - before == pytest.approx(price[node] * little, abs=1e-10)
        net.supply[node] -= little
