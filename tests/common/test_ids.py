"""Identifiers that sort by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from common.ids import uuid7

TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TIMES, st.integers())
def test_an_id_is_a_version_7_uuid_of_its_millisecond(at: datetime, seed: int) -> None:
    """Version and variant are RFC 9562's, and the first 48 bits are the Unix milliseconds."""
    made = uuid7(at, Random(seed).getrandbits)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(at.timestamp() * 1000)


@given(TIMES, st.integers(1, 10**9), st.integers())
def test_later_ids_sort_later(at: datetime, millis: int, seed: int) -> None:
    """Whatever their random bits are, as numbers and as text."""
    draw = Random(seed).getrandbits
    early, late = uuid7(at, draw), uuid7(at + timedelta(milliseconds=millis), draw)
    assert early < late
    assert str(early) < str(late)


def test_ids_of_one_moment_differ() -> None:
    """The random bits are random."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert len({uuid7(now) for _ in range(100)}) == 100
