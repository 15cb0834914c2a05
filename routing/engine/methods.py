"""The engines: each improves a plan within a budget, for the kinds of problem that it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from routing.engine.annealing import HOT
from routing.engine.clock import Clock, Record, marks, moments
from routing.engine.construction import construct
from routing.engine.facts import FEW
from routing.engine.library_plans import select, shortest_tour
from routing.engine.ordering import shortest_order
from routing.engine.orienteering import orienteer
from routing.engine.peers import PYVRP, VROOM, solve_with_pyvrp, solve_with_vroom
from routing.engine.proof import can_prove, prove
from routing.engine.search import search
from routing.engine.simplified import realised, simplified
from routing.engine.solution import Orders
from routing.engine.stones import stepping_stones
from routing.engine.timetable import Tables, is_feasible, score_of

Method = Callable[[Tables, Orders, Clock, int], Orders | None]

AUTO, SEARCH, LIBRARY, PROOF, GREEDY = "auto", "search", "ortools", "proof", "greedy"
SIMPLE_SHARE: Final = 0.3  # of the search's time, for the problem without pauses and hours
WARM: Final = 0.2  # where the search of hours goes on from that plan; hotter it would lose it
SEARCH_SHARE: Final = 0.8  # of the budget, where the library goes on from what the search has found
FIRST_PROOF_S: Final = 0.5  # when a proof is first tried: where one can be hoped for, the search is
PROOF_GROWTH: Final = 4  # long at its end. So many times as long until it is tried again
MODEL_S: Final = 4e-6  # for each way, so that its model takes no more than half of its share
LEAST_FOR_LIBRARY_S: Final = 0.75  # in less its model would take the time of its search


def by_search(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What the compiled searches find: begun, where there is one, with a simplified problem."""
    problem = simplified(tables.problem) if len(tables.stops) > FEW else None
    if problem is None:
        return by_one_search(tables, start, clock, seed)
    simple = Tables(problem)
    begun = construct(simple, clock.after(SIMPLE_SHARE))

    def simply(part: Clock) -> Orders:
        """The simplified problem's plan, as far as it holds here."""
        found = by_one_search(simple, begun, part, seed) or begun
        sources = [[simple.source[stop] for stop in order] for order in found]
        return realised(tables, sources)

    if clock.budget.iterations is None:
        found = simply(clock.part(SIMPLE_SHARE))
        heat = HOT if any(walker.breaks for walker in tables.problem.walkers) else WARM
        return by_one_search(tables, better(tables, start, found), clock, seed, heat)
    found = by_one_search(tables, start, clock, seed) or start
    for mark in marks(clock.budget.iterations):
        found = better(tables, found, simply(clock.counting(mark)))
    return found


def better(tables: Tables, one: Orders, other: Orders) -> Orders:
    """The better of two plans; the first where they are equal."""
    return min(one, other, key=lambda each: score_of(tables, each))


def by_one_search(
    tables: Tables, start: Orders, clock: Clock, seed: int, heat: float = HOT
) -> Orders | None:
    """What the compiled search for this kind of problem finds; one with hours begins at `heat`."""
    if is_ordering(tables, start):
        return shortest_order(tables, clock, seed)
    if is_orienteering(tables):
        return orienteer(tables, start, clock, seed)
    return search(tables, start, clock, seed, heat)


