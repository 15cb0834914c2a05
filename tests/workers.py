"""Real workers for the tests: Celery's own processes on the test's database and a broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from redis import Redis

from config.celery import warm_up
from config.environment import ROOT

LEASE_S = 2.0
SWEEP_EVERY_S = 0.3
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Worker:
    """A running worker with its beat; its output goes to `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the worker and to all processes that it has started."""
        os.killpg(self.process.pid, number)


@contextmanager
def worker(environment: Mapping[str, str], log: Path) -> Iterator[Worker]:
    """A worker that also sweeps, killed with the block.

    It finds its machine code on the disk: nobody who waits for it waits for the compiler.
    """
    warm_up()
    program = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat"]
    choices = ["--concurrency", "1", "--loglevel", "warning", "--schedule", f"{log}.schedule"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, *choices],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    made = Worker(process, log)
    try:
        yield made
    finally:
        if process.poll() is None:
            made.signal(signal.SIGKILL)
            process.wait()


def environment_of(folder: Path, broker_url: str) -> dict[str, str]:
    """The environment of a worker on the test's database; "" is the broker made of files."""
    return {
        "DATABASE_URL": database_url(),
        "CANVASS_VAR": str(folder),
        "CELERY_BROKER_URL": broker_url,
        "RUN_LEASE_S": str(LEASE_S),
        "SWEEP_EVERY_S": str(SWEEP_EVERY_S),
    }


def own_redis() -> str | None:
    """An empty Redis for the workers of one test at a time, if TEST_REDIS_URL names a server."""
    server = os.environ.get("TEST_REDIS_URL")
    if not server:
        return None
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{server.rpartition('/')[0]}/{number}"
    Redis.from_url(url).flushdb()
    return url


def database_url() -> str:
    """The URL of the database that the test runs on."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(known)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Return once something holds; fail the test if it takes far too long."""
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, f"waited in vain: {what}"
        time.sleep(0.05)
