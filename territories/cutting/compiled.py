"""How cutting compiles: machine code without Python's lock, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code; typed as what it was. Compiled at its first call."""
    machine: Callable[P, R] = njit(cache=True, nogil=True)(function)
    return machine
