"""The child of `benchmarks.sync`: one server, its phones and the comparison, in JSON."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import django
import psutil

from benchmarks.sync_phones import Rep, Written, all_at_once, at_rate, compared, rep
from tests.phone import Fault
from tests.servers import free_port

HOST, PASSWORD = "127.0.0.1", "correct horse battery"
WARMING = 0.1  # of the phones push before the clock runs


@dataclass(frozen=True)
class Asked:
    """So many reps with so many visits each; `load` of the most is the rate of the second half."""

    reps: int
    visits: int
    load: float
    seed: int


@dataclass(frozen=True)
class Figures:
    """What was measured; `wake_s` is what signing in and fetching the doors took for all.

    `cpu_ms` is the web server's processor time for one visit at full speed, PostgreSQL's own not
    counted; `held_per_s` are the visits a second at which p50 and p99 were found.
    """

    visits: int
    wake_s: float
    most_per_s: float
    cpu_ms: float
    held_per_s: float
    p50_ms: float
    p99_ms: float
    twice: int
    cut: int
    lost: int
    doubled: int


def main(asked: Asked) -> None:
    """Measure on the database of the settings, which must be empty, and print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # once Django is set up

    from config.processes import stop_on_signals  # noqa: PLC0415  # as above

    stop_on_signals()
    call_command("migrate", verbosity=0)
    print(json.dumps(asdict(measured(asked))))


def measured(asked: Asked) -> Figures:
    """What a server and its phones do on a database that has tables and nothing in them."""
    from django.utils import timezone  # noqa: PLC0415  # once Django is set up

    from benchmarks.sync_town import email, settle  # noqa: PLC0415  # as above
    from config.processes import web_server  # noqa: PLC0415  # as above

    campaign = settle(reps=asked.reps, doors=asked.visits, password=PASSWORD, now=timezone.now())
    port = free_port()
    with web_server(HOST, port) as server:
        url = f"http://{HOST}:{port}"
        numbers = range(1, asked.reps + 1)
        reps = [rep(url, email(number), PASSWORD, number, asked.seed) for number in numbers]
        wake_s = all_at_once(each.wake for each in reps)
        for each in reps:
            each.knock(campaign, asked.visits)
        speeds = pushed(reps, asked, psutil.Process(server.process.pid))
    lost, doubled = compared([told for each in reps for told in each.journal], stored())
    return Figures(
        visits=sum(len(each.journal) for each in reps),
        wake_s=wake_s,
        twice=sum(each.line.faults[Fault.TWICE] for each in reps),
        cut=sum(each.line.faults[Fault.CUT] for each in reps),
        lost=lost,
        doubled=doubled,
        **speeds,
    )


def pushed(reps: Sequence[Rep], asked: Asked, server: psutil.Process) -> dict[str, float]:
    """Let all push, one half as fast as they can and the other at a rate; the speeds, by name."""
    warm = max(1, int(WARMING * len(reps)))
    half = warm + (len(reps) - warm) // 2
    all_at_once(each.push for each in reps[:warm])
    cpu = cpu_s(server)
    fast_s = all_at_once(each.push for each in reps[warm:half])
    cpu = cpu_s(server) - cpu
    visits = sum(len(each.journal) for each in reps[warm:half])
    rest = reps[half:]
    rate = asked.load * len(reps[warm:half]) / fast_s
    held_s = at_rate([each.push for each in rest], rate)
    took_s = [seconds for each in rest for seconds in each.line.took_s]
    cuts = statistics.quantiles(took_s, n=100, method="inclusive")
    return {
        "most_per_s": visits / fast_s,
        "cpu_ms": 1000 * cpu / visits,
        "held_per_s": sum(len(each.journal) for each in rest) / held_s,
        "p50_ms": 1000 * cuts[49],
        "p99_ms": 1000 * cuts[98],
    }


def cpu_s(server: psutil.Process) -> float:
    """The processor seconds of a process and its children so far."""
    times = [each.cpu_times() for each in (server, *server.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def stored() -> list[Written]:
    """Every visit that the database has."""
    from canvass.models import Visit  # noqa: PLC0415  # once Django is set up

    fields = ("member__user__email", "door", "outcome__code", "note")
    return [Written(*row) for row in Visit.objects.values_list(*fields)]


if __name__ == "__main__":
    main(Asked(**json.loads(sys.argv[1])))
