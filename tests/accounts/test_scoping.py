"""Who sees which members."""

from accounts.models import Member
from tests.cast import Company


def names(viewer: Member) -> set[str]:
    return {member.user.name for member in Member.objects.for_member(viewer)}


def test_an_admin_sees_the_whole_organisation_and_no_other(
    sunrise: Company, moonlight: Company
) -> None:
    """Ada sees all six of Sunrise and nobody of Moonlight."""
    assert names(sunrise.ada) == {"Ada", "Max", "Mona", "Rosa", "Rui", "Sam"}


def test_a_manager_sees_the_subtree(sunrise: Company) -> None:
    """Max sees the north, not the south."""
    assert names(sunrise.max) == {"Max", "Rosa", "Rui"}


def test_a_rep_sees_only_themselves(sunrise: Company) -> None:
    """Rosa sees Rosa."""
    assert names(sunrise.rosa) == {"Rosa"}
