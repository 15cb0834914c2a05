"""Keys, names, levels and demographics out of properties."""

from __future__ import annotations

from typing import Any

import pytest

from territories.boundaries.describing import Described, Describer
from territories.boundaries.options import BoundaryOptions
from territories.boundaries.reading import Feature
from territories.importing.errors import ColumnMissing, InvalidOptions


def described(*properties: dict[str, Any], ids: str = "", **mapping: str) -> list[Described]:
    features = [
        Feature(f"feature {number}", ids and f"{ids}{number}", one, None)
        for number, one in enumerate(properties, start=1)
    ]
    describer = Describer(features, BoundaryOptions(mapping=mapping))
    return [describer.describe(feature) for feature in features]


def test_usual_properties_are_found_in_any_case() -> None:
    """NAME and GEOID, as the census writes them."""
    (found,) = described({"name": "Hill", "GEOID": "24005"})
    assert (found.name, found.key, found.is_named) == ("Hill", "24005", True)


def test_a_file_without_properties_gets_names_and_keys_by_place() -> None:
    """Which is said: they are not named."""
    found = described({}, {})
    assert [one.name for one in found] == ["Neighborhood 1", "Neighborhood 2"]
    assert [one.key for one in found] == ["feature 1", "feature 2"]
    assert not any(one.is_named for one in found)


def test_a_key_that_repeats_is_told_apart() -> None:
    """No feature takes another's place."""
    found = described({"NAME": "Hill"}, {"NAME": "Hill"})
    assert [one.key for one in found] == ["Hill", "Hill #2"]


def test_a_mapped_key_wins_over_the_features_own_id() -> None:
    """And that over the usual ones."""
    assert described({"NO": 3, "GEOID": 1}, ids="x", key="NO")[0].key == "3"
    assert described({"NO": 3, "GEOID": 1}, ids="x")[0].key == "x1"


def test_demographics_are_read_as_people_write_them() -> None:
    """Thousands separated, percents as shares, nothing where nothing is mapped."""
    (found,) = described(
        {"HH": "1,234", "OWN": "61.5", "KIDS": 12.0},
        households="HH", owner_occupied_percent="OWN", children="KIDS",
    )  # fmt: skip
    assert found.demographics == {
        "households": 1234, "owner_occupied_share": 0.615, "children": 12, "median_income": None,
    }  # fmt: skip
    assert found.unreadable == ()


@pytest.mark.parametrize("said", [-666666666, "n/a", True, 1e30, [1], "inf"])
def test_a_figure_that_makes_no_sense_is_missing_and_said(said: Any) -> None:
    """The census has a large negative number for "unknown"."""
    (found,) = described({"INCOME": said}, median_income="INCOME")
    assert found.demographics["median_income"] is None
    assert found.unreadable == ("median_income",)


def test_a_share_above_one_is_no_share() -> None:
    """Nobody guesses that it is a percentage: there is a field for that."""
    (found,) = described({"OWN": 61.5}, owner_occupied_share="OWN")
    assert found.unreadable == ("owner_occupied_share",)


def test_a_missing_value_is_missing_without_a_word_of_reproach() -> None:
    """Missing is allowed."""
    (found, _) = described({"INCOME": None}, {"INCOME": 5}, median_income="INCOME")
    assert (found.demographics["median_income"], found.unreadable) == (None, ())


def test_a_level_may_come_from_a_property() -> None:
    """One that nobody knows is said, and the option's level taken."""
    first, second = described({"L": "Block Group"}, {"L": "ward"}, level="L")
    assert (first.level, first.unreadable) == ("block_group", ())
    assert (second.level, second.unreadable) == ("neighborhood", ("level",))


def test_a_mapped_property_that_no_feature_has_is_refused() -> None:
    """The error names those that there are."""
    with pytest.raises(ColumnMissing, match=r"'HOUSES' for households\. There are: NAME"):
        described({"NAME": "Hill"}, households="HOUSES")


@pytest.mark.parametrize(
    "options",
    [{"dataset": " "}, {"level": "ward"}, {"mapping": {"cats": "C"}}, {"mapping": {"name": ""}},
     {"encoding": "klingon"}],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    """Before anything is kept or queued."""
    with pytest.raises(InvalidOptions):
        BoundaryOptions(**options)
