"""What is asked: territories, reps, who may take what, and what a way is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from territories.cutting.sphere import great_circle_m

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOBODY = -1
CANDIDATES = 60  # reps of a territory, and territories of a rep, that are looked at
FAR = 6


class WishError(ValueError):
    """The wish contradicts itself. `field` names the part that does."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


@dataclass(frozen=True, eq=False)
class Candidates:
    """c pairs of a territory and a rep that may take it, and the metres between; by territory."""

    territory: Ints
    rep: Ints
    ways_m: Floats


@dataclass(frozen=True, eq=False)
class Wish:
    """t territories for r reps, checked once it exists. Raises WishError.

    `value` and `minutes` (t,) are a territory's expected value and work a week, `most_minutes` (r,)
    the work a rep can do (inf: no limit), `share` (r,) the value a rep is to get, in proportion (a
    full-timer 1, a half-timer 0.5). `kept` (t,) names the rep of last week (NOBODY: none), which
    counts like `kept_bonus_m` metres of way. `forced` are (territory, rep) pairs that are settled;
    `together` and `apart` are pairs of territories that go to one rep or to two. `most` is how many
    territories a rep gets at most (None: all are dealt out as evenly as can be).
    """

    candidates: Candidates
    value: Floats
    minutes: Floats
    most_minutes: Floats
    share: Floats
    kept: Ints
    kept_bonus_m: float = 2_000.0
    most: int | None = None
    forced: Sequence[tuple[int, int]] = ()
    together: Sequence[tuple[int, int]] = ()
    apart: Sequence[tuple[int, int]] = ()
    cost_m: Floats = field(init=False)

    def __post_init__(self) -> None:
        territories, reps = len(self.value), len(self.share)
        if not reps:
            raise WishError("share", "there is nobody to assign to.")
        for name, size in (("minutes", territories), ("kept", territories), ("most_minutes", reps)):
            if len(getattr(self, name)) != size:
                raise WishError(name, f"must have {size} entries, has {len(getattr(self, name))}.")
        for name in ("value", "minutes", "most_minutes", "share"):
            if not (getattr(self, name) >= 0).all():
                raise WishError(name, "must be numbers from 0 up.")
        if self.most is not None and self.most < 1:
            raise WishError("most", "must be at least 1.")
        self._check_forced(territories, reps)
        kept = self.candidates.rep == self.kept[self.candidates.territory]
        object.__setattr__(
            self, "cost_m", self.candidates.ways_m - np.where(kept, self.kept_bonus_m, 0.0)
        )

    @classmethod
    def of_ways(cls, ways_m: Floats) -> Self:
        """Equal territories for equal reps: the metres (t, r) to each, and nothing else, count."""
        territories, reps = ways_m.shape
        pairs = np.indices(ways_m.shape).reshape(2, -1)
        return cls(
            candidates=Candidates(pairs[0], pairs[1], ways_m.ravel()),
            value=np.ones(territories),
            minutes=np.zeros(territories),
            most_minutes=np.full(reps, np.inf),
            share=np.ones(reps),
            kept=np.full(territories, NOBODY),
        )

    def _check_forced(self, territories: int, reps: int) -> None:
        owner: dict[int, int] = {}
        for territory, rep in self.forced:
            if not (0 <= territory < territories and 0 <= rep < reps):
                raise WishError("forced", f"({territory}, {rep}) names nobody or nothing.")
            if owner.setdefault(territory, rep) != rep:
                raise WishError("forced", f"territory {territory} is given to two reps.")
        for one, other in self.together:
            if owner.get(one, NOBODY) != owner.get(other, owner.get(one, NOBODY)) and one in owner:
                raise WishError("together", f"({one}, {other}) are forced to two reps.")
        for one, other in self.apart:
            if one in owner and owner[one] == owner.get(other, NOBODY):
                raise WishError("apart", f"({one}, {other}) are forced to one rep.")


def allowed_by_needs(
    needs: Sequence[frozenset[str]], has: Sequence[frozenset[str]]
) -> NDArray[np.bool_]:
    """Whether each rep (t, r) has all that a territory needs: languages, permits. O(t r)."""
    words = sorted(set().union(*needs, *has))
    wanted = np.array([[word in need for word in words] for need in needs], dtype=np.float32)
    missing = np.array([[word not in mine for word in words] for mine in has], dtype=np.float32)
    if not words:
        return np.ones((len(needs), len(has)), dtype=bool)
    lacking: NDArray[np.float32] = wanted @ missing.T
    return np.asarray(lacking == 0)


def near(
    places: tuple[Floats, Floats], homes: tuple[Floats, Floats], allowed: NDArray[np.bool_]
) -> Candidates:
    """For each territory the nearest allowed reps, for each rep the nearest allowed territories.

    `places` and `homes` are lon, lat of t territories and r reps; `allowed` (t, r). CANDIDATES of
    each, and FAR more anywhere, so that the last ones find somebody when all their neighbours are
    taken. O((t + r) CANDIDATES log) time, and t r bytes.
    """
    ways = _nearest(places, homes, allowed) | _nearest(homes, places, allowed.T).T
    anywhere = np.random.default_rng(0).integers(allowed.shape[1], size=(len(allowed), FAR))
    rows = np.arange(len(allowed))[:, None]
    ways[rows, anywhere] = allowed[rows, anywhere]
    territory, rep = np.nonzero(ways)
    metres = great_circle_m(
        places[0][territory], places[1][territory], homes[0][rep], homes[1][rep]
    )
    return Candidates(territory, rep, metres)


def _nearest(
    origins: tuple[Floats, Floats], others: tuple[Floats, Floats], allowed: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which others (n, m) are among the nearest allowed CANDIDATES of each origin."""
    found = np.zeros(allowed.shape, dtype=bool)
    if not allowed.size:
        return found
    many = min(CANDIDATES, allowed.shape[1])
    tree = KDTree(_on_globe(*others))  # type: ignore[no-untyped-call]  # scipy ships no types
    nearest = tree.query(_on_globe(*origins), many)[1].reshape(len(allowed), many)  # type: ignore[no-untyped-call]  # as above
    rows = np.arange(len(allowed))[:, None]
    found[rows, nearest] = allowed[rows, nearest]
    scarce = np.flatnonzero(found.sum(axis=1) < np.minimum(many, allowed.sum(axis=1)))
    for row in scarce:
        wanted = np.flatnonzero(allowed[row])
        metres = great_circle_m(
            origins[0][row], origins[1][row], others[0][wanted], others[1][wanted]
        )
        found[row, wanted[np.argsort(metres, kind="stable")[:many]]] = True
    return found


def _on_globe(lon: Floats, lat: Floats) -> Floats:
    """Points on the unit sphere (n, 3): what is near there is near on the Earth."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
