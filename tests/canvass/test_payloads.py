"""Hashes of what phones send: what is stored was hashed so, for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from canvass.new_visits import NewVisit
from canvass.payloads import payload_hash
from canvass.sales import NewLine, NewSale

AT = datetime(2026, 6, 1, 18, 30, tzinfo=UTC)
PLAIN = NewVisit(UUID("019756d2-0000-7000-8000-000000000001"), 7, 9, "no_answer", AT)
FULL = replace(
    PLAIN,
    lon=-76.6,
    lat=39.0,
    accuracy_m=8.0,
    note="Grüße",
    callback_at=AT + timedelta(days=1),
    supersedes=UUID("019756d2-0000-7000-8000-000000000002"),
    script_version=2,
    answers={"b": [1, None], "a": "x"},
    photos=("0" * 64,),
)
SALE = NewSale(PLAIN.id, 7, 9, AT, (NewLine(3, 2, 500),), 1000, 1000)


@pytest.mark.parametrize(
    ("sent", "digest"),
    [
        (PLAIN, "518338db99168a65e69874130d1a42f85b90321cec8bbb9173d44e522aee5039"),
        (FULL, "1bfc5af208e2219676915e50af1f0eba4e779dff3b79d58e4e4cf3810d90f30e"),
        (SALE, "31472df26304b092a2fae7757c2781335e86efdd42106e9b0fca52a5fac56aa6"),
    ],
    ids=["plain visit", "full visit", "sale"],
)
def test_hashes_are_what_they_were(sent: NewVisit | NewSale, digest: str) -> None:
    """Rows from before have these; another hash would make of the same sent again another one."""
    assert payload_hash(sent) == digest


def test_the_same_instant_has_the_same_hash_in_any_zone() -> None:
    """A phone that has crossed a border sends the same visit."""
    east = timezone(timedelta(hours=9))
    assert payload_hash(replace(PLAIN, occurred_at=AT.astimezone(east))) == payload_hash(PLAIN)
    assert payload_hash(replace(PLAIN, note="another")) != payload_hash(PLAIN)
