"""Which version what an operation was about has, by now, in the feed of who sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from django.db.models import BigIntegerField, CharField

from accounts.models import Member
from canvass.models import FeedMark
from canvass.sync.ops import About, Op, Result
from common.prepared import Among, Given, Prepared

Asked = tuple[Op, About]


def with_versions(
    actor: Member, asked: Sequence[Asked | None], results: Sequence[Result]
) -> list[Result]:
    """The results, each with the version in the actor's feed of what its operation was about.

    None where none was `asked`, where phones show nothing of it, and before the first pull. One
    query.
    """
    rows = [
        each and each[1](each[0], result.result)
        for each, result in zip(asked, results, strict=True)
    ]
    found = versions_of(actor, {row for row in rows if row})
    return [
        replace(result, version=found.get(row)) if row else result
        for row, result in zip(rows, results, strict=True)
    ]


def versions_of(actor: Member, rows: set[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
    """The numbers of some marks in a member's feed, by what they mark."""
    if not rows:
        return {}
    entities, names = zip(*rows, strict=True)
    marks = numbers().rows(member=actor.pk, entities=set(entities), names=names)
    return {(entity, row): seq for entity, row, seq in marks}


@cache
def numbers() -> Prepared:
    """The query of `versions_of`."""
    of_rows = Among("entity", "entities", CharField()), Among("row", "names", CharField())
    marks = FeedMark.objects.filter(*of_rows, feed__member=Given("member", BigIntegerField()))
    return Prepared(marks.values_list("entity", "row", "seq"))
