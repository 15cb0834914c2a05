"""How good the route engine is on published instances: value, gap to the best known, seconds.

    python -m benchmarks.routing c101.txt pr01.txt --walkers 2 --seconds 1 --json out.jsonl

One JSON object a line for each instance: `routes` holds each walker's points by their position in
the file, counted from zero, without the start, so that anyone can check the value. `value` is the
sum of the scores, the start's included; for an order of all points (TSPLIB) it is the length of the
tour, and less is better.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from benchmarks.instances import Instance, InstanceError, read_instance
from routing.engine import ENGINES, Budget, Solution, solve, verify, warm


@dataclass(frozen=True)
class Outcome:
    """What an engine made of an instance; `gap` is the share lost against the best known."""

    instance: Instance
    solution: Solution
    seconds: float
    gap: float | None

    def to_json(self) -> dict[str, Any]:
        """The line of the instance."""
        walks = self.solution.walks
        return {
            "instance": self.instance.name,
            "value": value_of(self.instance, self.solution),
            "seconds": round(self.seconds, 3),
            "engine": self.solution.engine,
            "status": self.solution.status,
            "gap": self.gap,
            "routes": [[planned.stop + 1 for planned in walk.stops] for walk in walks],
        }


def value_of(instance: Instance, solution: Solution) -> int:
    """The figure that published results are in."""
    if instance.is_ordering:
        return solution.walk_s
    return solution.value + instance.start_value


def gap_of(instance: Instance, value: int, best: int | None) -> float | None:
    """The share lost against the best known value, 0.01 being one percent."""
    if not best:
        return None
    return value / best - 1 if instance.is_ordering else 1 - value / best


def main(arguments: Sequence[str]) -> int:
    """Run the instances that the command line names; returns the exit status."""
    asked = parser().parse_args(arguments)
    known = json.loads(asked.best_known.read_text(encoding="utf-8")) if asked.best_known else {}
    warm()
    try:
        with output(asked.json) as lines:
            outcomes = []
            for outcome in outcomes_of(asked, known):
                print(json.dumps(outcome.to_json()), file=lines, flush=True)
                outcomes.append(outcome)
    except (InstanceError, OSError) as error:
        print(f"benchmarks.routing: {error}", file=sys.stderr)
        return 1
    Console(stderr=True).print(table(outcomes, asked))
    return 0


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    made = argparse.ArgumentParser(
        "python -m benchmarks.routing",
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("files", nargs="+", type=Path, metavar="FILE")
    made.add_argument("--walkers", type=int, default=1, help="for the team instances")
    made.add_argument("--seconds", type=float, default=1.0, help="the budget of each instance")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    made.add_argument("--json", type=Path, metavar="OUT", help="instead of the standard output")
    made.add_argument(
        "--best-known", type=Path, metavar="FILE", help="JSON: family → instance → value"
    )
    return made


@contextmanager
def output(path: Path | None) -> Iterator[TextIO]:
    """The file that the lines go to; the standard output without one."""
    if path is None:
        yield sys.stdout
        return
    with path.open("w", encoding="utf-8") as file:
        yield file


def outcomes_of(asked: argparse.Namespace, known: dict[str, Any]) -> Iterator[Outcome]:
    """One outcome after the other, each checked by the verifier."""
    for path in asked.files:
        instance = read_instance(path, asked.walkers)
        started = time.perf_counter()
        solution = solve(
            instance.problem, Budget(seconds=asked.seconds), asked.seed, engine=asked.engine
        )
        seconds = time.perf_counter() - started
        faults = verify(instance.problem, solution).faults
        if faults:
            raise InstanceError(f"{instance.name}: {faults[0]}")
        best = best_known(known, instance, asked.walkers)
        gap = gap_of(instance, value_of(instance, solution), best)
        yield Outcome(instance, solution, seconds, gap)


def best_known(known: dict[str, Any], instance: Instance, walkers: int) -> int | None:
    """The best known value of an instance for so many walkers, if the file tells it."""
    name = instance.name
    if instance.is_ordering:
        found: int | None = known.get("tsp", {}).get(name)
        return found
    if known.get("toptw_all_served_walkers", {}).get(name) == walkers:
        return sum(stop.value for stop in instance.problem.stops)
    single = {**known.get("optw_one_walker", {}), **known.get("op", {})} if walkers == 1 else {}
    return single.get(name, single.get(name.partition("-")[0]))


def table(outcomes: Sequence[Outcome], asked: argparse.Namespace) -> Table:
    """The outcomes with the median of their gaps."""
    title = f"{asked.engine}, {asked.walkers} walkers, {asked.seconds:g} s, seed {asked.seed}"
    made = Table(title=title, title_justify="left", header_style="")
    for column in ("instance", "stops", "value", "gap", "seconds", "status"):
        made.add_column(column, justify="left" if column in ("instance", "status") else "right")
    for outcome in outcomes:
        made.add_row(
            outcome.instance.name,
            str(len(outcome.instance.problem.stops)),
            str(value_of(outcome.instance, outcome.solution)),
            "-" if outcome.gap is None else f"{outcome.gap:.2%}",
            f"{outcome.seconds:.2f}",
            outcome.solution.status,
        )
    gaps = [outcome.gap for outcome in outcomes if outcome.gap is not None]
    made.add_section()
    made.add_row("median", "", "", f"{statistics.median(gaps):.2%}" if gaps else "-", "", "")
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
