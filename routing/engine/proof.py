"""One walker and few stops: CP-SAT proves the best plan, or bounds how much better one could be.

The walk is a circuit over the walker and the stops, and a stop that is left out is a loop at itself
(`AddCircuit`: Perron, Didier and Gay 2023, The CP-SAT-LP solver, doi:10.4230/LIPIcs.CP.2023.3);
a way taken puts the times of its ends in order. The plan so far is the hint. First the value is
maximised, then, once that is proved, the time is minimised with the value held.
"""

from __future__ import annotations

from typing import Any, Final

from ortools.sat.python import cp_model

from routing.engine.circuit import Circuit, least_by_room, most_by_room
from routing.engine.clock import Clock
from routing.engine.objective import Score
from routing.engine.proving import solved
from routing.engine.reasons import candidates
from routing.engine.solution import Orders
from routing.engine.timetable import Tables

MOST_STOPS: Final = 50
LEAST_S: Final = 0.1  # in less there is hardly time for the model
ENDING_S: Final = 0.03  # kept for CP-SAT to notice that its time is over
STEADY_S: Final = 0.0002  # CP-SAT's deterministic seconds for each iteration that is asked for


def can_prove(tables: Tables) -> bool:
    """Whether a proof can be hoped for: one walker, at most MOST_STOPS stops, nothing special."""
    one = len(tables.problem.walkers) == 1
    return one and tables.is_plain and 2 <= len(candidates(tables)) <= MOST_STOPS


def prove(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """The best walk found from `start`, a valid plan; what is proved goes on record.

    None where there is no hope, or no time.
    """
    if not can_prove(tables) or clock.left_s < LEAST_S:
        return None
    circuit = Circuit(tables.problem, candidates(tables).tolist())
    best, most = start[0], most_by_room(circuit)
    clock.record.bound = bound_of(circuit, most, 0)
    if circuit.worth_of(best) < most:
        best, bound = run(circuit, circuit.most_worth(best), best, (clock, seed))
        most = most if bound is None else min(most, bound)
        clock.record.bound = bound_of(circuit, most, 0)
    if circuit.worth_of(best) == most:
        least = least_by_room(circuit, most)
        best, bound = run(circuit, circuit.least_time(best), best, (clock, seed))
        clock.record.bound = bound_of(circuit, most, max(least, bound or 0))
    return [best]


def run(
    circuit: Circuit, model: Any, best: list[int], effort: tuple[Clock, int]
) -> tuple[list[int], int | None]:
    """The best walk found, `best` without any, and the bound on what the model asks for.

    One thread, so that it repeats itself. Looking for symmetries and probing never paid.
    """
    clock, seed = effort
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.linearization_level = 2
    solver.parameters.symmetry_level = 0
    solver.parameters.cp_model_probing_level = 0
    if clock.budget.iterations is None:
        solver.parameters.max_time_in_seconds = max(0.0, clock.left_s - ENDING_S)
    else:
        solver.parameters.max_deterministic_time = STEADY_S * clock.budget.iterations
    state = solved(solver, model, clock)
    if state not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return best, None  # what CP-SAT calls a bound then may be none
    return circuit.order(solver), round(solver.best_objective_bound)


def bound_of(circuit: Circuit, worth: int, time_s: int) -> Score:
    """The score that none is better than, if no plan has more worth and none takes less time."""
    stops = circuit.problem.stops
    served, value = divmod(worth, circuit.required_worth)
    value_of_all = circuit.problem.most_value
    required = sum(stop.required for stop in stops)
    return Score(max(0, required - served), value_of_all - min(value, value_of_all), time_s)
