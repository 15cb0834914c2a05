"""What the demo shows a manager: doors, territories, everybody's walk, the funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from accounts.models import Member
from canvass.models import Campaign
from canvass.receipts import money
from canvass.season import SeasonReport, SeasonRow, Span, season_report
from canvass.selectors import FunnelRow
from config.demo.load import demo_day
from routing.models import LeftOutReason, Route, RouteDoor
from territories.models import Assignment, ImportRun

SHOWN_STOPS = 4


def print_report(console: Console, campaign: Campaign, viewer: Member) -> None:
    """Print the day of a campaign as `viewer` may see it."""
    console.print(doors_table(campaign))
    console.print(territories_table(campaign))
    console.print(walks_table(campaign, demo_day(campaign)))
    console.print(values_table(campaign, demo_day(campaign)))
    console.print(left_out_table(campaign, demo_day(campaign)))
    print_steps(console, campaign)
    season = season_report(Span(viewer, campaign), timezone.now())
    console.print(funnel_table(season))
    console.print(sales_table(season))


def table(title: str, *columns: str, texts: int = 1) -> Table:
    """A table whose first `texts` columns are text and whose others are figures."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="")
    for index, column in enumerate(columns):
        made.add_column(column, justify="left" if index < texts else "right")
    return made


def doors_table(campaign: Campaign) -> Table:
    """How many doors came in, and why others did not."""
    made = table("Doors", "", "count")
    for run in ImportRun.objects.filter(organisation=campaign.organisation, state="done"):
        result = run.result
        made.add_row(f"addresses read from {run.file_name}", f"{result['read']:,}")
        made.add_row("doors imported", f"{result['new'] + result['updated']:,}")
        for reason, count in sorted(result["rejected"].items()):
            made.add_row(f"rejected: {reason.replace('_', ' ')}", f"{count:,}")
    return made


def territories_table(campaign: Campaign) -> Table:
    """Each territory with its doors, the minutes it takes, and who has it."""
    made = table("Territories", "territory", "rep", "doors", "expected min", texts=2)
    given = Assignment.objects.filter(territory__cut=campaign.cut, ended_at=None)
    rows = given.select_related("territory", "member__user").order_by("territory__number")
    for row in rows:
        made.add_row(
            row.territory.name,
            row.member.user.name,
            f"{row.territory.door_count:,}",
            f"{row.territory.expected_minutes:,.0f}",
        )
    return made


def walks_table(campaign: Campaign, day: date) -> Table:
    """Each rep's walk of the day beside the same stops in address-list order."""
    made = table(
        f"Walks planned for {day:%A, %d %B %Y}",
        "rep", "stops", "doors", "first", "last", "walk km", "by address list km", "saved",
    )  # fmt: skip
    total = [0, 0]
    for route in day_routes(campaign, day):
        made.add_row(*walk_row(route, ZoneInfo(campaign.time_zone)))
        total[0] += route.walk_m
        total[1] += route.address_order_walk_m
    made.add_section()
    made.add_row("all", "", "", "", "", km(total[0]), km(total[1]), saved(*total))
    return made


def values_table(campaign: Campaign, day: date) -> Table:
    """What each evening is worth as planned, by the greedy plan, and down the address list."""
    made = table(
        "What the walks are worth, in points",
        "rep", "as planned", "known of it", "greedy plan", "more", "address list", "more",
    )  # fmt: skip
    total = [0, 0, 0]
    for route in day_routes(campaign, day):
        values = (route.value, route.greedy_value or 0, route.address_list_value or 0)
        made.add_row(str(vars(route)["rep_name"]), *value_cells(values, route.status))
        total = [a + b for a, b in zip(total, values, strict=True)]
    made.add_section()
    made.add_row("all", *value_cells(total))
    return made


def left_out_table(campaign: Campaign, day: date) -> Table:
    """How many doors the day's walks leave out, by the reason in words."""
    made = table("Doors left out, and why", "", "doors")
    out = RouteDoor.objects.filter(route__in=day_routes(campaign, day), stop=None)
    counts = Counter(out.values_list("reason", flat=True))
    for reason in LeftOutReason:
        if counts[reason]:
            made.add_row(reason.label, f"{counts[reason]:,}")
    return made


