"""The file of rejects."""

from __future__ import annotations

from territories.importing.rejects import RejectsFile
from territories.importing.rows import Reason, Reject


def test_rejects_are_counted_and_written() -> None:
    """In their order, as CSV with a header; no spreadsheet takes a detail for a formula."""
    with RejectsFile() as rejects:
        rejects.add(
            [Reject("2", Reason.NO_STREET, "number: 5, left"), Reject("3", Reason.DUPLICATE, "")]
        )
        rejects.add(iter([Reject("n9", Reason.NO_STREET, '=HYPERLINK("x")')]))
        assert rejects.counts == {"no_street": 2, "duplicate": 1}
        assert rejects.content().read().decode().splitlines() == [
            "line,reason,detail",
            '2,no_street,"number: 5, left"',
            "3,duplicate,",
            """n9,no_street,"'=HYPERLINK(""x"")\"""",
        ]
