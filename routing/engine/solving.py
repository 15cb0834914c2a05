"""From a problem to a verified solution."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from routing.engine.clock import Clock, Record, say_nothing
from routing.engine.construction import construct, fill
from routing.engine.interruption import interruption
from routing.engine.methods import AUTO, GREEDY, SEARCH, Turn, turns
from routing.engine.objective import Score, status_of
from routing.engine.problem import Problem
from routing.engine.reasons import candidates, left_out
from routing.engine.solution import Budget, Effort, Orders, PlannedStop, Solution, Walk
from routing.engine.timetable import Tables, Timetable, is_feasible, score_of
from routing.engine.verification import verify

GREEDY_SHARE = 0.1  # of the budget at most: the compiled search fills a plan far faster
TELLING_S = 4e-5  # for each stop, to give times and reasons and to verify them: twice what it takes
ASKING_S = 4e-6  # for each stop and each walker, to tell who could serve it
LOOKING_S = 3e-8  # for each stop and each leg, to tell whether it would fit there
TELLING_SHARE = 0.3  # of the budget at most
SETTING_UP_S = 1e-8  # for each two stops


class EngineFault(AssertionError):
    """The engine made a plan that `verify` refuses: a bug; please report it with the problem."""


def solve(
    problem: Problem,
    budget: Budget | None = None,
    seed: int = 0,
    *,
    engine: str = AUTO,
    report: Callable[[float], None] = say_nothing,
) -> Solution:
    """The best plan found within the budget, by default one second; never worse than the greedy.

    `engine` is one of ENGINES: the compiled search, OR-Tools' routing library, a proof by CP-SAT,
    the greedy alone, or (auto) the search and then, from where the search has got to, the proof if
    the problem is small enough for one, or else the library; or a peer to compare with. The same
    problem, seed and number of iterations give the same plan. `report` is called now and then with
    the fraction of the budget that is used; what it raises ends the search. Cancelled, or by Ctrl-C
    in the main thread, the search ends with the best plan so far. Raises ValueError for an unknown
    engine, PeerMissing for a peer that is not installed, NotExpressible for a problem that a peer
    has no words for, and EngineFault rather than return a plan that `verify` does not accept.
    """
    budget = budget or Budget()
    with interruption() as interrupted:
        clock = Clock(budget, report, cancelled=lambda: interrupted.is_set() or budget.cancelled())
        return best_within(clock, problem, engine, seed)


def best_within(clock: Clock, problem: Problem, engine: str, seed: int) -> Solution:
    """What the methods of an engine find by turns; as `solve`."""
    tables = Tables(problem)
    best, made_by = construct(tables, clock.within(GREEDY_SHARE)), GREEDY
    efforts: list[Effort] = []
    bound: Score | None = None
    start, is_timed, held = best, clock.budget.iterations is None, score_of(tables, best)
    planned = turns(engine, tables, before_telling(tables, clock))
    for turn in planned if len(candidates(tables)) > 1 else ():
        if clock.cancelled() or (bound is not None and bound >= held):
            break
        if is_timed and turn.clock.left_s < setting_up_s(tables):
            continue
        found, effort, proved = take_turn(turn, tables, best if is_timed else start, seed)
        efforts.append(effort)
        bound = max(filter(None, (bound, proved)), default=None)
        if is_timed or turn.name != SEARCH:  # so that more iterations never undo a filling
            found = filled_up(tables, found, clock.after(1.05))
        if found != best and (reached := score_of(tables, found)) < held:
            best, made_by, held = found, turn.name, reached
    solution = describe(tables, best, made_by, bound)
    return verified(problem, replace(solution, efforts=tuple(efforts)))


def filled_up(tables: Tables, orders: Orders, late: Callable[[], bool]) -> Orders:
    """The plan with what else fits, unless that is worse: what is added may lead to nothing."""
    filled = fill(tables, orders, late)
    return (
        min(orders, filled, key=lambda each: score_of(tables, each)) if filled != orders else orders
    )


def setting_up_s(tables: Tables) -> float:
    """How long no search can be interrupted: in less time none is begun."""
    return SETTING_UP_S * len(tables.place) ** 2


def before_telling(tables: Tables, clock: Clock) -> Clock:
    """The clock, over in time to tell the plan: its times, and the reasons of what is left out."""
    seconds = clock.budget.seconds
    if not seconds:
        return clock
    stops, crew = len(tables.place), len(tables.problem.walkers)
    legs = 0 if tables.problem.is_ordering else stops
    telling_s = stops * (TELLING_S + ASKING_S * crew + LOOKING_S * legs)
    return clock.part(1 - min(TELLING_SHARE, telling_s / seconds))


def take_turn(
    turn: Turn, tables: Tables, start: Orders, seed: int
) -> tuple[Orders, Effort, Score | None]:
    """What one method makes of a plan, what it did for it, and what it has proved."""
    clock = turn.clock
    began, clock.record = time.monotonic(), Record()
    found = turn.method(tables, start, clock, seed)
    took, record = time.monotonic() - began, clock.record
    if found is None or not is_feasible(tables, found):
        found = start
    return found, Effort(turn.name, record.iterations, record.improvements, took), record.bound


def verified(problem: Problem, solution: Solution) -> Solution:
    """The solution, or EngineFault."""
    faults = verify(problem, solution).faults
    if faults:
        raise EngineFault("; ".join(faults))
    return solution


def greedy(problem: Problem) -> Solution:
    """The baseline: a valid plan in milliseconds."""
    tables = Tables(problem)
    return verified(problem, describe(tables, construct(tables), GREEDY))


def describe(tables: Tables, orders: Orders, engine: str, bound: Score | None = None) -> Solution:
    """The plan with its times, its totals and the reasons of what it leaves out.

    Where at most one stop can be served at all, the greedy plan is known to be optimal.
    """
    problem, found = tables.problem, score_of(tables, orders)
    if len(candidates(tables)) < 2:
        bound = found
    walks = tuple(timed_walk(tables, walker, order) for walker, order in enumerate(orders))
    left = left_out(tables, orders)
    return Solution(
        walks=walks,
        left_out=left,
        missed=tuple(each.stop for each in left if problem.stops[each.stop].required),
        value=problem.most_value - found.lost,
        time_s=found.time_s,
        walk_s=sum(walk.walk_s for walk in walks),
        engine=engine,
        status=status_of(problem, found, bound),
    )


def timed_walk(tables: Tables, walker: int, order: list[int]) -> Walk:
    """One walker's stops with their times."""
    times = Timetable(tables, walker, order)
    if not order:
        return Walk((), end_s=times.opens, walk_s=0)
    taken = times.breaks_taken()
    begins, breaks, stops = times.opens, [], []
    for leg, stop in enumerate(order):
        way, on_leg = times.ways[leg], times.pauses.starts(begins, taken[leg], taken[leg + 1])
        breaks += on_leg
        arrive = times.pauses.arrival(begins, way, (taken[leg], taken[leg + 1]))
        leave = times.leave[leg + 1][taken[leg + 1]]
        start = leave - tables.stops[stop].service_s
        place = tables.source[stop]
        stops.append(PlannedStop(place, way, arrive, start - arrive, start, leave))
        begins = leave
    breaks += times.pauses.starts(begins, taken[-2], taken[-1])
    end_s = times.arrive[-1][-1]
    return Walk(tuple(stops), end_s=end_s, walk_s=times.walk_s, breaks_s=tuple(breaks))
