"""How the engine compiles: machine code without Python's lock, kept on disk between runs.

numba looks whether the file of a function has changed, but not whether what the function calls in
other files has. So the machine code of these sources is kept in a folder that is named after all of
them, below NUMBA_CACHE_DIR or else beside them: no other sources ever find it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from numba import config as numba_config
from numba import njit
from numba.core.compiler_lock import global_compiler_lock

P = ParamSpec("P")
R = TypeVar("R")

SOURCES: Final = Path(__file__).parent
COMPILERS: Final = ("numba", "llvmlite", "numpy")
UNUSED_S: Final = 30 * 24 * 3600  # until what earlier sources were compiled to is removed
LEAN: Final[dict[str, Any]] = {"_nrt": False}
settings: Any = numba_config  # its names are made when it is imported


def folder_of_sources() -> Path | None:
    """Where the machine code of these sources is kept, made if need be; None if it cannot be.

    Says that it is in use, and removes the folders of other sources that have not been for a month.
    """
    folder = Path(settings.CACHE_DIR or SOURCES / "__pycache__") / name_of_sources()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        return None
    for other in folder.parent.glob(f"{__package__}-*"):
        with suppress(OSError):  # another process may be removing it too
            if other.stat().st_mtime < time.time() - UNUSED_S:
                shutil.rmtree(other)
    return folder


def name_of_sources() -> str:
    """A name that is another one for other sources, another Python or another compiler."""
    told = sha256(repr((sys.version, *map(version, COMPILERS))).encode())
    for path in sorted(SOURCES.rglob("*.py")):
        told.update(path.relative_to(SOURCES).as_posix().encode())
        told.update(sha256(path.read_bytes()).digest())
    return f"{__package__}-{told.hexdigest()[:16]}"


FOLDER: Final = folder_of_sources()


@contextmanager
def alone() -> Iterator[None]:
    """Compile while no other process does: who waits finds the code, and no two write at once."""
    if FOLDER is None:
        yield
        return
    with (FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which creates no array, as machine code; typed as what it was.

    Compiled at its first call. Without counting references it runs faster.
    Measured at 1,000 stops: twice as fast, since the counters are atomic and every call carries a
    dozen arrays.
    """
    with global_compiler_lock:  # where code is kept is one setting for all who use numba
        theirs, settings.CACHE_DIR = settings.CACHE_DIR, str(FOLDER or "")
        try:
            machine: Callable[P, R] = njit(cache=FOLDER is not None, nogil=True, **LEAN)(function)
        finally:
            settings.CACHE_DIR = theirs
    return machine
