"""How a file of boundaries is to be read: dataset, level, which property holds what."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from territories.importing.errors import InvalidOptions
from territories.importing.options import DATASET_LENGTH, check_encoding, is_name
from territories.models import Level

DEMOGRAPHICS = ("households", "owner_occupied_share", "children", "median_income")
FIELDS = ("key", "name", "level", *DEMOGRAPHICS, "owner_occupied_percent")


@dataclass(frozen=True)
class BoundaryOptions:
    """How to read a file of boundaries. Raises InvalidOptions.

    `dataset` names the series of files that this is the newest of. `level` is that of every
    feature, unless `mapping` names a property that holds it. `mapping` says which property holds
    which of FIELDS; key and name are looked for under their usual names where it does not.
    """

    dataset: str = "neighborhoods"
    level: str = Level.NEIGHBORHOOD.value
    mapping: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.dataset.strip()) <= DATASET_LENGTH:
            raise InvalidOptions(f"Name the dataset, with at most {DATASET_LENGTH} characters.")
        if self.level not in Level.values:
            raise InvalidOptions(f"The level must be one of {', '.join(Level.values)}.")
        unknown = sorted(set(self.mapping) - set(FIELDS))
        if unknown:
            raise InvalidOptions(
                f"There is no field {unknown[0]!r}; there are {', '.join(FIELDS)}."
            )
        if not all(map(is_name, self.mapping.values())):
            raise InvalidOptions("Every mapped field needs the name of a property.")
        if self.encoding is not None:
            check_encoding(self.encoding)

    def to_json(self) -> dict[str, Any]:
        """The options as JSON; `from_json` reads them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The options that `to_json` wrote."""
        return cls(**value)
