"""Ending a search before its budget is over: by Ctrl-C, and from another thread."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from routing.engine import Budget, Problem, Stop, Walker, solve, verify, warm
from tests.routing.engine.cases import street

ROOT = Path(__file__).parents[3]

PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test in the background ignores it
import numpy as np
from routing.engine import Budget, Problem, Stop, Walker, solve, verify, warm
warm()
at = np.random.default_rng(1).integers(0, 900, ({stops}, 2))
ways = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int32)
stops = [Stop(place, place, 5, windows=((0, 2000),)) for place in range(1, {stops})]
problem = Problem(stops, [Walker(0, 0, 0, (0, 2500))], ways)
said = []
def say(used):
    if not said:
        print("searching", flush=True)
        said.append(used)
solution = solve(problem, Budget(seconds=500), engine={engine!r}, report=say)
print(verify(problem, solution).ok, solution.value > 0, flush=True)
"""


@pytest.mark.parametrize(
    ("engine", "stops"), [("auto", 80), ("search", 80), ("ortools", 80), ("proof", 45)]
)
def test_ctrl_c_ends_the_search_with_the_best_plan_so_far(engine: str, stops: int) -> None:
    """A real SIGINT to a real process, which goes on and prints what it has.

    Also within CP-SAT, which has a hold on the signal by itself, and within the library.
    """
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(engine=engine, stops=stops)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "searching\n"
        process.send_signal(signal.SIGINT)
        try:
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (said, process.returncode) == ("True True\n", 0)


@pytest.mark.parametrize("engine", ["auto", "search", "ortools"])
@pytest.mark.parametrize("budget", [Budget(seconds=500), Budget(iterations=10**9)])
def test_another_thread_ends_the_search(engine: str, budget: Budget) -> None:
    """An event set elsewhere is enough, in every method and whatever the budget counts."""
    warm()
    problem = street(*range(-600, 600, 20), shift=(0, 900), windows=((0, 800),))
    event = threading.Event()
    timer = threading.Timer(0.3, event.set)
    timer.start()
    solution = solve(problem, replace(budget, cancelled=event.is_set), engine=engine)
    timer.join()
    assert verify(problem, solution).ok
    assert solution.value > 0


@pytest.mark.parametrize("budget", [Budget(seconds=500), Budget(iterations=10**9)])
def test_another_thread_ends_a_proof(budget: Budget) -> None:
    """CP-SAT would go on for minutes; what it has by then is the plan, and its bound holds."""
    warm()
    at = np.random.default_rng(1).integers(0, 900, (45, 2))
    ways = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int32)
    stops = [Stop(place, place, 5) for place in range(1, 45)]
    problem = Problem(stops, [Walker(0, 0, 0, (0, 2500))], ways)
    event = threading.Event()
    timer = threading.Timer(0.5, event.set)
    timer.start()
    solution = solve(problem, replace(budget, cancelled=event.is_set), engine="proof")
    timer.join()
    assert verify(problem, solution).ok
    assert solution.status.startswith("bound")


def test_what_is_cancelled_from_the_start_is_a_plan_all_the_same() -> None:
    """No method has a turn; nothing that was found is lost."""
    problem = street(10, 20)
    solution = solve(problem, Budget(seconds=500, cancelled=lambda: True))
    assert verify(problem, solution).ok
    assert solution.efforts == ()


def test_ctrl_c_is_as_before_once_the_search_is_over() -> None:
    """The program's own handler is back in its place."""
    before = signal.getsignal(signal.SIGINT)
    solve(street(10, 20), Budget(iterations=5))
    assert signal.getsignal(signal.SIGINT) is before
