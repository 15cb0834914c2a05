"""PostgreSQL and Redis for the tests, from the machine's binaries.

They use free ports and a folder that goes with them; what runs on the machine already is not
touched.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

POSTGRESQL_FOLDERS = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")
ACCOUNTS = ("postgres", "nobody")  # whom PostgreSQL may run as, where the tests run as root
START_S = 60.0


class NotInstalled(Exception):
    """The machine has no such server, and none could be installed."""


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL, for as long as the block lasts. Raises NotInstalled."""
    initdb = find("initdb", "postgresql", POSTGRESQL_FOLDERS)
    port = free_port()
    with folder() as data:
        command = [initdb, "-D", data / "data", "-U", "canvass", "-A", "trust", "-E", "UTF8"]
        subprocess.run(
            [*map(str, command), "--no-sync"], check=True, stdout=subprocess.DEVNULL, **ordinary()
        )
        options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = [f"--{name}={value}" for name, value in options.items()]
        program = [str(Path(initdb).with_name("postgres")), "-D", str(data / "data"), *settings]
        url = f"postgres://canvass@127.0.0.1:{port}/postgres"
        with server(program, data, lambda: psycopg.connect(url).close(), psycopg.OperationalError):
            yield url


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """The URL of an empty Redis, for as long as the block lasts. Raises NotInstalled."""
    binary = find("redis-server", "redis-server", ())
    port = port or free_port()
    with folder() as data:
        options = {"port": port, "bind": "127.0.0.1", "dir": data, "appendonly": "no", "save": ""}
        settings = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        client = Redis(port=port)
        with server([binary, *settings], data, client.ping, RedisConnectionError):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def server(
    program: Sequence[str], data: Path, probe: Callable[[], Any], refused: type[Exception]
) -> Iterator[None]:
    """A server process that answers the probe when the block starts and is gone when it ends."""
    log = data / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **ordinary()
        )
    try:
        limit = time.monotonic() + START_S
        while not answers(probe, refused):
            if process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"{program[0]} did not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it waits for no client
        process.wait(START_S)


def answers(probe: Callable[[], Any], refused: type[Exception]) -> bool:
    """Whether a server answers yet."""
    try:
        probe()
    except refused:
        return False
    return True


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that belongs to whom the servers run as."""
    made = Path(tempfile.mkdtemp(prefix="canvass-"))
    try:
        if account := service_account():
            os.chown(made, account.pw_uid, account.pw_gid)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def ordinary() -> dict[str, Any]:
    """How a server is started: as an ordinary user, since PostgreSQL refuses to run as root."""
    account = service_account()
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def service_account() -> pwd.struct_passwd | None:
    """The account to run servers as, if the tests run as root."""
    if os.geteuid() != 0:
        return None
    return next(account for account in pwd.getpwall() if account.pw_name in ACCOUNTS)


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find(binary: str, package: str, folders: Sequence[str]) -> str:
    """The path of a server's binary, which is installed with apt where that is allowed.

    Raises NotInstalled.
    """
    found = look_for(binary, folders)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install(package)
        found = look_for(binary, folders)
    if found is None:
        raise NotInstalled(package)
    return found


def look_for(binary: str, folders: Sequence[str]) -> str | None:
    """The binary on the path, else the newest in the folders where packages keep it."""
    kept = sorted(path for place in folders for path in Path(place).glob(f"*/bin/{binary}"))
    return shutil.which(binary) or (str(kept[-1]) if kept else None)


def install(package: str) -> None:
    """Install a Debian package. Where that fails, apt says why, and the tests are left out."""
    print(f"Installing {package} with apt.", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        subprocess.run(["apt-get", "--quiet=2", *words], env=quiet, check=False)


def database_url(server_url: str) -> str:
    """The URL of a new, empty database on a PostgreSQL server."""
    name = f"canvass_{secrets.token_hex(4)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server_url.rpartition("/")[0] + f"/{name}"
