"""What looks like a card number."""

import pytest

from canvass.card_numbers import has_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111  1111  1111  1111",
        "paid with 5500005555555559, thank you",
        "card:378282246310005.",
        "3782 822463 10005 exp 12/27",
        "6011 0000 0000 0004 12/27 123",
        "7 4111 1111 1111 1111",
        "4222222222222",
        "6304 0000 0000 0000 000",
    ],
)
def test_card_numbers_are_seen(text: str) -> None:
    """Test numbers of the schemes, of 13 to 19 digits, in the ways people write them."""
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Receipt 4711",
        "4111 1111 1111 1112",
        "+1 410 555 0142",
        "terminal 0042, slip 118",
        "a4111b1111c1111d1111",
        "41111111111111111111111",
        "2026-06-10 17:59:30",
        "411111111111",
    ],
)
def test_other_numbers_are_kept(text: str) -> None:
    """Telephone and slip numbers, dates, wrong check digits, too few or too many digits."""
    assert not has_card_number(text)
