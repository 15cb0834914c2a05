"""Which stops, by which walker, in which order. Pure: arrays and frozen dataclasses in and out.

>>> problem = Problem(stops, walkers, travel_s)
>>> solution = solve(problem, budget=Budget(seconds=1.0), seed=0)
>>> report = verify(problem, solution)

Times are whole seconds from an origin of the caller's choice. The objective is, in this order:
required stops served, then value, then time; see `objective`.
"""

from routing.engine.methods import ENGINES, PEERS
from routing.engine.objective import Score
from routing.engine.peers import NotExpressible, PeerMissing, is_installed
from routing.engine.problem import UNREACHABLE, Break, Problem, ProblemError, Stop, Walker
from routing.engine.problem_files import from_json, to_json
from routing.engine.solution import Budget, Effort, LeftOut, PlannedStop, Reason, Solution, Walk
from routing.engine.solving import EngineFault, greedy, solve
from routing.engine.verification import Report, verify
from routing.engine.warming import is_compiled, warm

__all__ = [
    "ENGINES",
    "PEERS",
    "UNREACHABLE",
    "Break",
    "Budget",
    "Effort",
    "EngineFault",
    "LeftOut",
    "NotExpressible",
    "PeerMissing",
    "PlannedStop",
    "Problem",
    "ProblemError",
    "Reason",
    "Report",
    "Score",
    "Solution",
    "Stop",
    "Walk",
    "Walker",
    "from_json",
    "greedy",
    "is_compiled",
    "is_installed",
    "solve",
    "to_json",
    "verify",
    "warm",
]