def by_library(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What OR-Tools' routing library finds; None if it finds nothing."""
    if is_ordering(tables, start):
        return shortest_tour(tables, clock, seed)
    return select(tables, start, clock, seed)


def is_ordering(tables: Tables, start: Orders) -> bool:
    """Whether only the order is open: the plan has all stops already."""
    return tables.problem.is_ordering and len(start[0]) == len(tables.problem.stops)


def is_orienteering(tables: Tables) -> bool:
    """Whether walkers, alike but for their shifts, choose among stops bound to nothing."""
    limited = any(each.breaks or each.most_walk_s is not None for each in tables.problem.walkers)
    alike = len({each.profile for each in tables.problem.walkers}) == 1 and tables.allowed.all()
    bound = any(stop.windows or stop.required or stop.after for stop in tables.stops)
    return bool(alike and not limited and not bound and not stepping_stones(tables).size)


PEERS: Final[dict[str, Method]] = {PYVRP: solve_with_pyvrp, VROOM: solve_with_vroom}
OWN: Final[dict[str, Method]] = {SEARCH: by_search, LIBRARY: by_library, PROOF: prove}
METHODS: Final[dict[str, Method]] = {**OWN, **PEERS}
ENGINES: Final = (AUTO, *METHODS, GREEDY)


def leaves_nothing(tables: Tables) -> bool:
    """Whether the library never found more after the search: of an order, or of a plain problem.

    In 64 runs of plain problems with one and two walkers the search alone brought less than with
    the library in its last fifth once, and more five times.
    """
    return tables.problem.is_ordering or tables.is_plain


def after_search(method: Method) -> Method:
    """The method, going on from where the search gets to within the same clock."""

    def go_on(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
        found = by_search(tables, start, replace(clock, record=Record()), seed)
        begun = found if found is not None and is_feasible(tables, found) else start
        return method(tables, begun, clock, seed)

    return go_on


METHODS_AFTER_SEARCH: Final = {name: after_search(OWN[name]) for name in (LIBRARY, PROOF)}


@dataclass(frozen=True)
class Turn:
    """A method's turn: its name, what it does, and the clock that it has to keep."""

    name: str
    method: Method
    clock: Clock


def turns(engine: str, tables: Tables, clock: Clock) -> list[Turn]:
    """The turns of an engine's methods, one after the other.

    Raises ValueError for an engine that does not exist.
    """
    if engine not in ENGINES:
        raise ValueError(f"There is no engine {engine!r}; there are {', '.join(ENGINES)}.")
    if engine != AUTO:
        return [Turn(engine, METHODS[engine], clock)] if engine in METHODS else []
    second = second_method(tables, clock)
    if second is None:
        return [Turn(SEARCH, by_search, clock)]
    if clock.budget.iterations is None:
        return proofs(clock) if second == PROOF else library_last(tables, clock)
    counted = [clock.counting(mark) for mark in marks(clock.budget.iterations)]
    return [
        Turn(SEARCH, by_search, clock),
        *(Turn(second, METHODS_AFTER_SEARCH[second], each) for each in counted),
    ]


def proofs(clock: Clock) -> list[Turn]:
    """The search, and at fixed times a proof that may take as long as all before it has taken."""
    found = []
    for begins_s in moments(FIRST_PROOF_S, PROOF_GROWTH, clock.budget.seconds):
        found.append(Turn(SEARCH, by_search, clock.until(begins_s)))
        found.append(Turn(PROOF, prove, clock.until(2 * begins_s)))
    return [*found, Turn(SEARCH, by_search, clock)]


def library_last(tables: Tables, clock: Clock) -> list[Turn]:
    """The search, for no less time than in any smaller budget, and then the library."""
    share = max(SEARCH_SHARE, least_for_library(tables) / clock.budget.seconds)
    return [
        Turn(SEARCH, by_search, clock.part(share)),
        Turn(LIBRARY, by_library, clock),
    ]


def least_for_library(tables: Tables) -> float:
    """In less than so many seconds the library has no turn."""
    return max(LEAST_FOR_LIBRARY_S, MODEL_S * len(tables.place) ** 2)


def second_method(tables: Tables, clock: Clock) -> str | None:
    """What has a turn after the search, if there is time for it and something to be hoped for."""
    if clock.left_s >= FIRST_PROOF_S and can_prove(tables):
        return PROOF
    if clock.left_s < least_for_library(tables) or leaves_nothing(tables):
        return None
    return LIBRARY
