"""Telephone numbers in one form, so that the same number is always spelt the same: E.164."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from canvass.errors.telephone import PhoneInvalid


def e164(text: str, region: str = "") -> str:
    """A number as `+` and digits; one without its country is of `region` (US, DE).

    As Google's libphonenumber reads it (Python's `phonenumbers`): brackets, dashes, the nought that
    is dialled within a country, and letters for digits. It must be one that can be dialled
    from abroad, by its length; whether somebody has it is not said. Raises PhoneInvalid.
    """
    try:
        found = phonenumbers.parse(text, region or None)
    except NumberParseException:
        raise PhoneInvalid from None
    if phonenumbers.is_possible_number_with_reason(found) != ValidationResult.IS_POSSIBLE:
        raise PhoneInvalid
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)


def refuse_unknown_region(region: str) -> None:
    """Raise PhoneInvalid unless it is empty, or a country whose numbers are known."""
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        raise PhoneInvalid(region=region)
