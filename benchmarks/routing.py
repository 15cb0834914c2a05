"""How good the route engine is on published instances: value, gap to the best known, seconds.

    python -m benchmarks.routing c101.txt pr01.txt --walkers 2 --seconds 1 --peers --json out.jsonl

One JSON object a line for each instance, and with `--peers` for each installed peer (PyVRP, VROOM)
on it: `routes` holds each walker's points by their position in the file, counted from zero, without
the start, so that anyone can check the value. `value` is the sum of the scores, the start's
included; for an order of all points (TSPLIB) it is the length of the tour, with the waits if there
are any, and less is better.
FILE may also be a problem of one's own: `manage.py dump_problem` writes that of a shift; its routes
hold the ids of its stops. Or it is `made:FAMILY:SEED`, made up: see benchmarks/families.py.
`--evening STOPS` makes up one of those of benchmarks/season.py.

    python -m benchmarks.routing c101.txt --evening 120 --evening 300 --pause 900 --buckets --peers

asks the same of a shift with a pause of so many seconds, with values that follow the hour, or both:
first as the problem is, which tells the pace and, valued by the hour, what is to be beaten, then
so. The peers know neither, so that `--peers` then means OR-Tools' routing library.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.instances import Instance, InstanceError, read_instance
from benchmarks.season import evening
from benchmarks.twists import value_in, with_hours, with_pause
from routing.engine import (
    ENGINES,
    PEERS,
    Budget,
    NotExpressible,
    PeerMissing,
    Problem,
    Solution,
    Stop,
    Walker,
    is_installed,
    solve,
    verify,
    warm,
)
from routing.engine.methods import LIBRARY


@dataclass(frozen=True)
class Outcome:
    """What an engine made of an instance; `best` is the best known value, if any is.

    `pace` is the number of iterations in a second of the processor.
    """

    instance: Instance
    engine: str
    solution: Solution
    seconds: float
    best: int | None
    pace: float = 0.0

    @property
    def value(self) -> int:
        """The figure that published results are in."""
        if self.instance.is_ordering:
            return self.solution.time_s - sum(
                stop.service_s for stop in self.instance.problem.stops
            )
        return self.solution.value + self.instance.start_value

    def gap(self, best: int | None) -> float | None:
        """The share lost against a value, 0.01 being one percent."""
        if not best:
            return None
        share = self.value / best
        return share - 1 if self.instance.is_ordering else 1 - share

    def to_json(self) -> dict[str, Any]:
        """The line of the instance; `made_by` says which part of the engine found the plan."""
        stops = self.instance.problem.stops
        walks = self.solution.walks
        return {
            "instance": self.instance.name,
            "value": self.value,
            "seconds": round(self.seconds, 3),
            "iterations_per_cpu_s": round(self.pace),
            "engine": self.engine,
            "made_by": self.solution.engine,
            "status": self.solution.status,
            "gap": self.gap(self.best),
            "walkers": len(walks),
            "routes": [[stops[planned.stop].id for planned in walk.stops] for walk in walks],
        }


def main(arguments: Sequence[str]) -> int:
    """Run the instances that the command line names; returns the exit status."""
    asked = parser().parse_args(arguments)
    known = json.loads(asked.best_known.read_text(encoding="utf-8")) if asked.best_known else {}
    try:
        warm_up(engines(asked))
        with output(asked.json) as lines:
            outcomes = []
            for outcome in outcomes_of(asked, known):
                print(json.dumps(outcome.to_json()), file=lines, flush=True)
                outcomes.append(outcome)
    except (InstanceError, PeerMissing, NotExpressible, OSError) as error:
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
    made.add_argument("files", nargs="*", type=Path, metavar="FILE")
    made.add_argument("--evening", type=int, action="append", default=[], metavar="STOPS")
    made.add_argument("--pause", type=int, default=0, metavar="S", help="give everybody a pause")
    made.add_argument("--buckets", action="store_true", help="let values follow the hour")
    made.add_argument("--walkers", type=int, default=1, help="for the team instances")
    made.add_argument("--seconds", type=float, default=1.0, help="the budget of each instance")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    made.add_argument("--peers", action="store_true", help="run the installed peers too")
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


def engines(asked: argparse.Namespace) -> list[str]:
    """The engine that was asked for, and the peers with it."""
    others = [LIBRARY] if is_twisted(asked) else [peer for peer in PEERS if is_installed(peer)]
    return list(dict.fromkeys([asked.engine, *(others if asked.peers else [])]))


def is_twisted(asked: argparse.Namespace) -> bool:
    """Whether a pause or values by the hour are asked for."""
    return bool(asked.pause or asked.buckets)


def warm_up(names: Sequence[str]) -> None:
    """Compile and import everything before the clock runs. Raises PeerMissing."""
    warm()
    problem = Problem(
        [Stop(0, 0, 1), Stop(1, 0, 1)], [Walker(0, 0, 0, (0, 1))], np.zeros((1, 1), dtype=np.int32)
    )
    for name in names:
        solve(problem, Budget(seconds=0.01), engine=name)


def outcomes_of(asked: argparse.Namespace, known: dict[str, Any]) -> Iterator[Outcome]:
    """One outcome after the other, each checked by the verifier."""
    for plain in instances(asked):
        best = best_known(known, plain, asked.walkers)
        if is_twisted(asked):
            yield valued(plain, twisted(plain, asked), measured(plain, asked, asked.engine))
        instance = twisted(plain, asked)
        for engine in engines(asked):
            try:
                outcome = measured(instance, asked, engine)
            except NotExpressible as error:
                if engine == asked.engine:
                    raise
                print(f"{engine} is left out on {instance.name}: {error}", file=sys.stderr)
                continue
            yield replace(outcome, best=best if instance == plain else None)


def instances(asked: argparse.Namespace) -> Iterator[Instance]:
    """The files' instances, and those that are made up."""
    for path in asked.files:
        yield read_instance(path, asked.walkers)
    for stops in asked.evening:
        yield Instance(f"evening{stops}", evening(stops, asked.seed))


