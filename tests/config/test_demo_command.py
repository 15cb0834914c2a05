"""The whole main job, as a user starts it: real processes, a real database, a small town."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from config.environment import ROOT
from territories.importing.synthetic import write_county

pytestmark = pytest.mark.worker


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var folder of its own beside a town of 150 doors."""
    folder = tmp_path_factory.mktemp("demo")
    write_county(folder / "tiny_town.csv", doors=150, seed=3, centre=(24.94, 60.17))
    return folder


def manage(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """`manage.py` with the arguments, in an environment that knows only `home`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {"CANVASS_VAR": str(home / "var"), "COLUMNS": "120"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_the_demo_does_the_main_job_and_keeps_it(home: Path) -> None:
    """One command prints doors, territories, walks and the funnel; the next serves what it made."""
    first = manage(home, "demo", "--town", str(home / "tiny_town.csv"))
    printed, _ = first.communicate(timeout=300)
    assert first.returncode == 0, printed
    for expected in (
        "doors imported",
        "expected min",
        "by address list",
        "Funnel",
        "to collect",
        "Aino Aalto",
    ):
        assert expected in printed

    accounts = next((home / "var" / "demo").rglob("accounts.txt"))
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    assert len(accounts.read_text().splitlines()) == 15

    serve_and_stop(home)


def serve_and_stop(home: Path) -> None:
    """The second start loads nothing, answers, and leaves no process behind after Ctrl-C."""
    port = free_port()
    with manage(home, "serve", "--port", str(port)) as server, ended(server):
        assert server.stdout is not None
        lines = [line for _, line in zip(range(2), server.stdout, strict=False)]
        assert "is loaded" in lines[0], lines
        assert f"http://127.0.0.1:{port}" in lines[1], lines
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/docs/", timeout=60) as answer:
            assert answer.status == 200

        children = children_of(server.pid)
        assert children
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0
        assert not [child for child in children if lives(child)]


def lives(process: psutil.Process) -> bool:
    """Whether a process still does anything: a zombie only waits for its parent to take note."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def ended(server: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever the test finds, no server outlives it."""
    try:
        yield
    finally:
        if server.poll() is None:
            server.terminate()


def test_a_port_in_use_is_one_clear_line(home: Path) -> None:
    """The line names the port and the way out; no traceback."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        refused = manage(home, "serve", "--port", str(port))
        printed, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert f"Port {port} is in use" in printed
    assert "Traceback" not in printed


def test_a_missing_town_is_one_clear_line(home: Path) -> None:
    """Nothing is made for a file that is not there."""
    refused = manage(home, "demo", "--town", "nowhere.osm.pbf")
    printed, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "There is no file nowhere.osm.pbf" in printed
    assert "Traceback" not in printed
