"""Child processes of the commands."""

import socket
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import LazySettings

from config.processes import child, port_is_free, wait_for_port

SLEEPER = ["-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def _own_var(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def test_a_child_ends_with_its_block() -> None:
    """However the block ends, the child does not outlive it."""
    with suppress(KeyError), child("sleeper", SLEEPER) as made:
        pid = made.process.pid
        raise KeyError
    assert not psutil.pid_exists(pid)


def test_a_child_that_ignores_a_polite_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the grace period its whole group goes."""
    monkeypatch.setattr("config.processes.GRACE_S", 0.5)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    with child("deaf", ["-c", f"{deaf}; time.sleep(60)"]) as made:
        while not made.log.read_bytes():
            time.sleep(0.02)
        pid = made.process.pid
    assert not psutil.pid_exists(pid)


def test_what_a_child_says_is_kept_in_its_log() -> None:
    """The log is where an error message sends the reader."""
    with child("speaker", ["-c", "print('hello')"]) as made:
        made.process.wait()
    assert made.log.read_text() == "hello\n"


def test_a_taken_port_is_not_free() -> None:
    """Free before something listens, not free after."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen()
        assert not port_is_free("127.0.0.1", port)
    assert port_is_free("127.0.0.1", port)


def test_a_server_that_dies_at_once_is_reported_with_its_log() -> None:
    """The error names the log file instead of waiting for the time-out."""
    dying = child("server", ["-c", "raise SystemExit(3)"])
    with dying as made, pytest.raises(ChildProcessError, match=r"server\.log"):
        wait_for_port(made, "127.0.0.1", 9)