def value_cells(values: Sequence[int], status: str = "") -> list[str]:
    """A plan's value and status, and how much more it is worth than the greedy and the list."""
    planned, *others = values
    cells = [f"{planned:,}", status]
    for other in others:
        cells += [f"{other:,}", f"{planned / other - 1:.0%}" if other else "-"]
    return cells


def day_routes(campaign: Campaign, day: date) -> list[Route]:
    """The current routes of a day, with what the table counts."""
    routes = Route.objects.filter(shift__campaign=campaign, shift__day=day, is_current=True)
    return list(
        routes.select_related("shift__member__user", "shift__campaign")
        .annotate(
            stop_count=Count("stops", distinct=True),
            door_count=Count("doors", filter=Q(doors__stop__isnull=False), distinct=True),
            first_at=Min("stops__arrive_at"),
            last_at=Max("stops__arrive_at"),
            rep_name=F("shift__member__user__name"),
        )
        .order_by("rep_name")
    )


def walk_row(route: Route, zone: ZoneInfo) -> list[str]:
    """One line of the walks table."""
    figures: dict[str, object] = vars(route)
    return [
        str(figures["rep_name"]),
        str(figures["stop_count"]),
        str(figures["door_count"]),
        local_time(figures["first_at"], zone),
        local_time(figures["last_at"], zone),
        km(route.walk_m),
        km(route.address_order_walk_m),
        saved(route.walk_m, route.address_order_walk_m),
    ]


def print_steps(console: Console, campaign: Campaign) -> None:
    """Say where the walking times come from, and how the first walk begins in words."""
    routes = day_routes(campaign, demo_day(campaign))
    for source in sorted({route.travel_source for route in routes}):
        console.print(f"Walking times from {source}.", soft_wrap=True, highlight=False)
    told = next((route for route in routes if route.street_map_id and route.walk_m), None)
    if told is None:
        return
    console.print(f"The first steps of {vars(told)['rep_name']}:")
    for stop in told.stops.select_related("building").order_by("position")[:SHOWN_STOPS]:
        for step in stop.steps:
            console.print(f"  {step['text']}", soft_wrap=True, highlight=False)
        console.print(f"  knock at {stop.building}", soft_wrap=True, highlight=False)


def local_time(at: object, zone: ZoneInfo) -> str:
    """The clock time of an instant in the campaign's zone, or a dash."""
    return f"{at.astimezone(zone):%H:%M}" if isinstance(at, datetime) else "-"


def km(metres: int) -> str:
    """Metres as kilometres."""
    return f"{metres / 1000:.1f}"


def saved(walk_m: int, other_m: int) -> str:
    """How much shorter the walk is than the other."""
    return f"{1 - walk_m / other_m:.0%}" if other_m else "-"


def funnel_table(season: SeasonReport) -> Table:
    """Visits to sales, by rep."""
    made = table(
        "Funnel of the simulated days",
        "rep", "visits", "doors", "contacts", "demos", "sales", "contact rate", "sale rate",
    )  # fmt: skip
    for row in season.reps:
        made.add_row(*funnel_cells(row.funnel))
    made.add_section()
    made.add_row(*funnel_cells(season.total.funnel))
    return made


def sales_table(season: SeasonReport) -> Table:
    """What was sold, by rep: what buyers have paid, and what they owe on delivery."""
    currency = season.campaign.currency
    made = table("Sales of the simulated days", "rep", "sales", "booked", "paid", "to collect")
    for row in season.reps:
        made.add_row(*sales_cells(row, currency))
    made.add_section()
    made.add_row(*sales_cells(season.total, currency))
    return made


def sales_cells(row: SeasonRow, currency: str) -> list[str]:
    """One line of the sales table."""
    ledger = row.ledger
    amounts = (ledger.standing_minor, ledger.paid_minor, ledger.owed_minor)
    return [row.funnel.label, f"{ledger.sales:,}", *(money(one, currency) for one in amounts)]


def funnel_cells(row: FunnelRow) -> list[str]:
    """One line of the funnel table."""
    counts = (row.visits, row.doors, row.contacts, row.demos, row.sales)
    rates = (row.contact_rate, row.sale_rate)
    return [
        row.label,
        *(f"{count:,}" for count in counts),
        *("-" if rate is None else f"{rate:.1%}" for rate in rates),
    ]
