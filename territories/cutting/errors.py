"""What makes a cut impossible. Each error names the argument that is at fault."""

from __future__ import annotations


class CutError(ValueError):
    """The doors cannot be cut as asked; `field` is the argument or column that is at fault."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class NothingToDivide(CutError):
    """There is not a single door."""

    def __init__(self) -> None:
        super().__init__("doors", "There is no door to divide.")


class TooManyTerritories(CutError):
    """More territories were asked for than there are buildings, which are never split."""

    def __init__(self, territories: int, buildings: int) -> None:
        self.territories = territories
        self.buildings = buildings
        message = f"{buildings} buildings cannot make {territories} territories."
        super().__init__("k", message)
