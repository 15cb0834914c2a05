"""Founds an organisation with its first admin, who invites everybody else."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.errors import PasswordTooWeak, UserExists
from accounts.models import Member
from accounts.organisations import create_organisation
from accounts.passwords import mail_password_link
from common.errors import DomainError

LONGEST_NAME = 120
EXAMPLE = """\
Found an organisation and its first admin, who then invites everybody else.

Example:
  python manage.py create_organisation "Sunrise Books" --email ada@sunrise.example --name "Ada Lee"

Without more options a random password is made and printed once. Passwords are never taken from
the command line, where other users of the machine could read them.
"""


class Command(BaseCommand):
    """`manage.py create_organisation`: the start of a company on this installation."""

    help = EXAMPLE

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """A parser whose help keeps its lines."""
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the organisation's name, its admin, and how the admin gets a password."""
        parser.add_argument("organisation", type=short_text, help="The organisation's name")
        parser.add_argument("--email", required=True, help="The admin's e-mail address")
        parser.add_argument("--name", type=short_text, required=True, help="The admin's name")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--ask-password", action="store_true", help="Type the password, twice")
        how.add_argument(
            "--mail-link", action="store_true", help="Mail the admin a link to choose a password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say in one line why not."""
        password = first_password(ask=options["ask_password"], mail=options["mail_link"])
        try:
            admin = found(options, password)
        except PasswordTooWeak as error:
            raise CommandError(" ".join(error.details["reasons"])) from None
        except UserExists:
            raise CommandError(
                "This person has an account already. Found the organisation with another e-mail "
                "address, and invite this one from there."
            ) from None
        except DomainError as error:
            raise CommandError(error.message) from None
        organisation = admin.organisation
        self.stdout.write(f"Founded {organisation.name}; its slug is {organisation.slug}.")
        self.stdout.write(f"Admin: {admin.user.email}")
        if options["mail_link"]:
            self.stdout.write("A link to choose a password has been mailed.")
        elif not options["ask_password"]:
            self.stdout.write(f"Password, shown only now: {password}")


def short_text(value: str) -> str:
    """A name that fits its column, in single spaces."""
    text = " ".join(value.split())
    if not 0 < len(text) <= LONGEST_NAME:
        raise ArgumentTypeError(f"give 1 to {LONGEST_NAME} characters")
    return text


def first_password(*, ask: bool, mail: bool) -> str | None:
    """The admin's password: typed twice, none if they choose it behind a link, else random."""
    if mail:
        return None
    if not ask:
        return secrets.token_urlsafe(12)
    password = getpass("Password: ")
    if getpass("The same again: ") != password:
        raise CommandError("The two passwords differ.")
    return password


def found(options: dict[str, Any], password: str | None) -> Member:
    """Found the organisation, and mail the link if there is no password; both or neither."""
    with transaction.atomic():
        admin = create_organisation(
            name=options["organisation"],
            admin_email=options["email"],
            admin_name=options["name"],
            password=password,
            now=timezone.now(),
        )
        if password is None:
            mail_password_link(admin.user)
    return admin
