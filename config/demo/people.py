"""The demo's company: its teams, its people and their passwords."""

from __future__ import annotations

import os
import random
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.text import slugify

from accounts.members import NewMember, add_member
from accounts.models import Member, Organisation, Role, Team, User
from accounts.organisations import create_organisation
from accounts.teams import create_team
from territories.models import Door

REPS = (
    "Aino Aalto", "Boris Berg", "Chloe Chen", "Dario Diaz", "Elif Eken", "Femi Falade",
    "Greta Gran", "Hamza Haddad", "Ines Ito", "Jonas Jung", "Kaisa Koski", "Liam Lund",
)  # fmt: skip
CREWS = ("Crew East", "Crew West", "Crew North", "Crew South")


@dataclass(frozen=True)
class Company:
    """The demo's organisation and its people."""

    organisation: Organisation
    admin: Member
    manager: Member
    reps: list[Member]


def company_name(town_name: str) -> str:
    """What the demo calls the company that works a town."""
    return f"{town_name} Books"


def address(person: str, organisation_name: str) -> str:
    """A person's e-mail address, in a domain that can never be real (RFC 2606)."""
    return f"{slugify(person).replace('-', '.')}@{slugify(organisation_name)}.example"


def found_company(town_name: str, *, now: datetime) -> Member:
    """The admin of the demo's company, which is made on the first call."""
    name = company_name(town_name)
    email = address("admin", name)
    admins = Member.objects.select_related("organisation", "team", "user")
    known = admins.filter(user__email=email).first()
    if known:
        return known
    return create_organisation(
        name=name,
        admin_email=email,
        admin_name="Alva Admin",
        password=secrets.token_urlsafe(16),
        now=now,
    )


def hire(admin: Member, *, hired_on: date, now: datetime) -> Company:
    """The company with its office, four crews, a manager and twelve reps who live in the town."""
    office = team(admin, admin.team, "City office", now)
    manager = member(admin, NewMember(
        email=address("manager", admin.organisation.name), name="Mika Manager",
        role=Role.MANAGER, team=office, hired_on=hired_on,
    ), now)  # fmt: skip
    crews = [team(admin, office, name, now) for name in CREWS]
    reps = [
        member(admin, NewMember(
            email=address(name, admin.organisation.name), name=name, role=Role.REP,
            team=crews[index % len(crews)], home=home, languages=("en",), hired_on=hired_on,
        ), now)
        for index, (name, home) in enumerate(zip(REPS, homes(admin.organisation), strict=True))
    ]  # fmt: skip
    return Company(admin.organisation, admin, manager, reps)


def team(admin: Member, parent: Team, name: str, now: datetime) -> Team:
    """The team of that name below `parent`, made if it is missing."""
    known = Team.objects.filter(parent=parent, name=name).first()
    return known or create_team(actor=admin, parent=parent, name=name, now=now)


def member(admin: Member, new: NewMember, now: datetime) -> Member:
    """The member with that e-mail address, made if missing."""
    members = Member.objects.select_related("organisation", "team", "user")
    known = members.filter(user__email=new.email).first()
    return known or add_member(actor=admin, new=new, password=secrets.token_urlsafe(16), now=now)


def homes(organisation: Organisation, seed: int = 7) -> list[tuple[float, float]]:
    """A home for each rep: the position (lon, lat) of a door of the town, the same every time."""
    doors = Door.objects.filter(organisation=organisation).order_by("quadkey", "pk")
    positions = list(doors.values_list("lon", "lat"))
    draw = random.Random(seed)  # noqa: S311  # repeatable, not secret
    return [positions[draw.randrange(len(positions))] for _ in REPS]


def give_passwords(company: Company, path: Path) -> dict[str, str]:
    """New random passwords for everybody in the demo, kept in `path` for its owner's eyes only.

    Returns e-mail address → password. An operator account for the Django admin is among them.
    """
    operator = address("operator", company.organisation.name)
    if not User.objects.filter(email=operator).exists():
        User.objects.create_superuser(operator, secrets.token_urlsafe(16), name="Oona Operator")
    people = [operator, *(m.user.email for m in (company.admin, company.manager, *company.reps))]
    passwords = {email: secrets.token_urlsafe(9) for email in people}
    for user in User.objects.filter(email__in=people):
        user.set_password(passwords[user.email])
        user.save(update_fields=["password"])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{email}  {password}\n" for email, password in passwords.items())
    path.chmod(0o600)
    return passwords


def kept_passwords(path: Path) -> dict[str, str]:
    """What `give_passwords` kept; empty where the file is gone."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("  ") for line in lines)
    return {email: password for email, _, password in pairs}
