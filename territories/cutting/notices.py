"""What is unusual about a territory, named, so that nobody has to find it in the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

UNEVEN = 0.05  # off the share; more is named
LARGE = 1.05  # of a share; a building with more is a territory of its own size


class Oddity(StrEnum):
    """What can be unusual about a territory, and what its amount counts."""

    LARGE_BUILDING = "large_building"  # minutes of a building that is more than a share
    UNEVEN = "uneven"  # minutes off the share, though no building is to blame
    IN_PIECES = "in_pieces"  # pieces
    ACROSS_BARRIER = "across_barrier"  # walks over a barrier
    FAR_DOORS = "far_doors"  # metres past no neighbour, to an island or a lonely farm


@dataclass(frozen=True)
class Notice:
    """An oddity of a territory, by label, and how much of it there is."""

    oddity: Oddity
    territory: int
    amount: float


def notices(
    minutes: Sequence[float],
    largest_building: Sequence[float],
    pieces: Sequence[int],
    crossings: Sequence[int],
    dead_m: Sequence[float],
) -> Iterator[Notice]:
    """What is unusual, territory by territory; fields of an `Assessment`, in the order of labels.

    A share is what the territories without a large building have on average.
    """
    share, large = share_of(minutes, largest_building)
    for label, work in enumerate(minutes):
        if label in large:
            yield Notice(Oddity.LARGE_BUILDING, label, largest_building[label])
        elif abs(work - share) > UNEVEN * share:
            yield Notice(Oddity.UNEVEN, label, work - share)
        for oddity, amount, usual in (
            (Oddity.IN_PIECES, pieces[label], 1),
            (Oddity.ACROSS_BARRIER, crossings[label], 0),
            (Oddity.FAR_DOORS, dead_m[label], 0),
        ):
            if amount > usual:
                yield Notice(oddity, label, amount)


def share_of(minutes: Sequence[float], largest_building: Sequence[float]) -> tuple[float, set[int]]:
    """The minutes of a fair territory, and those whose largest building has more than that."""
    large: set[int] = set()
    while True:
        others = [work for label, work in enumerate(minutes) if label not in large]
        share = sum(others) / len(others) if others else 0.0
        more = {
            label
            for label, work in enumerate(largest_building)
            if label not in large and work > LARGE * share
        }
        if not more or len(large | more) == len(minutes):
            return share, large | more
        large |= more
