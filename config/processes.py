"""The worker and the web server as child processes, started and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.conf import settings

GRACE_S = 10.0


class Stopped(Exception):
    """Somebody asked the program to end: Ctrl-C, a closed terminal, or a service manager."""


@dataclass
class Child:
    """A running child process; its output goes to `log`."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def exited(self) -> bool:
        """Whether it has ended, wanted or not."""
        return self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to finish, wait, and end its whole process group if it does not."""
        if not self.exited():
            self.process.terminate()
            try:
                self.process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


@contextmanager
def worker() -> Iterator[Child]:
    """A background worker that also runs the sweep, for as long as the block lasts."""
    arguments = ["-m", "celery", "-A", "config", "worker", "--beat", "--loglevel", "warning"]
    with child("worker", [*arguments, "--concurrency", str(min(os.cpu_count() or 1, 4))]) as made:
        yield made


@contextmanager
def web_server(host: str, port: int) -> Iterator[Child]:
    """The web server on host:port, answering when the block starts."""
    arguments = ["-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}"]
    with child("server", [*arguments, "--workers", "2", "--threads", "4"]) as made:
        wait_for_port(made, host, port)
        yield made


@contextmanager
def child(name: str, arguments: list[str]) -> Iterator[Child]:
    """A Python child in a session of its own, so that Ctrl-C reaches only the parent."""
    log = settings.VAR_DIR / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    made = Child(name, process, log)
    try:
        yield made
    finally:
        made.stop()


def wait_for_port(server: Child, host: str, port: int, timeout_s: float = 30.0) -> None:
    """Return once something listens on host:port; raise ChildProcessError if the server dies."""
    limit = time.monotonic() + timeout_s
    while time.monotonic() < limit and not server.exited():
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise ChildProcessError(f"The web server did not start; see {server.log}.")


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen on host:port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def stop_on_signals() -> None:
    """Turn Ctrl-C, a closed terminal and a polite kill into Stopped, so that children are ended."""

    def stop(number: int, _: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not cut the clean-up short
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
