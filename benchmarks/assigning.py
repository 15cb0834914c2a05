"""How fast and how fair territories are dealt to reps, on made-up counties.

    python -m benchmarks.assigning 500x50 5000x5000 --seed 0 --json out.jsonl

Territories lie in a grid of one degree, with log-normal values; reps live anywhere in it. `ways` is
the sum of all ways in times of the deal that only looks at ways and numbers; `smallest` and
`largest` are what reps get, in times of the fair share. One JSON object a line for each county.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from territories.cutting.assigning import NOBODY, Wish, assign, near

SPREAD = 0.4  # of the logarithm of the values
WARMING = (60, 6)  # a county that compiles everything before the clock runs


@dataclass(frozen=True)
class Outcome:
    """One county dealt out: seconds for the candidates and for the deal, and what came of it.

    `cpu_s` is the processor time of both.
    """

    territories: int
    reps: int
    near_s: float
    assign_s: float
    cpu_s: float
    left_out: int
    idle: int
    smallest: float
    largest: float
    ways: float


def county(territories: int, reps: int, seed: int) -> tuple[Wish, float]:
    """A wish, and the seconds that finding its candidates took."""
    draw = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(territories)))
    at = np.arange(territories)
    places = (-77 + at % side / side, 39 + at // side / side)
    homes = (draw.uniform(-77, -76, reps), draw.uniform(39, 40, reps))
    start = time.perf_counter()
    candidates = near(places, homes, np.ones((territories, reps), dtype=bool))
    seconds = time.perf_counter() - start
    wish = Wish(
        candidates=candidates,
        value=draw.lognormal(3, SPREAD, territories),
        minutes=draw.uniform(450, 550, territories),
        most_minutes=np.full(reps, np.inf),
        share=np.ones(reps),
        kept=np.full(territories, NOBODY),
    )
    return wish, seconds


def measured(territories: int, reps: int, seed: int) -> Outcome:
    """Deal one county out."""
    cpu = time.process_time()
    wish, near_s = county(territories, reps, seed)
    start = time.perf_counter()
    deal = assign(wish, seed=seed)
    seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    fairness = deal.fairness
    return Outcome(
        territories=territories,
        reps=reps,
        near_s=round(near_s, 3),
        assign_s=round(seconds, 3),
        cpu_s=round(cpu_s, 3),
        left_out=len(deal.left_out),
        idle=len(deal.idle),
        smallest=round(fairness.smallest, 4),
        largest=round(fairness.largest, 4),
        ways=round(fairness.ways_m / max(fairness.shortest_ways_m, 1e-9), 4),
    )


def size(text: str) -> tuple[int, int]:
    """`500x50` as (500, 50)."""
    territories, _, reps = text.partition("x")
    if not (territories.isdecimal() and reps.isdecimal() and int(territories) and int(reps)):
        raise argparse.ArgumentTypeError(f"{text!r} is not like 500x50: territories x reps.")
    return int(territories), int(reps)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the counties and print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.assigning",
        description="Deal made-up counties to reps.",
        epilog="example: python -m benchmarks.assigning 500x50 5000x5000",
    )
    parser.add_argument("sizes", nargs="*", type=size, metavar="TxR", help="default: three sizes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="one JSON object a line")
    options = parser.parse_args(arguments)
    measured(WARMING[0], WARMING[1], 0)
    sizes = options.sizes or [(500, 50), (2000, 200), (5000, 5000)]
    outcomes = [measured(territories, reps, options.seed) for territories, reps in sizes]
    if options.json:
        lines = [json.dumps(asdict(outcome)) + "\n" for outcome in outcomes]
        options.json.write_text("".join(lines), encoding="utf-8")
    table = Table()
    for name in asdict(outcomes[0]):
        table.add_column(name.replace("_", " "), justify="right")
    for outcome in outcomes:
        table.add_row(*(f"{figure:,}" for figure in asdict(outcome).values()))
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
