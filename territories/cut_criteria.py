"""What is wished for in a cut, checked as far as it can be without looking at the doors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from shapely import LineString

from territories.boundaries.lines import BarriersUnreadable, barrier_lines
from territories.errors import CutCriteriaInvalid
from territories.models import DoorUse, Level
from territories.selectors import Box, is_box

MAX_TERRITORIES = 2000


@dataclass(frozen=True)
class Boundaries:
    """The neighborhoods at whose borders territories end: of a dataset, all levels or one."""

    dataset: str
    level: str = ""


@dataclass(frozen=True)
class CutCriteria:
    """Which doors to cut, and into how many territories or of how many expected minutes each.

    No `bbox` (west, south, east, north), `uses` or `cities` means every door of the organisation.
    `door_s` is the expected time at one door. `keep` is the id of an older cut that changes as
    little as can be (into as many territories as it has, unless something else is said), `locked`
    those of its territories, by number, that stay as they are. `boundaries` are neighborhoods to
    respect, `least_minutes` and `most_minutes` limits of a territory. The same criteria, doors and
    `seed` make the same cut. `barriers` are what nobody wants to cross: true for the motorways,
    railways and waters of the street maps, false for none, or lines and areas of one's own as
    GeoJSON. Raises CutCriteriaInvalid when made of nonsense.
    """

    bbox: Box | None = None
    uses: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    territories: int | None = None
    target_minutes: float | None = None
    door_s: int = 90
    keep: int | None = None
    locked: tuple[int, ...] = ()
    boundaries: Boundaries | None = None
    barriers: bool | dict[str, Any] = True
    least_minutes: float | None = None
    most_minutes: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for rules in (self._rules(), self._rules_of_size(), self._rules_of_keeping()):
            for field, is_right, message in rules:
                if not is_right:
                    raise CutCriteriaInvalid(message, field=field)

    def _rules(self) -> Iterable[tuple[str, bool, str]]:
        yield "door_s", 1 <= self.door_s <= 7200, "`door_s` is a number of seconds up to 7200."
        known = set(self.uses) <= set(DoorUse.values)
        yield "uses", known, f"`uses` are some of {', '.join(DoorUse.values)}."
        yield "bbox", self.bbox is None or is_box(self.bbox), "`bbox` is west, south, east, north."
        level = self.boundaries.level if self.boundaries else ""
        levels = f"The level of `boundaries` is one of {', '.join(Level.values)}."
        yield "boundaries", level in ("", *Level.values), levels
        try:
            self.own_barriers()
        except BarriersUnreadable as error:
            yield "barriers", False, f"`barriers` cannot be used: {error}."
        yield "seed", 0 <= self.seed < 2**31, "`seed` is a number from 0 to 2147483647."

    def _rules_of_size(self) -> Iterable[tuple[str, bool, str]]:
        count, minutes = self.territories, self.target_minutes
        one_wish = (count is None) != (minutes is None)
        as_before = self.keep is not None and count is None and minutes is None
        yield "territories", one_wish or as_before, "Give either `territories` or `target_minutes`."
        counts = count is None or 1 <= count <= MAX_TERRITORIES
        yield "territories", counts, f"`territories` is a number from 1 to {MAX_TERRITORIES}."
        for field in ("target_minutes", "least_minutes", "most_minutes"):
            value = getattr(self, field)
            sized = value is None or 1 <= value <= 1e6
            yield field, sized, f"`{field}` is a number from 1 to 1000000."
        low, high = self.least_minutes or 0.0, self.most_minutes or math.inf
        yield "least_minutes", low <= high, "`least_minutes` is above `most_minutes`."
        within = minutes is None or low <= minutes <= high
        yield "target_minutes", within, "`target_minutes` is outside of the limits."

    def _rules_of_keeping(self) -> Iterable[tuple[str, bool, str]]:
        kept = self.keep is not None or not self.locked
        yield "locked", kept, "Only territories of an older cut can be locked: give `keep`."
        fits = self.territories is None or len(set(self.locked)) <= self.territories
        yield "locked", fits, "More territories are locked than the cut is to have."

    def own_barriers(self) -> list[LineString] | None:
        """The lines given with the criteria; None where those of the street maps are wanted.

        Raises BarriersUnreadable.
        """
        if self.barriers is True:
            return None
        return barrier_lines(self.barriers) if self.barriers else []

    def to_json(self) -> dict[str, Any]:
        """The criteria as JSON, for the row of the run."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The criteria that `to_json` wrote; what an older version did not know has its default."""
        names = ("bbox", "uses", "cities", "locked")
        lists = {name: tuple(data[name]) for name in names if data.get(name)}
        boundaries = Boundaries(**data["boundaries"]) if data.get("boundaries") else None
        empty = {"uses": (), "cities": (), "locked": ()}
        return cls(**{**data, **empty, **lists, "boundaries": boundaries})
