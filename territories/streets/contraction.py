"""From ways as they were drawn to edges between junctions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.streets.arrays import Bools, Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lines:
    """L lines as they were drawn: points of line k are `first[k]:first[k + 1]`.

    `node` is the identity of each point, `kind` one number per line: lines of different kinds are
    never joined. `directed` lines are joined only head to tail.
    """

    first: Indices  # (L + 1,)
    node: Indices  # (P,)
    lon: Floats  # (P,)
    lat: Floats  # (P,)
    kind: Indices  # (L,)
    directed: Bools  # (L,)


@dataclass(frozen=True, eq=False)
class Chains:
    """The same lines, joined and cut so that they run from junction to junction.

    Each runs from west to east; `reverse` says that it was drawn from east to west. They come in
    the order of their ends' identities.
    """

    first: Indices  # (E + 1,)
    point: Indices  # an index into the points of `Lines`
    kind: Indices  # (E,)
    reverse: Bools  # (E,)


def contract(lines: Lines) -> Chains:
    """Join lines wherever nothing else begins, ends or changes. O(P log P)."""
    pieces = cut_at(lines, junctions_of(lines))
    chains = joined(lines, pieces)
    return in_order(lines, turned_east(lines, chains))


def segment_lines(lines: Lines) -> tuple[Indices, Indices]:
    """The points where segments begin (each ends at the next point), and the line of each."""
    line = np.repeat(np.arange(len(lines.kind)), np.diff(lines.first))
    begins = np.flatnonzero(line[:-1] == line[1:])
    return begins, line[begins]


def junctions_of(lines: Lines) -> Bools:
    """(P,) whether a point is where a walker has a choice, or where the street changes."""
    begins, line = segment_lines(lines)
    segments = np.concatenate([np.arange(len(begins))] * 2)
    nodes, where = np.unique(lines.node, return_inverse=True)
    at = np.concatenate([where[begins], where[begins + 1]])
    is_tail = np.arange(len(at)) < len(begins)
    degree = np.bincount(at, minlength=len(nodes))
    order = np.argsort(at, kind="stable")
    first = np.concatenate([[0], np.cumsum(degree)])[:-1]
    pairs = np.flatnonzero(degree == 2)
    one, other = order[first[pairs]], order[first[pairs] + 1]
    one_line, other_line = line[segments[one]], line[segments[other]]
    same = lines.kind[one_line] == lines.kind[other_line]
    same &= ~lines.directed[one_line] | (is_tail[one] != is_tail[other])
    is_junction = np.ones(len(nodes), dtype=bool)
    is_junction[pairs[same]] = False
    return np.asarray(is_junction[where], dtype=bool)


@dataclass(frozen=True, eq=False)
class Pieces:
    """Stretches of lines without a junction inside: from one point to another of the same line."""

    begin: Indices  # a point
    end: Indices  # a later point of the same line
    is_junction: Bools  # (P,) of the lines' points


def cut_at(lines: Lines, is_junction: Bools) -> Pieces:
    """The lines, cut at junctions."""
    starts_line = np.zeros(len(lines.node), dtype=bool)
    ends_line = starts_line.copy()
    starts_line[lines.first[:-1]] = True
    ends_line[lines.first[1:] - 1] = True
    return Pieces(
        begin=np.flatnonzero((starts_line | is_junction) & ~ends_line),
        end=np.flatnonzero((ends_line | is_junction) & ~starts_line),
        is_junction=is_junction,
    )


@dataclass(frozen=True, eq=False)
class Walked:
    """Pieces in the order in which they are walked: those of chain c are `first[c]:first[c + 1]`.

    A piece that is walked against its drawing has `begin > end`.
    """

    first: Indices
    begin: Indices  # a point
    end: Indices  # a point


def joined(lines: Lines, pieces: Pieces) -> Walked:
    """Pieces put together where they meet at no junction."""
    open_begin = ~pieces.is_junction[pieces.begin]
    open_end = ~pieces.is_junction[pieces.end]
    whole = ~(open_begin | open_end)
    chains = chained(
        Ends(
            lines.node[pieces.begin[~whole]].tolist(),
            lines.node[pieces.end[~whole]].tolist(),
            open_begin[~whole].tolist(),
            open_end[~whole].tolist(),
        )
    )
    counts = np.ones(int(whole.sum()), dtype=np.int64), np.array([len(c) for c in chains], np.int64)
    loose = np.flatnonzero(~whole)[np.array([p for c in chains for p, _ in c], dtype=np.int64)]
    forward = np.array([onward for c in chains for _, onward in c], dtype=bool)
    begin, end = pieces.begin[loose], pieces.end[loose]
    return Walked(
        first=offsets(np.concatenate(counts)),
        begin=np.concatenate([pieces.begin[whole], np.where(forward, begin, end)]),
        end=np.concatenate([pieces.end[whole], np.where(forward, end, begin)]),
    )


@dataclass(frozen=True)
class Ends:
    """The nodes at both ends of some pieces, and whether the piece may be joined there."""

    begin: list[int]
    end: list[int]
    open_begin: list[bool]
    open_end: list[bool]


def chained(ends: Ends) -> list[list[tuple[int, bool]]]:
    """The pieces in chains, each with whether it is walked as it was drawn.

    A ring without any junction is cut at the least of the nodes where its pieces meet.
    """
    meeting: dict[int, list[tuple[int, bool]]] = {}
    for piece, (begin, end) in enumerate(zip(ends.begin, ends.end, strict=True)):
        if ends.open_begin[piece]:
            meeting.setdefault(begin, []).append((piece, True))
        if ends.open_end[piece]:
            meeting.setdefault(end, []).append((piece, False))
    pieces = range(len(ends.begin))
    shut = [p for p in pieces if not (ends.open_begin[p] and ends.open_end[p])]
    rings = sorted(pieces, key=lambda p: min(ends.begin[p], ends.end[p]))
    chains, seen = [], set[int]()
    for piece in (*shut, *rings):  # from the ends of chains, and then what has none
        if piece not in seen:
            at_its_begin = ends.begin[piece] <= ends.end[piece]
            onward = not ends.open_begin[piece] or (ends.open_end[piece] and at_its_begin)
            chains.append(chain_from(piece, onward, ends, meeting, seen))
    return chains


def chain_from(
    piece: int,
    onward: bool,
    ends: Ends,
    meeting: dict[int, list[tuple[int, bool]]],
    seen: set[int],
) -> list[tuple[int, bool]]:
    """The pieces from one on to where nothing follows; they are added to the seen ones."""
    chain = []
    following = [(piece, onward)]
    while following:
        piece, onward = following[0]
        seen.add(piece)
        chain.append((piece, onward))
        node = ends.end[piece] if onward else ends.begin[piece]
        following = [(p, o) for p, o in meeting.get(node, ()) if p not in seen]
    return chain


def turned_east(lines: Lines, walked: Walked) -> Chains:
    """The points of chains, each from its western end to its eastern one."""
    is_first = np.zeros(len(walked.begin), dtype=bool)
    is_first[walked.first[:-1]] = True
    step = np.sign(walked.end - walked.begin)
    begin = np.where(is_first, walked.begin, walked.begin + step)  # the last piece ended there
    counts = np.abs(walked.end - begin) + 1
    point = np.repeat(begin, counts) + np.repeat(step, counts) * within(counts)
    first = offsets(counts)[walked.first]
    flip = runs_west(lines, first, point)
    sizes = np.diff(first)
    place, turn = within(sizes), np.repeat(flip, sizes)
    place = np.where(turn, np.repeat(sizes, sizes) - 1 - place, place)
    point = point[np.repeat(first[:-1], sizes) + place]
    line = np.searchsorted(lines.first, walked.begin[walked.first[:-1]], side="right") - 1
    return Chains(first, point, lines.kind[line], flip ^ (step[walked.first[:-1]] < 0))


def runs_west(lines: Lines, first: Indices, point: Indices) -> Bools:
    """Whether chains run from east to west; a loop is judged by its second and last but one."""
    begin, end = point[first[:-1]], point[first[1:] - 1]
    loop = lines.node[begin] == lines.node[end]
    begin = np.where(loop, point[first[:-1] + 1], begin)
    end = np.where(loop, point[first[1:] - 2], end)
    west, same = lines.lon[end] < lines.lon[begin], lines.lon[end] == lines.lon[begin]
    return np.asarray(west | (same & (lines.lat[end] < lines.lat[begin])), dtype=bool)


def in_order(lines: Lines, chains: Chains) -> Chains:
    """The same chains, in an order that does not depend on how the lines came."""
    ends = (
        lines.node[chains.point[chains.first[:-1]]],
        lines.node[chains.point[chains.first[1:] - 1]],
    )
    sizes = np.diff(chains.first)
    second = lines.node[chains.point[chains.first[:-1] + 1]]  # tells parallel chains apart
    order = np.lexsort((chains.kind, sizes, second, ends[1], ends[0]))
    shift = np.repeat(chains.first[order], sizes[order])
    point = chains.point[shift + within(sizes[order])]
    return Chains(offsets(sizes[order]), point, chains.kind[order], chains.reverse[order])


def offsets(counts: Indices) -> Indices:
    """Where each group begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def within(counts: Indices) -> Indices:
    """0, 1, 2 … anew in each group."""
    return np.arange(int(counts.sum())) - np.repeat(offsets(counts)[:-1], counts)
