"""The street network that doors lie on, as arrays. Whoever has a network fills these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class StreetKind(IntEnum):
    """What a street is to somebody on foot."""

    PATH = 0
    STREET = 1
    MAIN = 2  # to be crossed, but not gladly
    MOTORWAY = 3  # not to be walked or crossed but on other streets


@dataclass(frozen=True)
class Streets:
    """e edges between junctions: the numbers of both ends, length, kind, and the ends' degrees.

    `tail` and `head` (e,) number the junctions, of which `lon` and `lat` hold the positions. An
    edge's offsets run from its tail to its head.
    """

    tail: Ints
    head: Ints
    length_m: Floats
    kind: Ints
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.tail)

    @property
    def walked(self) -> NDArray[np.bool_]:
        """Which edges can be walked (e,)."""
        walked: NDArray[np.bool_] = self.kind != StreetKind.MOTORWAY
        return walked
