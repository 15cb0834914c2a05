"""Telephone numbers in one form."""

from __future__ import annotations

import pytest

from canvass.errors.telephone import PhoneInvalid
from canvass.phones import e164


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("(301) 555-0147", "US", "+13015550147"),
        ("301 5550147", "US", "+13015550147"),
        ("1-301-555-0147", "US", "+13015550147"),
        ("+1 301 555 0147", "", "+13015550147"),
        ("+1 301 555 0147", "DE", "+13015550147"),
        ("09123 4567", "DE", "+4991234567"),
        ("06 698 12345", "IT", "+390669812345"),
    ],
)
def test_the_same_number_is_spelt_the_same(text: str, region: str, number: str) -> None:
    """However it is written; the nought is dropped in Germany, and kept in Italy."""
    assert e164(text, region) == number


@pytest.mark.parametrize(
    ("text", "region"), [("555-0147", "US"), ("3015550147", ""), ("phone", "US"), ("1", "XX")]
)
def test_what_cannot_be_dialled_is_refused(text: str, region: str) -> None:
    """Too short, without a country, no number at all, no country."""
    with pytest.raises(PhoneInvalid):
        e164(text, region)
