"""A problem's numbers as arrays for compiled code.

The nodes of n stops and m walkers are the stops, then the starts, then the ends: walker w's start
is n + w and the end n + m + w. A start and an end have the shift as their window and no service,
so that one rule holds for all nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.neighbours import find_nearest
from routing.engine.problem import UNREACHABLE
from routing.engine.stones import stepping_stones
from routing.engine.timetable import NEVER, UNLIMITED_S, Tables

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
NEIGHBOURS = 60
FEW = 24  # stops, variants counted
MANY, MANY_EACH = 250, 100  # stops, and stops for each walker
LOOKED_AT = 256  # stops at least, to tell how long ways are
LEAST_GAIN = 0.01  # of the least of all others
POWERS = (0.5, 1.25, 1.5, 2.0, 2.5, 3.0)


class Facts(NamedTuple):
    """What does not change while a plan is searched; times are seconds.

    `travel` (profiles, nodes, nodes); `opens`, `closes` (nodes, w); `service` (nodes,).
    Per stop (n,): `weight`, what leaving it out costs in the objective's seconds; `worth`, its
    value in mean values, more than all together where it is required; `gain` (powers, n), the
    worth to several powers, of all that may only come after it too; `near` (n, k), its neighbours,
    nearest first, once `know_neighbours` has been asked for them. Of stops that are variants of one
    (`timetable.Tables`) only the first and best, the `lead`, which the `others`, so many, follow,
    has a weight and a worth, and `short`, `short_worth` are what serving each of the others loses
    against it. `edges` (k,) part the day into the hours of the values: `at_hour` (n, k + 1) is the
    variant of each hour or -1, `hours` (n, 2) a variant's first and last, `begins` (n, w) the edge
    with which a window opens or -1.
    `siblings`, `earlier` and `later` are rows of stops, padded with -1: the other variants; all
    variants of a stop that must come directly before, one row for each, (n, k, v); and all that may
    only come after. `linked` says whether there are any, `varied` whether there are variants,
    `patient` whether what does not fit may come to fit once something else is served, `gaps`
    whether any way is missing, `few` whether there are variants or breaks, and so few stops that
    nothing need be estimated, `is_wide` whether stops are so many for each walker that it is
    enough to look at those near each other. `timeless` (n,): whether service, in whatever variant,
    can begin at any time of all shifts and after anything; `free_lead` (n,) whether it is the lead
    of such.
    Per walker (m,): `profile` of travel; `shift` (m, 2); `most_walk`, the longest walking;
    `allowed` (m, n), whom the walker may serve; `breaks`, their number, and of each `pause`,
    `pause_opens` and `pause_closes` (m, b).
    `pace` is about how long a well chosen stop takes, way and service.
    """

    travel: NDArray[np.int32]
    opens: Ints
    closes: Ints
    service: Ints
    weight: Ints
    worth: Reals
    gain: Reals
    near: NDArray[np.int32]
    lead: Ints
    others: Ints
    edges: Ints
    at_hour: Ints
    hours: Ints
    begins: Ints
    short: Ints
    short_worth: Reals
    siblings: NDArray[np.int32]
    earlier: NDArray[np.int32]
    later: NDArray[np.int32]
    linked: bool
    varied: bool
    patient: bool
    gaps: bool
    few: bool
    is_wide: bool
    timeless: NDArray[np.bool_]
    free_lead: NDArray[np.bool_]
    profile: Ints
    shift: Ints
    most_walk: Ints
    allowed: NDArray[np.bool_]
    breaks: Ints
    pause: Ints
    pause_opens: Ints
    pause_closes: Ints
    pace: float


def facts_of(tables: Tables) -> Facts:
    """The facts of a problem, made once for each."""
    if tables not in KNOWN:
        KNOWN[tables] = facts_anew(tables)
    return KNOWN[tables]


def facts_anew(tables: Tables) -> Facts:
    """The facts of a problem. O(n²)."""
    walkers, m = tables.problem.walkers, len(tables.problem.walkers)
    shift = np.array([walker.shift for walker in walkers], dtype=np.int64)
    travel = travel_between_nodes(tables)
    between = travel[0, : len(tables.place), : len(tables.place)]
    opens, closes = windows_of_nodes(tables, shift)
    worth = worth_of(tables)
    lead = np.array([tables.variants[stop][0] for stop in tables.source], dtype=np.int64)
    leads = lead == np.arange(len(lead))
    width = NEIGHBOURS * max(1, len(lead) // max(1, int(leads.sum())))
    siblings, earlier, later = links_of(tables)
    timeless = always_open(tables, shift)[tables.source] & (earlier < 0).all(axis=(1, 2))
    breaks, at_hour = breaks_of(tables), variants_by_hour(tables)
    limits = [UNLIMITED_S if each.most_walk_s is None else each.most_walk_s for each in walkers]
    return Facts(
        travel=travel,
        opens=opens,
        closes=closes,
        service=np.concatenate([tables.service, np.zeros(2 * m, dtype=np.int64)]),
        weight=tables.weight * leads,
        worth=worth * leads,
        gain=gains_of(tables, worth),
        near=np.full((len(lead), min(width, max(0, len(lead) - 1))), -1, dtype=np.int32),
        lead=lead,
        others=np.array([len(tables.variants[stop]) - 1 for stop in tables.source], dtype=np.int64),
        edges=np.array(tables.problem.bucket_edges, dtype=np.int64),
        at_hour=at_hour,
        hours=hours_of(at_hour),
        begins=edges_of(tables, opens[: len(lead)]),
        short=tables.weight[lead] - tables.weight,
        short_worth=worth[lead] - worth,
        siblings=siblings,
        earlier=earlier,
        later=later,
        linked=bool(siblings.size or earlier.size),
        varied=bool(siblings.size),
        gaps=tables.problem.has_gaps,
        patient=bool(earlier.size or stepping_stones(tables).size),
        few=len(lead) <= FEW and bool(siblings.size or breaks["breaks"].any()),
        is_wide=is_wide(tables),
        timeless=timeless,
        free_lead=timeless & leads,
        profile=np.array([walker.profile for walker in walkers], dtype=np.int64),
        shift=shift,
        most_walk=np.array(limits, dtype=np.int64),
        allowed=tables.allowed,
        pace=pace_of(between, tables.service),
        **breaks,
    )


def is_wide(tables: Tables) -> bool:
    """`is_wide` of the facts: not where stops wait for each other or are reached over others."""
    stops, crew = len(tables.problem.stops), len(tables.problem.walkers)
    bound = tables.problem.has_gaps or any(tables.successors) or stepping_stones(tables).size
    return stops >= max(MANY, MANY_EACH * crew) and not bound


KNOWN: WeakKeyDictionary[Tables, Facts] = WeakKeyDictionary()  # facts stay while the tables do


def links_of(tables: Tables) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """`siblings`, `earlier` and `later` of the facts."""
    variants, source = tables.variants, tables.source
    siblings = [[at for at in variants[stop] if at != each] for each, stop in enumerate(source)]
    earlier = [[variants[stop] for stop in stops] for stops in tables.predecessors]
    most = max((len(stops) for stops in earlier), default=0)
    rows = [row for stops in earlier for row in [*stops, *[[]] * (most - len(stops))]]
    wide = padded(rows)
    return (
        padded(siblings),
        wide.reshape(len(source), most, wide.shape[1]),
        padded(tables.successors),
    )


def padded(rows: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """Rows of one length, the shorter ones filled up with -1."""
    width = max((len(row) for row in rows), default=0)
    made = np.full((len(rows), width), -1, dtype=np.int32)
    if not width:
        return made
    for at, row in enumerate(rows):
        made[at, : len(row)] = row
    return made


def breaks_of(tables: Tables) -> dict[str, Ints]:
    """What the facts say of breaks."""
    crew = [walker.breaks for walker in tables.problem.walkers]
    most = max(len(breaks) for breaks in crew)
    rows = [
        [(each.pause_s, *each.window) for each in breaks] + [(0, 0, 0)] * (most - len(breaks))
        for breaks in crew
    ]
    told = np.array(rows, dtype=np.int64).reshape(len(crew), most, 3)
    names = ("pause", "pause_opens", "pause_closes")
    found = {name: np.ascontiguousarray(told[:, :, at]) for at, name in enumerate(names)}
    return {"breaks": np.array([len(breaks) for breaks in crew], dtype=np.int64), **found}


def gains_of(tables: Tables, worth: Reals) -> Reals:
    """`gain` of the facts. By the last power stepping stones go in, where nothing else fits."""
    gains = np.array([gain_of(tables, worth) ** power for power in POWERS])
    stones = stepping_stones(tables)
    if stones.size:
        gains[-1, stones] = LEAST_GAIN * gains[-1][gains[-1] > 0].min(initial=1.0)
    return gains


def gain_of(tables: Tables, worth: Reals) -> Reals:
    """The worth of each stop together with all that may only come after it."""
    if not any(tables.successors):
        return worth
    gain = worth.copy()
    for stop, later in enumerate(tables.successors):
        best = {tables.source[other]: worth[other] for other in reversed(later)}
        gain[stop] += sum(best.values())
    return gain


def travel_between_nodes(tables: Tables) -> NDArray[np.int32]:
    """The travel matrices of the places, spread out to nodes: (profiles, nodes, nodes)."""
    ends = [tables.ends_of(walker) for walker in range(len(tables.problem.walkers))]
    starts, targets = np.array(ends, dtype=np.int64).T
    places = np.concatenate([tables.place, starts, targets])
    first, *others = [tables.ways(each, places, places) for each in range(tables.profiles)]
    return np.stack([first, *others]) if others else first[None]


def windows_of_nodes(tables: Tables, shift: Ints) -> tuple[Ints, Ints]:
    """Opens and closes of all nodes, (nodes, w) each."""
    opens, closes = tables.windows
    width = opens.shape[1]
    shifts = [np.tile(side[:, None], (2, width)) for side in shift.T]
    return np.concatenate([opens, shifts[0]]), np.concatenate([closes, shifts[1]])


def variants_by_hour(tables: Tables) -> Ints:
    """Which variant of each stop holds in each hour, -1 for none: (n, hours)."""
    hours = 1 + len(tables.problem.bucket_edges)
    found = np.full((len(tables.stops), hours), -1, dtype=np.int64)
    for at, source in enumerate(tables.source):
        values = tables.problem.stops[source].values
        for hour in range(hours):
            same = [
                v for v in tables.variants[source] if tables.value[v] == values[hour % len(values)]
            ]
            found[at, hour] = same[0] if same else -1
    return found


def hours_of(at_hour: Ints) -> Ints:
    """The first and the last hour of each variant, if it has any: (n, 2)."""
    holds = at_hour == np.arange(len(at_hour))[:, None]
    first, last = holds.argmax(axis=1), holds.shape[1] - 1 - holds[:, ::-1].argmax(axis=1)
    return np.stack([first, last], axis=1).astype(np.int64)


def edges_of(tables: Tables, opens: Ints) -> Ints:
    """The number of the edge with which each window opens, or -1: (n, w)."""
    edges = list(tables.problem.bucket_edges)
    found = [[edges.index(each) if each in edges else -1 for each in row] for row in opens.tolist()]
    return np.array(found, dtype=np.int64).reshape(opens.shape)


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of whole seconds in order, those that touch joined."""
    found: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if found and opens <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found


