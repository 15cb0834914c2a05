"""Card numbers, which are kept nowhere: found in whatever somebody types."""

from __future__ import annotations

import re

LENGTHS = range(13, 20)  # ISO/IEC 7812-1: a primary account number has up to 19 digits
RUN = re.compile(r"\d+(?:[ .\-_/]{0,2}\d+)*")


def has_card_number(text: str) -> bool:
    """Whether some digits of the text look like a card number: 13 to 19 that pass Luhn's check.

    Groups may be parted by spaces, dots, dashes, slashes or underscores, and other groups may stand
    before or after. Of ten long numbers that are none, one is taken for one. Luhn, H. P. (1960):
    Computer for verifying numbers, US patent 2,950,048.
    """
    return any(
        passes_luhn(digits)
        for run in RUN.findall(text)
        for digits in joined_groups(re.findall(r"\d+", run))
    )


def joined_groups(groups: list[str]) -> list[str]:
    """Neighbouring groups of digits put together, wherever they have the length of a card's."""
    found = []
    for begin in range(len(groups)):
        digits = ""
        for group in groups[begin:]:
            digits += group
            if len(digits) > LENGTHS[-1]:
                break
            if len(digits) in LENGTHS:
                found.append(digits)
    return found


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[::-2]) + sum(doubled)) % 10 == 0
