"""Deals the territories of a published cut in the foreground, in the name of a manager."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from accounts.models import Member, Role
from accounts.runs import cancel_run
from common.errors import DomainError
from common.runs import RunState
from territories.deals import DealWish, Taker, apply_deal, begin_deal, perform_deal
from territories.management.terminal import Bar, plain
from territories.models import CutRun, DealRun, Territory


class Command(BaseCommand):
    """`manage.py deal`: who gets which territory, and everybody and everything left out."""

    help = (
        "Deal the free territories of a published cut to members: short ways, even value. Prints "
        "who gets what, and everything and everybody left out with the reason. It is a proposal "
        "until --apply. Example: python manage.py deal 12 --by max@sunrise.example "
        "--starts-on 2026-06-01 --apply"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the cut, in whose name, to whom and from when."""
        parser.add_argument("cut", type=int, help="The cut's id")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="The manager or admin in whose name"
        )
        parser.add_argument(
            "--to", nargs="+", metavar="EMAIL", help="To these members; else to every rep of theirs"
        )
        parser.add_argument(
            "--starts-on", type=date.fromisoformat, metavar="DATE", help="Today if left out"
        )
        parser.add_argument("--most", type=int, help="Territories a member gets at most")
        parser.add_argument("--seed", type=int, default=0, help="The same seed, the same deal")
        parser.add_argument("--apply", action="store_true", help="Assign what is dealt")

    def handle(self, *args: Any, **given: Any) -> None:
        """Deal, print what came of it, and assign it if that is wanted."""
        console = Console()
        try:
            cut, actor = asked_for(given["cut"], given["by"])
            takers = takers_of(actor, given["to"])
            run = dealt(console, cut, (actor, takers), given)
            print_deal(console, run, {taker.pk: taker.user.name for taker in takers})
            if given["apply"]:
                made = apply_deal(actor=actor, run=run, now=timezone.now())
                console.print(f"{len(made):,} assigned from {run.starts_on} on.")
            else:
                console.print(f"Nothing is assigned yet: this is proposal {run.pk}.")
        except DomainError as error:
            raise CommandError(error.message) from None


def asked_for(cut_id: int, email: str) -> tuple[CutRun, Member]:
    """The cut, and the manager or admin of its organisation. Raises CommandError."""
    cut = CutRun.objects.filter(pk=cut_id).first()
    if cut is None:
        raise CommandError(f"There is no cut {cut_id}.")
    serving = Member.objects.serving().filter(
        organisation=cut.organisation_id, role__in=(Role.MANAGER, Role.ADMIN)
    )
    actor = serving.filter(user__email__iexact=email).select_related("user", "team").first()
    if actor is None:
        raise CommandError(f"{email} is no manager or admin of the cut's organisation.")
    return cut, actor


def takers_of(actor: Member, emails: list[str] | None) -> list[Member]:
    """The members to deal to: those named, else every rep whom the actor sees, by name."""
    seen = Member.objects.serving().for_member(actor).select_related("user")
    if emails is None:
        return list(seen.filter(role=Role.REP).order_by("user__name", "pk"))
    known = {member.user.email.casefold(): member for member in seen}
    if missing := [email for email in emails if email.casefold() not in known]:
        raise CommandError(f"{actor.user.name} has no {', '.join(missing)}.")
    return [known[email.casefold()] for email in emails]


def dealt(
    console: Console, cut: CutRun, who: tuple[Member, list[Member]], given: dict[str, Any]
) -> DealRun:
    """The proposal, done. Raises CommandError and DomainErrors."""
    actor, takers = who
    now = timezone.now()
    wish = DealWish(
        takers=tuple(Taker(taker.pk) for taker in takers), most=given["most"], seed=given["seed"]
    )
    starts_on = given["starts_on"] or now.date()
    begun = begin_deal(actor=actor, cut=cut, wish=wish, starts_on=starts_on, now=now)
    try:
        with Bar(console, f"Dealing the territories of {cut.name}") as bar:
            run = perform_deal(begun, bar)
    except KeyboardInterrupt:
        cancel_run(actor=actor, run=begun, now=timezone.now())
        raise CommandError("Interrupted; nothing was dealt.") from None
    if run.state != RunState.DONE:
        reason = run.error_message or f"A worker has proposal {run.pk}: it is {run.state}."
        raise CommandError(f"{reason} Nothing was dealt.")
    return run


def print_deal(console: Console, run: DealRun, names: dict[int, str]) -> None:
    """Print who gets what, how fair that is, and all that is left out, each with its reason."""
    table = Table(title=f"Territories of {run.cut.name}", title_justify="left", title_style="bold")
    for column in ("member", "territories", "doors", "minutes"):
        table.add_column(column, justify="left" if column == "member" else "right")
    rows = Territory.objects.filter(pk__in=run.deal).order_by("number")
    held: dict[int | None, list[Territory]] = {}
    for row in rows:
        held.setdefault(run.deal[str(row.pk)], []).append(row)
    for member, name in names.items():
        own = held.get(member, [])
        table.add_row(
            name,
            ", ".join(str(row.number) for row in own) or "none",
            f"{sum(row.door_count for row in own):,}",
            f"{sum(row.expected_minutes for row in own):,.0f}",
        )
    console.print(table)
    result = run.result
    console.print(
        f"Value from {result['smallest_share']:.2f} to {result['largest_share']:.2f} of a fair "
        f"share; ways of {result['ways_m'] / 1000:,.1f} km, at the shortest "
        f"{result['shortest_ways_m'] / 1000:,.1f} km.",
        soft_wrap=True,
        highlight=False,
    )
    left = [f"territory {one['number']}: {plain(one['why'])}" for one in result["left_out"]]
    idle = [f"{names[one['member']]}: {plain(one['why'])}" for one in result["idle"]]
    for line in (*left, *idle):
        console.print(f"Left out, {line}", soft_wrap=True, highlight=False, markup=False)
