"""Dividing units into territories: sections, regions, a draft, and the best of several anneals."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from territories.cutting.asking import Ask, Search, go_on
from territories.cutting.balancing import TOLERATED, Found, Task, balanced
from territories.cutting.drafting import draft
from territories.cutting.easing import ANNEALED, Effort, beyond, eased
from territories.cutting.errors import CutError
from territories.cutting.flows import Limits
from territories.cutting.graph import graph_of
from territories.cutting.recutting import Dealt, anew
from territories.cutting.regions import Regions, regions_of
from territories.cutting.sections import SHARES, Finder, Lines, Sections, crossings
from territories.cutting.units import Units
from territories.cutting.wishes import Wishes, checked

Ints = NDArray[np.int64]

SLACK = 0.03  # how far the mean of a bank of the river may be off, so that nobody crosses it
GIVEN_SLACK = 0.35  # the same for given boundaries
STARTS = 4
THREADS = 2


@dataclass(frozen=True)
class Cut:
    """Doors dealt into territories 0 to `territories` - 1; `labels` (n,) names each door's.

    `sections` are what was not to be divided, at most the `share` of a territory (0: buildings);
    `lines` are what the links between doors cross.
    """

    units: Units
    sections: Sections
    lines: Lines
    labels: Ints
    territories: int
    wishes: Wishes
    share: float = SHARES[0]


def divide(  # noqa: PLR0913  # each is a wish of its own that most calls leave out
    units: Units,
    *,
    k: int | None = None,
    minutes: float | None = None,
    keep: Ints | None = None,
    barriers: Sequence[BaseGeometry] = (),
    boundaries: Ints | None = None,
    locked: Sequence[int] = (),
    minimum: float | None = None,
    maximum: float | None = None,
    seed: int = 0,
    ask: Ask = go_on,
) -> Cut:
    """Deal the doors into `k` territories, or into territories of about so many `minutes`.

    Each is one piece, as even in minutes as can be, and no street section is divided (see
    `Finder`). `barriers` are lines in degrees that nobody wants to cross: rivers, railways.
    `boundaries` (n,) number each door's neighborhood or precinct, -1 for none: territories end
    there, whatever that costs in evenness. `keep` (n,) are the old territories, -1 for new doors;
    as few minutes as can be leave theirs, and those of k and above are given up. `locked` names
    old territories that stay as they are. `minimum` and `maximum` are hard limits in minutes. For
    `ask`, which may end it, see `Search`.

    The same input and seed give the same cut. O(n log n) and a fixed number of moves for each
    section. Raises CutError, which names the argument at fault.
    """
    wishes = checked(units, Wishes(k, minutes, minimum, maximum, tuple(locked)), keep, boundaries)
    count = wishes.count
    lines = lines_of(units, barriers, boundaries, keep if locked else None, wishes)
    if keep is None:
        slack = SLACK if boundaries is None else GIVEN_SLACK
        made = afresh(units, lines, count, slack, Search(seed, ask))
    else:
        made = anew(units, keep, lines, wishes, Search(seed, ask))
    labels, sections = made.found.labels, made.sections
    refuse_beyond(wishes, np.bincount(labels, sections.minutes, count).astype(float))
    return Cut(units, sections, lines, labels[sections.of_door], count, wishes, made.share)


def afresh(units: Units, lines: Lines, count: int, slack: float, search: Search) -> Dealt:
    """The doors dealt out by sections as coarse as is even enough."""
    finder = Finder(units, lines)
    best: Dealt | None = None
    for part in SHARES:
        of_door, share = finder.enough(part, count)
        if best is not None and int(of_door.max()) + 1 == len(best.sections):
            break  # they cannot be finer
        sections = finder.sections(of_door)
        found = best_of(regions_of(graph_of(sections), count, slack), search)
        if best is None or found.excess < best.found.excess:
            best = Dealt(found, sections, share)
        if found.excess == 0:
            return best
    return best or Dealt(found, sections, share)


def dealt(
    units: Units, labels: Ints, barriers: Sequence[BaseGeometry] = (), share: float = SHARES[0]
) -> Cut:
    """The doors as somebody else has dealt them, to be assessed: labels (n,) from 0 on, all used.

    `share` says how small the sections are that should not have been divided (see `Cut`).
    """
    count = int(labels.max(initial=-1)) + 1
    lines = lines_of(units, barriers, None, None, Wishes())
    finder = Finder(units, lines)
    whole = finder.of_size(share * units.total / count) if share and count else units.doors.building
    sections = finder.sections(whole)
    return Cut(units, sections, lines, labels, count, Wishes(k=count), share)


def refuse_beyond(wishes: Wishes, work: NDArray[np.float64]) -> None:
    """Raise CutError if a territory that is not locked has fewer or more minutes than it may."""
    free = np.setdiff1d(np.arange(len(work)), wishes.locked)
    if not len(free):
        return
    least, most = work[free].min(), work[free].max()
    if wishes.minimum is not None and least < wishes.minimum:
        message = f"A territory of {least:.0f} minutes is left; {wishes.minimum:.0f} are the least."
        raise CutError("minimum", message)
    if wishes.maximum is not None and most > wishes.maximum:
        message = f"A territory of {most:.0f} minutes is left; {wishes.maximum:.0f} are the most."
        raise CutError("maximum", message)


def lines_of(
    units: Units,
    barriers: Sequence[BaseGeometry],
    boundaries: Ints | None,
    keep: Ints | None,
    wishes: Wishes,
) -> Lines:
    """What each link crosses; the border of a locked territory is a boundary too."""
    links = units.links
    boundary = np.zeros(len(links), dtype=np.bool_)
    if boundaries is not None:
        boundary |= boundaries[links.tail] != boundaries[links.head]
    if keep is not None:
        held = np.where(np.isin(keep, wishes.locked), keep, -1)
        boundary |= held[links.tail] != held[links.head]
    return Lines(crossings(units, links, np.array([*barriers], dtype=object)), boundary)


def best_of(regions: Regions, search: Search) -> Found:
    """The best of several starts, each from a draft of its own."""
    k = int(regions.territories.sum())
    work = np.bincount(regions.of_node, regions.graph.minutes)
    target = np.repeat(work / regions.territories, regions.territories)
    task = Task(regions.graph, target, np.full(len(regions.of_node), -1), ask=search.ask)
    if k == 1:
        return Found(np.zeros(len(regions.of_node), dtype=np.int64), 0.0, 0.0)

    def start(number: int) -> Found:
        return balanced(task, draft(regions, number), number)

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(start, range(search.seed * STARTS, (search.seed + 1) * STARTS)))
    best = min(found, key=lambda one: one.rank)
    return eased_if_uneven(task, best, search)


def eased_if_uneven(task: Task, found: Found, search: Search) -> Found:
    """What was found, with territories beyond what is tolerated eased by their neighbours."""
    if found.excess == 0:
        return found
    limits = Limits(task.target * (1 - TOLERATED), task.target * (1 + TOLERATED))
    labels = eased(task, found.labels, limits, Effort(ANNEALED, search))
    excess = beyond(np.bincount(labels, task.graph.minutes, len(task.target)), limits)
    return Found(labels, float((excess / task.target).sum()), found.rest)
