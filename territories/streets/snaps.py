"""Where doors stand on the network."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from territories.streets.arrays import Bools, Bytes, Floats, Ints


class SnapQuality(IntEnum):
    """How a door was snapped, or why it was not; the numbers are stored in the database."""

    BY_NAME = 0  # on an edge of the address's street
    OTHER_NAME = 1  # the address's street is not there; the nearest edge, which bears another name
    NEAREST = 2  # the address names no street; the nearest edge
    TOO_FAR = 3  # unreachable: no edge within 120 m that a person may walk to
    ISLAND = 4  # unreachable: only edges that hang together with no other street
    OUTSIDE_MAP = 5  # unreachable: not where the map is
    SWAPPED = 6  # unreachable: outside the map, but inside with lat and lon exchanged
    NO_POSITION = 7  # unreachable: NaN, or not on Earth

    @property
    def is_snapped(self) -> bool:
        """Whether such a door has an edge."""
        return self <= SnapQuality.NEAREST


@dataclass(frozen=True, eq=False)
class Snaps:
    """n doors on the network. Where `edge` is -1 the door is unreachable, and `quality` says why.

    `side` is 1 left of the edge's own direction, which is mostly its northern side, -1 right of it,
    and 0 where the door is on the line itself; it does not depend on how the way was drawn. Left of
    somebody who walks the edge from its end to its start is therefore -1.
    """

    edge: Ints  # (n,) -1 where not snapped
    offset_m: Floats  # (n,) from the edge's start, along it
    side: NDArray[np.int8]  # (n,)
    setback_m: Floats  # (n,) from the door to the edge, straight
    quality: Bytes  # (n,) SnapQuality

    def __len__(self) -> int:
        return len(self.edge)

    def __getitem__(self, chosen: Any) -> Self:
        """The doors of a slice, a mask, or an array of indices; of one index, that door alone."""
        chosen = [chosen] if isinstance(chosen, int | np.integer) else chosen
        return type(self)(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def is_snapped(self) -> Bools:
        """(n,) whether a door has an edge."""
        return self.edge >= 0