def twisted(instance: Instance, asked: argparse.Namespace) -> Instance:
    """The instance with the pause and the hours that were asked for."""
    problem, name = instance.problem, instance.name
    if asked.pause:
        problem, name = with_pause(problem, asked.pause), f"{name}+pause"
    if asked.buckets:
        problem, name = with_hours(problem), f"{name}+hours"
    return instance if name == instance.name else replace(instance, name=name, problem=problem)


def valued(plain: Instance, instance: Instance, outcome: Outcome) -> Outcome:
    """The outcome of the plain instance, its plan valued by the hours of the other."""
    worth = value_in(instance.problem, outcome.solution)
    return replace(outcome, solution=replace(outcome.solution, value=worth), instance=plain)


def measured(instance: Instance, asked: argparse.Namespace, engine: str) -> Outcome:
    """What the engine finds, verified, and how long it takes."""
    started, busy = time.perf_counter(), time.process_time()
    budget = Budget(seconds=asked.seconds)
    solution = solve(instance.problem, budget, asked.seed, engine=engine)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    faults = verify(instance.problem, solution).faults
    if faults:
        raise InstanceError(f"{instance.name}: {faults[0]}")
    done = sum(effort.iterations for effort in solution.efforts)
    return Outcome(instance, engine, solution, seconds, None, done / max(busy, 1e-9))


def best_known(known: dict[str, Any], instance: Instance, walkers: int) -> int | None:
    """The best known value of an instance for so many walkers, if the file tells it."""
    name = instance.name
    if instance.is_ordering:
        found: int | None = known.get("tsp", {}).get(name)
        return found
    if known.get("toptw_all_served_walkers", {}).get(name) == walkers:
        return instance.problem.most_value
    team: int | None = known.get(f"toptw_{walkers}_walkers", {}).get(name)
    if team is not None:
        return team
    single = {**known.get("optw_one_walker", {}), **known.get("op", {})} if walkers == 1 else {}
    return single.get(name, single.get(name.partition("-")[0]))


def table(outcomes: Sequence[Outcome], asked: argparse.Namespace) -> Table:
    """The outcomes, and the median gap of each engine.

    The gap is to the best known value; where none is, to the best of this run, marked with a star.
    The pace is in iterations for each second of the processor.
    """
    title = f"{asked.walkers} walkers, {asked.seconds:g} s, seed {asked.seed}"
    made = Table(title=title, title_justify="left", header_style="")
    columns = ("instance", "engine", "stops", "value", "gap", "seconds", "pace", "status")
    for column in columns:
        texts = ("instance", "engine", "status")
        made.add_column(column, justify="left" if column in texts else "right")
    gaps: dict[str, list[float]] = {}
    for outcome in outcomes:
        gap = outcome.gap(outcome.best or best_of_run(outcomes, outcome.instance))
        gaps.setdefault(outcome.engine, []).append(gap or 0.0)
        made.add_row(
            outcome.instance.name,
            outcome.engine,
            str(len(outcome.instance.problem.stops)),
            str(outcome.value),
            f"{gap or 0.0:.2%}" + ("" if outcome.best else "*"),
            f"{outcome.seconds:.2f}",
            f"{outcome.pace:,.0f}",
            outcome.solution.status,
        )
    made.add_section()
    for engine, all_gaps in gaps.items():
        made.add_row("median", engine, "", "", f"{statistics.median(all_gaps):.2%}", "", "", "")
    return made


def best_of_run(outcomes: Sequence[Outcome], instance: Instance) -> int:
    """The best value that this run has for an instance."""
    values = [outcome.value for outcome in outcomes if outcome.instance == instance]
    return min(values) if instance.is_ordering else max(values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
