"""What `serve` and `demo` share: a database that is ready, a town that is loaded, a clean end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils.text import slugify
from rich.console import Console

from accounts.models import Member, Role
from canvass.models import Campaign
from common.errors import DomainError
from config.demo.load import DemoFailed, Setting, load, loaded_campaigns
from config.demo.people import address, company_name, kept_passwords
from config.demo.report import print_report
from config.demo.steps import Steps
from config.demo.towns import Town, demo_town, own_town
from config.processes import Child, Stopped, stop_on_signals, worker
from routing.engine import is_compiled, warm


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Children are stopped on any signal; an expected failure is one line, not a traceback."""
    stop_on_signals()
    try:
        yield
    except Stopped:
        Console().print("Stopped. The data is kept.")
    except DomainError as error:
        raise CommandError(error.message) from None
    except (DemoFailed, ChildProcessError, OperationalError) as error:
        raise CommandError(str(error).strip()) from None


@contextmanager
def ready_worker() -> Iterator[Child]:
    """A worker on a database whose tables are up to date; on first use they are made."""
    call_command("migrate", verbosity=0)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else its middleware warns
    say_if_compiling()
    warm()
    with worker() as background:
        yield background


def say_if_compiling() -> None:
    """A line for whoever waits at a terminal, the first time that a release is started."""
    if sys.stderr.isatty() and not is_compiled():
        sys.stderr.write("Compiling the route search, once for this version: a minute or two.\n")
        sys.stderr.flush()


def prepare_day(town_file: str, background: Child) -> None:
    """Load the town unless it is loaded, and say what there is."""
    console = Console()
    loaded = {campaign.organisation.name: campaign for campaign in loaded_campaigns()}
    if loaded and not town_file:
        for name, campaign in loaded.items():
            print_loaded(console, name, campaign)
        return
    town = choose_town(town_file, settings.VAR_DIR / "demo")
    name = company_name(town.name)
    if name in loaded:
        print_loaded(console, name, loaded[name])
        return
    console.print(f"Loading {town.name} ({town.source}).")
    campaign = load(Setting(town, background, Steps(console), accounts_file(name)))
    print_report(console, campaign, viewer_of(campaign))
    print_accounts(console, name)


def accounts_file(company: str) -> Path:
    """Where the passwords of a demo company are kept."""
    folder = settings.VAR_DIR / "demo" / slugify(company)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / "accounts.txt"


def print_loaded(console: Console, name: str, campaign: Campaign) -> None:
    """Say that a town is there already."""
    doors = campaign.prospects.count()
    line = f"{name} is loaded: {doors:,} doors. Accounts: {accounts_file(name)}"
    console.print(line, soft_wrap=True)


def choose_town(town_file: str, folder: Path) -> Town:
    """The user's town, or the demo's. Raises CommandError if the user's file is not there."""
    if not town_file:
        return demo_town(folder)
    path = Path(town_file).expanduser()
    if not path.is_file():
        raise CommandError(f"There is no file {town_file}. Give the path of an OSM extract.")
    return own_town(path)


def viewer_of(campaign: Campaign) -> Member:
    """The admin of the campaign's organisation."""
    admins = Member.objects.select_related("organisation", "team", "user")
    return admins.filter(organisation=campaign.organisation, role=Role.ADMIN)[:1].get()


def print_accounts(console: Console, company: str) -> None:
    """Print who can sign in, once; the passwords stay in a file that only its owner can read."""
    path = accounts_file(company)
    passwords = kept_passwords(path)
    console.print("Sign in (these passwords are random and shown only now):")
    for role in ("operator", "admin", "manager"):
        email = address(role, company)
        console.print(f"  {role:<9} {email}  {passwords[email]}", highlight=False)
    console.print(f"  and twelve reps: see {path}", soft_wrap=True)
