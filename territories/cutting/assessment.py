"""How even a cut is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territories.cutting.division import Cut


@dataclass(frozen=True)
class Assessment:
    """Doors and expected minutes of each territory, in the order of their labels."""

    doors: tuple[int, ...]
    minutes: tuple[float, ...]

    @property
    def mean_minutes(self) -> float:
        """The minutes of a territory if all were equal."""
        return sum(self.minutes) / len(self.minutes)

    @property
    def smallest(self) -> float:
        """The least work of a territory, as a share of the mean: 1.0 is perfectly even."""
        return min(self.minutes) / self.mean_minutes

    @property
    def largest(self) -> float:
        """The most work of a territory, as a share of the mean."""
        return max(self.minutes) / self.mean_minutes


def assess(cut: Cut) -> Assessment:
    """Measure a cut. O(n)."""
    doors = np.bincount(cut.labels, minlength=cut.territories)
    minutes = np.bincount(cut.of_unit, cut.units.minutes, minlength=cut.territories)
    return Assessment(tuple(doors.tolist()), tuple(minutes.tolist()))
