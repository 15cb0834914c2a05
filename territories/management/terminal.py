"""How an import shows itself in a terminal: a bar while it runs, a table when it has ended."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from common.runs import RunState
from territories.models import ImportRun, SnapRun, StreetMap


class Bar:
    """A bar that follows the progress of a run; it moves to and fro while nobody knows."""

    def __init__(self, console: Console, title: str) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._progress = RichProgress(*columns, console=console)
        self._task = self._progress.add_task(title, total=None)

    def report(self, done: int, total: int) -> None:
        """Show that `done` of `total` steps are done."""
        self._progress.update(self._task, completed=done, total=total if done else None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._progress.update(self._task, completed=1, total=1)
        self._progress.stop()


def print_outcome(console: Console, run: ImportRun) -> None:
    """Print what an import did, and where its rejects are."""
    if run.result:
        console.print(counts_table(run))
    if run.rejects:
        console.print("Rejected rows, each with its line and reason, are listed in:")
        console.print(run.rejects.path, soft_wrap=True, highlight=False, markup=False)


def print_street_map(console: Console, street_map: StreetMap) -> None:
    """Print how large a map is, and a warning where it covers no door."""
    result = street_map.result
    table = plain_table("Street map")
    table.add_row("region", street_map.name)
    table.add_row("version", f"{street_map.version:,}")
    table.add_row("junctions", f"{result['junctions']:,}")
    table.add_row("edges", f"{result['edges']:,}")
    table.add_row("length in km", f"{result['length_km']:,.1f}")
    table.add_row("street names", f"{result['street_names']:,}")
    table.add_row("doors covered", f"{result['doors_covered']:,}")
    console.print(table)
    if not result["doors_covered"]:
        console.print(
            "Warning: the map covers none of the organisation's doors. Import the doors of that "
            "region, or an extract of the doors' region.",
            soft_wrap=True,
        )


def print_snaps(console: Console, run: SnapRun) -> None:
    """Print how well the doors were found."""
    if run.state != RunState.DONE:
        done = "is being done by a worker" if run.state == RunState.RUNNING else run.error_message
        console.print(f"The snapping of doors, number {run.pk}: {done}", soft_wrap=True)
        return
    table = plain_table("Doors snapped")
    for quality, count in run.result["qualities"].items():
        table.add_row(plain(quality), f"{count:,}")
    table.add_row("all", f"{run.result['doors']:,}")
    console.print(table)


def plain_table(title: str) -> Table:
    """A table of names and figures."""
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    return table


def counts_table(run: ImportRun) -> Table:
    """What came in, what changed, and what did not come in."""
    result = run.result
    table = plain_table("Doors")
    rows = {"rows read": result["read"], "new": result["new"], "updated": result["updated"]}
    rows |= {f"  {plain(name)} changed": count for name, count in result["changed"].items()}
    rows |= {
        "unchanged": result["unchanged"],
        "of this dataset, not in the file any more": result["gone"],
        "new buildings": result["buildings"]["new"],
    }
    rejected = sorted(result["rejected"].items())
    rows |= {f"rejected: {plain(reason)}": count for reason, count in rejected}
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    return table


def plain(name: str) -> str:
    """A name of the code, for people."""
    return name.replace("_", " ")
