"""How an import shows itself in a terminal: a bar while it runs, a table when it has ended."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table

from territories.models import ImportRun


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


def counts_table(run: ImportRun) -> Table:
    """What came in, what changed, and what did not come in."""
    result = run.result
    table = Table(title="Doors", title_justify="left", title_style="bold", show_header=False)
    table.add_column()
    table.add_column(justify="right")
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
