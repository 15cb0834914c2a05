"""Which scripts can be asked, and which answers they take."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvass.errors import ScriptInvalid, VisitAnswersInvalid
from canvass.questions import Condition, Question, refuse_bad_answers, refuse_bad_script

KIDS = Question("kids", "Children?", "single", ("yes", "no"))
AGES = Question("ages", "Which ages?", "multiple", ("0-5", "6-12"), Condition("kids", ("yes",)))
BOOKS = Question("books", "How many books?", "number", (), Condition("ages", ("6-12",)))
NAME = Question("name", "Your name?", "text")
WHEN = Question("when", "Since when?", "date")
SCRIPT = [KIDS, AGES, BOOKS, NAME, WHEN]


def test_a_script_of_every_kind_stands() -> None:
    """And is the same after it was stored."""
    refuse_bad_script(SCRIPT)
    assert [Question.of(question.stored()) for question in SCRIPT] == SCRIPT


@pytest.mark.parametrize(
    "bad",
    [
        KIDS,
        Question("a", "?", "single", ("yes",)),
        Question("a", "?", "multiple", ("yes", "yes")),
        Question("a", "?", "text", ("yes", "no")),
        Question("a", "?", "text", (), Condition("later", ("yes",))),
        Question("a", "?", "text", (), Condition("a", ("yes",))),
        Question("a", "?", "text", (), Condition("name", ("Ann",))),
        Question("a", "?", "text", (), Condition("kids", ("perhaps",))),
        Question("a", "?", "text", (), Condition("kids", ())),
    ],
)
def test_what_cannot_be_asked_is_named(bad: Question) -> None:
    """A key twice, choices too few, twice or for nothing, a condition on nothing earlier."""
    with pytest.raises(ScriptInvalid) as raised:
        refuse_bad_script([*SCRIPT, bad])
    assert raised.value.details["question"] == bad.key


@pytest.mark.parametrize("count", [0, 101])
def test_a_script_has_a_size(count: int) -> None:
    """Neither none nor more than a hundred questions."""
    with pytest.raises(ScriptInvalid):
        refuse_bad_script([Question(f"q{n}", "?", "text") for n in range(count)])


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"kids": "no", "name": "Ann"},
        {"kids": "yes"},
        {"kids": "yes", "ages": []},
        {"books": 3, "ages": ["6-12", "0-5"], "kids": "yes"},
        {"when": "2026-02-28", "name": "x" * 2000},
        {"kids": "yes", "ages": ["6-12"], "books": -1.5},
    ],
)
def test_answers_to_what_was_asked_are_taken(answers: dict[str, Any]) -> None:
    """In any order, and nobody has to answer anything."""
    refuse_bad_answers(SCRIPT, answers)


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"dog": "yes"}, "dog"),
        ({"kids": "perhaps"}, "kids"),
        ({"kids": ["yes"]}, "kids"),
        ({"kids": None}, "kids"),
        ({"kids": "no", "ages": ["0-5"]}, "ages"),
        ({"ages": ["0-5"]}, "ages"),
        ({"kids": "yes", "ages": "0-5"}, "ages"),
        ({"kids": "yes", "ages": ["0-5", "0-5"]}, "ages"),
        ({"kids": "yes", "ages": ["7"]}, "ages"),
        ({"kids": "yes", "ages": [{}]}, "ages"),
        ({"kids": "yes", "ages": ["6-12"], "books": True}, "books"),
        ({"kids": "yes", "ages": ["6-12"], "books": "3"}, "books"),
        ({"kids": "yes", "ages": ["6-12"], "books": float("nan")}, "books"),
        ({"kids": "yes", "ages": ["6-12"], "books": 10**400}, "books"),
        ({"kids": "yes", "ages": ["0-5"], "books": 3}, "books"),
        ({"name": ""}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": "x" * 2001}, "name"),
        ({"when": "2026-02-30"}, "when"),
        ({"when": "20260228"}, "when"),
        ({"when": 20260228}, "when"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(answers: dict[str, Any], question: str) -> None:
    """Unknown, not asked, of another kind, or more than a database keeps."""
    with pytest.raises(VisitAnswersInvalid) as raised:
        refuse_bad_answers(SCRIPT, answers)
    assert raised.value.details["question"] == question


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([question.key for question in SCRIPT]), ANYTHING))
def test_whatever_a_phone_sends_is_taken_or_refused(answers: dict[str, Any]) -> None:
    """No JSON makes the check fail otherwise."""
    with suppress(VisitAnswersInvalid):
        refuse_bad_answers(SCRIPT, answers)
