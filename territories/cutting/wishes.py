"""What is asked of a cut, and whether that can be had at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territories.cutting.errors import CutError, NothingToDivide, TooManyTerritories
from territories.cutting.units import Units

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Wishes:
    """How many territories or of how many minutes, hard limits, and which old ones stay."""

    k: int | None = None
    minutes: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    locked: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """The number of territories."""
        return self.k or 0


def checked(units: Units, wishes: Wishes, keep: Ints | None, boundaries: Ints | None) -> Wishes:
    """The wishes with the number of territories. Raises CutError where they cannot be met."""
    for field, given in (("keep", keep), ("boundaries", boundaries)):
        if given is not None and len(given) != len(units.doors):
            message = f"`{field}` has {len(given)} entries for {len(units.doors)} doors."
            raise CutError(field, message)
    count = how_many(units, wishes.k, wishes.minutes)
    refuse_limits(units, wishes, count)
    if wishes.locked:
        refuse_locks(units, wishes, count, keep)
    return replace(wishes, k=count)


def how_many(units: Units, k: int | None, minutes: float | None) -> int:
    """The number of territories that either wish means; exactly one may be given."""
    buildings = units.doors.buildings
    if not buildings:
        raise NothingToDivide
    if (k is None) == (minutes is None):
        raise CutError("k", "Give either the number of territories or their minutes.")
    if minutes is not None:
        if not (np.isfinite(minutes) and minutes > 0):
            raise CutError("minutes", f"A territory cannot have {minutes} minutes.")
        k = max(1, round(units.total / minutes))
    if k is None or k < 1:
        raise CutError("k", f"There cannot be {k} territories.")
    if k > buildings:
        raise TooManyTerritories(k, buildings)
    if k > 1 and units.total <= 0:
        raise CutError("minutes", "No door takes any time: nothing is there to be made even.")
    return k


def refuse_limits(units: Units, wishes: Wishes, count: int) -> None:
    """Raise CutError if so many territories cannot all be within the limits."""
    low, high = wishes.minimum or 0.0, np.inf if wishes.maximum is None else wishes.maximum
    mean = units.total / count
    if not low <= mean:
        message = f"{count} territories have {mean:.0f} minutes each, fewer than {low:.0f}."
        raise CutError("minimum", message)
    if not mean <= high:
        message = f"{count} territories have {mean:.0f} minutes each, more than {high:.0f}."
        raise CutError("maximum", message)


def refuse_locks(units: Units, wishes: Wishes, count: int, keep: Ints | None) -> None:
    """Raise CutError if the locked territories cannot all stay as they are."""
    if keep is None:
        raise CutError("locked", "Only territories of an old cut can be locked: give `keep`.")
    held = np.isin(keep, wishes.locked)
    missing = sorted(set(wishes.locked) - set(keep[held].tolist()))
    if missing:
        raise CutError("locked", f"No door is in the locked territory {missing[0]}.")
    if max(wishes.locked) >= count:
        raise CutError("locked", f"Of {count} territories, {max(wishes.locked)} is none.")
    codes = np.where(held, keep, -1)
    low, high = np.full((2, units.doors.buildings), -1)
    np.maximum.at(high, units.doors.building, codes)
    low[:] = high
    np.minimum.at(low, units.doors.building, codes)
    if (low != high).any():
        message = "A building has doors both in a locked territory and in another."
        raise CutError("locked", message)
    free, left = len(np.unique(units.doors.building[~held])), count - len(set(wishes.locked))
    if free < left or (free and not left):
        message = f"The other {left} territories cannot share the {free} buildings left."
        raise CutError("locked", message)
    if left:
        rest = replace(wishes, locked=())
        share = float(units.minutes[~held].sum()) / left
        if not (rest.minimum or 0.0) <= share <= (rest.maximum or np.inf):
            message = f"The other territories would have {share:.0f} minutes each."
            raise CutError("locked", message)
