"""How the engine compiles: machine code without Python's lock, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

LEAN: Final[dict[str, Any]] = {"_nrt": False}


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which creates no array, as machine code; typed as what it was.

    Compiled at its first call. Without counting references it runs faster.
    Measured at 1,000 stops: twice as fast, since the counters are atomic and every call carries a
    dozen arrays.
    """
    machine: Callable[P, R] = njit(cache=True, nogil=True, **LEAN)(function)
    return machine
