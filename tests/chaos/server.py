"""The real server on the test's database: processes that can be killed and started again."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection
from django.db.models import Sum

from canvass.models import RebuildRun
from config.environment import ROOT
from tests.servers import free_port
from tests.workers import wait_until, worker

PATIENCE_S = 60.0


class Server:
    """Gunicorn with two processes on a port of the loopback; its output goes to a log."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment, self.log, self.port = environment, log, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        bind = ["--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "config.wsgi", "--preload", *bind],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        limit = time.monotonic() + PATIENCE_S
        while not self.listens():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, self.log.read_text()
            time.sleep(0.05)

    def listens(self) -> bool:
        """Whether something answers on the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill_worker(self, chance: random.Random) -> None:
        """Kill one of the two processes at once, whatever it is doing; another takes its place."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children()
        if children:
            chance.choice(children).send_signal(signal.SIGKILL)
            self.kills += 1

    def kill(self) -> None:
        """Kill all of it at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            while self.listens():  # its children die a moment later
                time.sleep(0.01)
            self.process = None
            self.kills += 1


@contextmanager
def killing(server: Server, chance: random.Random) -> Iterator[None]:
    """While the block lasts, kill a process of the server now and then, or all of it."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(chance.uniform(0.3, 1.5)):
            if chance.random() < 0.8:
                server.kill_worker(chance)
            else:
                server.kill()
                server.start()

    with meanwhile(run, over):
        yield


@contextmanager
def meanwhile(run: Callable[[], None], over: threading.Event) -> Iterator[None]:
    """Run something beside the block, which ends it by the event; what it raises comes out."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(run)
        try:
            yield
        finally:
            over.set()
        done.result()


@dataclass
class Workers:
    """Celery workers on a broker, one after the other: each is killed in the middle of its work."""

    environment: dict[str, str]
    log: Path
    kills: int = 0

    @contextmanager
    def dying(self, chance: random.Random) -> Iterator[None]:
        """While the block lasts, one begins something and is killed, and another takes its place.

        At least one is killed, and none is left. Somebody must have asked for a rebuild.
        """
        over = threading.Event()

        def run() -> None:
            try:
                while not (over.is_set() and self.kills):
                    self.kill_one(over, chance.uniform(0, 0.5))
            finally:
                connection.close()

        with meanwhile(run, over):
            yield

    def kill_one(self, over: threading.Event, after_s: float) -> None:
        """Start a worker and kill it so long after it has begun something, or once it is over.

        For a while nobody may ask for anything; only the first must have something to begin.
        """
        before = begun()
        with worker(self.environment, self.log):
            while begun() == before and not over.wait(0.1):
                pass
            if not self.kills:
                wait_until(lambda: begun() > before, "a worker that begins something")
            over.wait(after_s)
        self.kills += 1


def begun() -> int:
    """How often a worker has begun a rebuild so far."""
    counted: int = RebuildRun.objects.aggregate(n=Sum("attempt", default=0))["n"]
    return counted
