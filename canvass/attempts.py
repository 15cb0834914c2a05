"""What the first, second, … attempt at a door brings: the evidence for a limit of attempts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from accounts.models import Member
from canvass.models import CONTACT_KINDS, DEMO_KINDS, SALE_KINDS, Campaign
from canvass.selectors import ratio

LAST_SHOWN = 50

# The standing visits to each door, numbered in the order in which the prospect's state takes them.
YIELD = """
    SELECT numbered.attempt, COUNT(*), {figures} FROM (
        SELECT outcome.kind, visit.member_id, ROW_NUMBER() OVER (
            PARTITION BY visit.door_id ORDER BY visit.occurred_at, visit.id
        ) AS attempt
        FROM canvass_visit visit
        JOIN canvass_outcome outcome ON outcome.id = visit.outcome_id
        LEFT JOIN canvass_visit correction ON correction.supersedes_id = visit.id
        WHERE visit.campaign_id = %s AND visit.counts AND correction.id IS NULL
    ) numbered
    WHERE numbered.member_id IN ({members}) AND numbered.attempt <= %s
    GROUP BY numbered.attempt ORDER BY numbered.attempt
"""


@dataclass(frozen=True)
class AttemptRow:
    """The visits that were their door's n-th, and what they brought."""

    attempt: int
    visits: int
    contacts: int
    demos: int
    sales: int

    @property
    def contact_rate(self) -> float | None:
        """Contacts per visit."""
        return ratio(self.contacts, self.visits)

    @property
    def sale_rate(self) -> float | None:
        """Sales per visit."""
        return ratio(self.sales, self.visits)


def attempt_yield(*, member: Member, campaign: Campaign) -> list[AttemptRow]:
    """What each attempt brought, the first ones first, of the visits that `member` may see.

    Attempts are counted over all visits to a door, whoever made them. One query over the campaign's
    visits: a second or two for a million.
    """
    members, values = Member.objects.for_member(member).values("pk").query.sql_with_params()
    figures = ", ".join(map(counted, (CONTACT_KINDS, DEMO_KINDS, SALE_KINDS)))
    with connection.cursor() as cursor:
        cursor.execute(
            YIELD.format(figures=figures, members=members), [campaign.pk, *values, LAST_SHOWN]
        )
        return [AttemptRow(*map(int, row)) for row in cursor.fetchall()]


def counted(kinds: Iterable[str]) -> str:
    """The SQL that counts rows of some kinds, which are words of ours."""
    listed = ", ".join(f"'{kind}'" for kind in sorted(map(str, kinds)))
    return f"SUM(CASE WHEN numbered.kind IN ({listed}) THEN 1 ELSE 0 END)"