def always_open(tables: Tables, shift: Ints) -> NDArray[np.bool_]:
    """Which of the problem's stops are open, in one variant or another, during all shifts."""
    begins, ends = shift.min(), shift.max()
    found = np.ones(len(tables.variants), dtype=np.bool_)
    for stop, group in enumerate(tables.variants):
        windows = [tables.stops[each].windows for each in group]
        if all(windows):
            spans = merged([span for each in windows for span in each])
            found[stop] = any(a <= begins and ends <= b for a, b in spans)
    return found


def worth_of(tables: Tables) -> Reals:
    """The stops' values in units of their mean; a required stop is worth more than all others."""
    value = tables.value.astype(np.float64)
    if value.any():
        value /= value[value > 0].mean()
    required = np.array([stop.required for stop in tables.stops], dtype=np.float64)
    worth: Reals = value + required * (1 + len(value) + value.sum())
    return worth


def pace_of(travel: NDArray[np.int32], service: Ints) -> float:
    """A mean service and a mean way to one of the five nearest stops, at least a second.

    Of many stops only every so many-th is looked at.
    """
    travel = travel[:: max(1, len(travel) // LOOKED_AT)]
    few = np.partition(travel, 5, axis=1)[:, :6] if travel.shape[1] > 6 else travel
    ways = np.sort(few, axis=1)[:, 1:6].astype(np.float64)
    ways = ways[ways < UNREACHABLE]
    way = ways.mean() if ways.size else 0.0
    return max(1.0, float(way + (service.mean() if service.size else 0.0)))


@lean
def know_neighbours(facts: Facts, stop: int) -> None:
    """Find a stop's `near`, by the better of there and back, unless that is done. O(n)."""
    near = facts.near[stop]
    if near.size and near[0] < 0:
        n, travel = facts.near.shape[0], facts.travel[0]
        find_nearest(travel[stop, :n], travel[:n, stop], stop, near)


@lean
def earliest_start(opens: Ints, closes: Ints, at: int) -> int:
    """When service can begin for somebody who arrives at `at`; NEVER after the last window."""
    for window in range(closes.size):
        if at <= closes[window]:
            return max(at, int(opens[window]))
    return NEVER


@lean
def latest_start(opens: Ints, closes: Ints, at: int) -> int:
    """The last time not after `at` at which service can begin; -1 if there is none."""
    for window in range(opens.size - 1, -1, -1):
        if opens[window] <= at:
            return min(at, int(closes[window]))
    return -1
