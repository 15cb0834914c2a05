"""The cheapest flow through a small network, found again and again after its bounds have changed.

Network simplex (Ahuja, Magnanti and Orlin 1993, Network flows, chapter 11): the flow over a tree
that spans all nodes follows from what flows over the other ways, which are at one of their bounds;
a way that would be cheaper takes the place of one of the tree. The tree of one solution is where
the next one begins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

IN_TREE, AT_LOW, AT_HIGH = 0, -1, 1
MOST_PIVOTS = 100  # times nodes; far fewer are ever needed, but nothing else rules out a circle
BLOCK = 64  # ways that are compared before the best of them is taken
SLIGHT = 1e-9


class Network(NamedTuple):
    """n nodes and a root (n), and a ways from `tail` to `head`; the last 2n join nodes and root.

    `supply` (n + 1,) comes into each node and has to leave it; what the root gets is free. A way
    has a `cost`, bounds `low` and `high`, a `flow` and a `kind`: in the tree, at its low or its
    high bound. `up` (n + 1,) is the way to the `parent`; `child`, `after` and `before` chain
    children; `depth` and `price`, what one more at a node would cost, are along the tree. `queue`
    is scratch.
    """

    supply: Floats
    tail: Ints
    head: Ints
    cost: Floats
    low: Floats
    high: Floats
    flow: Floats
    kind: Ints
    up: Ints
    parent: Ints
    child: Ints
    after: Ints
    before: Ints
    depth: Ints
    price: Floats
    queue: Ints


def network_of(supply: Floats, ways: tuple[Ints, Ints, Floats], missed: Floats) -> Network:
    """A network of n nodes with some supply (n,), and of ways: their tails, heads and costs (a,).

    Node n is the root, to which ways may lead. What cannot flow otherwise leaves each node, or
    comes into it, at the cost of what is `missed` (n,). The bounds are zero and endless at first.
    """
    tail, head, cost = ways
    n, own = len(supply), np.arange(len(supply))
    root = np.full(n, n)
    tail, head = np.concatenate((tail, own, root)), np.concatenate((head, root, own))
    count = len(tail)
    up = np.append(count - 2 * n + own, -1)
    kind = np.full(count, AT_LOW)
    kind[up[:-1]] = IN_TREE
    parent, child, after, before, depth, queue = np.full((6, n + 1), -1)
    parent[:n] = n
    return Network(
        np.append(supply, 0.0), tail, head, np.concatenate((cost, missed, missed)),
        np.zeros(count), np.full(count, np.inf), np.zeros(count), kind,
        up, parent, child, after, before, depth, np.zeros(n + 1), queue,
    )  # fmt: skip


@compiled
def solve(net: Network) -> float:
    """Find the cheapest flow within the bounds as they are now. Returns what it costs."""
    restore(net)
    begin = 0
    for _ in range(MOST_PIVOTS * net.parent.shape[0]):
        way = cheaper(net, begin)
        if way < 0:
            break
        pivot(net, way)
        begin = way + 1
    return float((net.cost * net.flow).sum())


@compiled
def restore(net: Network) -> None:
    """Let the flow follow from the tree; a branch where that cannot be is hung on the root."""
    root = net.parent.shape[0] - 1
    left = net.supply.copy()
    for way in range(net.tail.shape[0]):
        if net.kind[way] != IN_TREE:
            if net.kind[way] == AT_HIGH and net.high[way] == np.inf:
                net.kind[way] = AT_LOW
            net.flow[way] = net.low[way] if net.kind[way] == AT_LOW else net.high[way]
            left[net.tail[way]] -= net.flow[way]
            left[net.head[way]] += net.flow[way]
    relist(net)
    for index in range(root, 0, -1):
        node = net.queue[index]
        way, over = net.up[node], net.parent[node]
        sign = 1.0 if net.tail[way] == node else -1.0
        wanted = sign * left[node]
        flow = min(max(wanted, net.low[way]), net.high[way])
        net.flow[way] = flow
        left[over] += sign * flow
        if abs(flow - wanted) > SLIGHT:
            net.kind[way] = AT_LOW if wanted < flow else AT_HIGH
            hang(net, node, left[node] - sign * flow)
    relist(net)


@compiled
def hang(net: Network, node: int, left: float) -> None:
    """Hang a branch on the root by the way of what is missed, which takes what is left."""
    root = net.parent.shape[0] - 1
    way = net.tail.shape[0] - (2 if left > 0 else 1) * root + node
    net.up[node], net.parent[node] = way, root
    net.kind[way] = IN_TREE
    net.flow[way] = abs(left)


@compiled
def relist(net: Network) -> None:
    """Chain the children of each node anew, and settle all."""
    root = net.parent.shape[0] - 1
    net.child[:] = -1
    for node in range(root):
        link(net, node, net.parent[node])
    settle(net, root)


@compiled
def link(net: Network, node: int, parent: int) -> None:
    """Put a node first among the children of another."""
    first = net.child[parent]
    net.parent[node], net.before[node], net.after[node] = parent, -1, first
    if first >= 0:
        net.before[first] = node
    net.child[parent] = node


@compiled
def unlink(net: Network, node: int) -> None:
    """Take a node from among the children of its parent."""
    before, after = net.before[node], net.after[node]
    if before >= 0:
        net.after[before] = after
    else:
        net.child[net.parent[node]] = after
    if after >= 0:
        net.before[after] = before


@compiled
def settle(net: Network, top: int) -> None:
    """Depth and price of a node and of all below it, which are then in the queue, the top first."""
    net.queue[0] = top
    end, index = 1, 0
    while index < end:
        node = net.queue[index]
        index += 1
        parent, way = net.parent[node], net.up[node]
        if parent < 0:
            net.depth[node], net.price[node] = 0, 0.0
        else:
            sign = 1.0 if net.tail[way] == node else -1.0
            net.depth[node] = net.depth[parent] + 1
            net.price[node] = net.price[parent] + sign * net.cost[way]
        below = net.child[node]
        while below >= 0:
            net.queue[end] = below
            end += 1
            below = net.after[below]


@compiled
def cheaper(net: Network, begin: int) -> int:
    """A way by which it would be cheaper to send more, or less; -1 if there is none.

    The best of the first block of ways, from `begin` on, that has one.
    """
    best, found, count = SLIGHT, -1, net.tail.shape[0]
    for step in range(count):
        way = (begin + step) % count
        if net.kind[way] != IN_TREE and net.high[way] > net.low[way]:
            more = net.cost[way] + net.price[net.head[way]] - net.price[net.tail[way]]
            gain = net.kind[way] * more
            if gain > best:
                best, found = gain, way
        if found >= 0 and step % BLOCK == BLOCK - 1:
            break
    return found


@compiled
def pivot(net: Network, way: int) -> None:
    """Send as much as can be around the circle that a way closes, and open it where it is full."""
    more = net.kind[way] == AT_LOW
    first = net.tail[way] if more else net.head[way]
    second = net.head[way] if more else net.tail[way]
    join, other = first, second
    while join != other:
        if net.depth[join] >= net.depth[other]:
            join = net.parent[join]
        else:
            other = net.parent[other]
    most, full, turned = net.high[way] - net.low[way], -1, False
    for side in range(2):  # down to the first, up from the second
        node = second if side else first
        while node != join:
            room = room_above(net, node, side == 1)
            if room < most or (side == 1 and room <= most):
                most, full, turned = room, node, side == 1
            node = net.parent[node]
    most = max(most, 0.0)
    net.flow[way] += most if more else -most
    for side in range(2):
        node = second if side else first
        while node != join:
            rises = (net.tail[net.up[node]] == node) == (side == 1)
            net.flow[net.up[node]] += most if rises else -most
            node = net.parent[node]
    if full < 0:
        net.kind[way] = -net.kind[way]
    else:
        turn(net, way, second if turned else first, full, turned)


@compiled
def room_above(net: Network, node: int, upwards: bool) -> float:
    """How much more may flow between a node and its parent, to the parent or from it."""
    way = net.up[node]
    rises = (net.tail[way] == node) == upwards
    return float(net.high[way] - net.flow[way] if rises else net.flow[way] - net.low[way])


@compiled
def turn(net: Network, way: int, node: int, full: int, upwards: bool) -> None:
    """Hang the branch below what is full on the new way, which ends at a node of it."""
    leaves = net.up[full]
    rose = (net.tail[leaves] == full) == upwards
    net.kind[leaves] = AT_HIGH if rose else AT_LOW
    net.flow[leaves] = net.high[leaves] if rose else net.low[leaves]
    net.kind[way] = IN_TREE
    top, over = node, net.head[way] if net.tail[way] == node else net.tail[way]
    while True:
        parent, up = net.parent[node], net.up[node]
        unlink(net, node)
        link(net, node, over)
        net.up[node] = way
        if node == full:
            break
        over, way, node = node, up, parent
    settle(net, top)
