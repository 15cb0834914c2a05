"""The people of the tests: two companies that work the same streets and may not see each other.

Sunrise sells books. Ada runs it; Max manages the north with the reps Rosa and Rui, Mona the south
with Sam. Moonlight sells vacuum cleaners: Olga runs it, Otto knocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import Member, Organisation, Role, Team, User

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Company:
    """An organisation of the cast with its teams and members by name."""

    organisation: Organisation
    teams: dict[str, Team]
    members: dict[str, Member]

    def __getattr__(self, name: str) -> Member:
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(name) from None


def found(name: str, teams: dict[str, str | None], people: dict[str, tuple[str, str]]) -> Company:
    """An organisation with `teams` (name → parent's name) and `people` (name → role, team)."""
    organisation = Organisation.objects.create(name=name, slug=name.lower(), created_at=NOON)
    made: dict[str, Team] = {}
    for title, parent in teams.items():
        above = made[parent] if parent else None
        team = Team.objects.create(
            organisation=organisation, parent=above, name=title, path="", created_at=NOON
        )
        team.path = f"{above.path if above else '/'}{team.pk}/"
        team.save(update_fields=["path"])
        made[title] = team
    members = {
        person: Member.objects.create(
            organisation=organisation,
            user=User.objects.create_user(f"{person}@{name}.test".lower(), name=person.title()),
            role=role,
            team=made[team_name],
            home_lon=24.94,
            home_lat=60.17,
            hired_on=date(2026, 5, 1),
        )
        for person, (role, team_name) in people.items()
    }
    return Company(organisation, made, members)


def sunrise(name: str = "Sunrise") -> Company:
    """The company of most tests; under another name its twin, with people of the same names."""
    return found(
        name,
        {name: None, "North": name, "South": name},
        {
            "ada": (Role.ADMIN, name),
            "max": (Role.MANAGER, "North"),
            "mona": (Role.MANAGER, "South"),
            "rosa": (Role.REP, "North"),
            "rui": (Role.REP, "North"),
            "sam": (Role.REP, "South"),
        },
    )


def moonlight() -> Company:
    """The other company."""
    return found(
        "Moonlight",
        {"Moonlight": None},
        {"olga": (Role.ADMIN, "Moonlight"), "otto": (Role.REP, "Moonlight")},
    )
