"""A season's evening: how many routes a second, and how good, when everybody's shift is planned.

    python -m benchmarks.season --shifts 50 --stops 150 --seconds 0.13 --processes 2

plans seeded evenings in a suburb of streets and avenues, each shift in one of the processes as the
workers do it, and then some of them again with `--reference` seconds each, to see what the short
budget loses. FILE names problems of one's own instead: `manage.py dump_problem` writes them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import InstanceError, read_instance
from routing.engine import Budget, Problem, Solution, Stop, Walker, solve, verify, warm

SHIFT_S = 4 * 3600
DOOR_S = 90
AGREED_S = 900  # either way
AVENUES_M, STREETS_M, DOORS_M = 220.0, 80.0, 18.0
CROSSING_S, SETBACK_S, PACE_M_S = 8.0, 6.0, 4.8 / 3.6
VALUES = (15, 15, 15, 15, 15, 12, 12, 12, 6, 6, 2, 30)  # mostly fresh doors: see docs/concepts.md


@dataclass(frozen=True)
class Job:
    """One shift to plan."""

    problem: Problem
    seconds: float
    seed: int


def evening(stops: int, seed: int) -> Problem:
    """A rep's candidates in a suburb, three of them with an agreed time; the car stands among them.

    Streets run east, 80 m apart, avenues north, 220 m apart; doors stand along the streets on both
    sides. About three quarters of the doors there are candidates.
    """
    draw = np.random.default_rng(seed)
    rows = max(2, round(np.sqrt(stops / 9)))
    width_m = DOORS_M * stops / (1.5 * rows)
    slots = [
        (DOORS_M * at, row, side)
        for row in range(rows)
        for side in (0, 1)
        for at in range(int(width_m / DOORS_M))
    ]
    chosen = draw.choice(len(slots), size=min(stops, len(slots)), replace=False)
    doors = np.array([slots[at] for at in np.sort(chosen)])
    start = np.array([[width_m * draw.random(), draw.integers(rows), 0]])
    travel = walk_s(np.concatenate([start, doors]))
    values = draw.choice(VALUES, len(doors))
    made = [Stop(at, at + 1, int(value), DOOR_S) for at, value in enumerate(values)]
    for at in draw.choice(len(made), 3, replace=False):
        due = int(draw.integers(AGREED_S, SHIFT_S - 2 * AGREED_S))
        window = (due - AGREED_S, due + AGREED_S)
        made[at] = Stop(int(at), int(at) + 1, 60, DOOR_S, (window,), required=True)
    return Problem(made, [Walker(0, 0, 0, (0, SHIFT_S))], travel)


def walk_s(doors: NDArray[np.float64]) -> NDArray[np.int32]:
    """Seconds between doors (metres east, street, side): along the streets and the best avenue."""
    east, street, side = doors.T
    avenues = np.arange(0.0, east.max() + AVENUES_M, AVENUES_M)
    over = np.abs(east[:, None] - avenues)
    by_avenue = (over[:, None, :] + over[None, :, :]).min(axis=2)
    same = street[:, None] == street
    along = np.where(same, np.abs(east[:, None] - east), by_avenue)
    metres = along + STREETS_M * np.abs(street[:, None] - street)
    crossing = CROSSING_S * (side[:, None] != side) + 2 * SETBACK_S
    seconds: NDArray[np.int32] = np.rint(metres / PACE_M_S + crossing).astype(np.int32)
    np.fill_diagonal(seconds, 0)
    return seconds


def plan(job: Job) -> tuple[Solution, float]:
    """One shift, verified, and the processor seconds that it took."""
    began = time.process_time()
    solution = solve(job.problem, Budget(seconds=job.seconds), job.seed)
    took = time.process_time() - began
    if verify(job.problem, solution).faults:
        raise AssertionError(verify(job.problem, solution).faults[0])
    return solution, took


def planned(
    pool: ProcessPoolExecutor, problems: Sequence[Problem], seconds: float
) -> Iterator[tuple[Solution, float]]:
    """All shifts, in order, in the processes of the pool."""
    return pool.map(plan, [Job(problem, seconds, seed) for seed, problem in enumerate(problems)])


def main(arguments: Sequence[str]) -> int:
    """Plan the evening and print what came of it; returns the exit status."""
    asked = parser().parse_args(arguments)
    try:
        problems = [read_instance(path).problem for path in asked.files]
    except (InstanceError, OSError) as error:
        print(f"benchmarks.season: {error}", file=sys.stderr)
        return 1
    problems = problems or [evening(asked.stops, seed) for seed in range(asked.shifts)]
    with ProcessPoolExecutor(asked.processes, initializer=warm) as pool:
        list(planned(pool, problems[:1] * asked.processes, 0.05))
        began = time.perf_counter()
        quick = list(planned(pool, problems, asked.seconds))
        took = time.perf_counter() - began
        again = list(planned(pool, problems[: asked.sample], asked.reference))
    print_figures(asked, quick, again, took)
    return 0


def print_figures(
    asked: argparse.Namespace,
    quick: Sequence[tuple[Solution, float]],
    again: Sequence[tuple[Solution, float]],
    took: float,
) -> None:
    """What was reached."""
    busy = sum(seconds for _, seconds in quick)
    missed = sum(len(solution.missed) for solution, _ in quick)
    print(f"{len(quick)} shifts of {asked.seconds:g} s in {took:.2f} s: {len(quick) / took:.1f}/s")
    print(f"{busy / len(quick):.3f} processor seconds a route; agreed times missed: {missed}")
    gaps = [
        1 - short.value / max(1, long.value)
        for (short, _), (long, _) in zip(quick, again, strict=False)
    ]
    if gaps:
        middle, mean = statistics.median(gaps), statistics.mean(gaps)
        print(f"against {asked.reference:g} s on {len(gaps)} of them:")
        print(f"median {middle:.2%}, mean {mean:.2%}, worst {max(gaps):.2%} less value")


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    made = argparse.ArgumentParser(
        "python -m benchmarks.season",
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("files", nargs="*", type=Path, metavar="FILE", help="problems of one's own")
    made.add_argument("--shifts", type=int, default=50)
    made.add_argument("--stops", type=int, default=150, help="candidates of each shift")
    made.add_argument("--seconds", type=float, default=0.13, help="the budget of each shift")
    made.add_argument("--processes", type=int, default=2)
    made.add_argument("--reference", type=float, default=5.0, help="seconds for a good plan")
    made.add_argument("--sample", type=int, default=10, help="shifts that get the good plan too")
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
