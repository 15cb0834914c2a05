"""What a rep asks at the door: questions, when they are asked, and which answers are answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from canvass.errors import ScriptInvalid, VisitAnswersInvalid
from canvass.models.scripts import QuestionKind

MAX_QUESTIONS = 100
MAX_CHOICES = 50
MAX_TEXT = 2000
MAX_NUMBER = 1e15
CHOOSING = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})


@dataclass(frozen=True)
class Condition:
    """Holds when the answer to an earlier question is, or has among its choices, one of these."""

    question: str
    answers: tuple[str, ...]

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Whether it holds after the answers so far."""
        answer = given.get(self.question, [])
        return not set(self.answers).isdisjoint([answer] if isinstance(answer, str) else answer)


@dataclass(frozen=True)
class Question:
    """One question; `key` names it in the answers, `only_if` says when it is asked."""

    key: str
    text: str
    kind: str
    choices: tuple[str, ...] = ()
    only_if: Condition | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The question that a script's JSON tells."""
        told = stored.get("only_if")
        only_if = Condition(told["question"], tuple(told["answers"])) if told else None
        choices = tuple(stored.get("choices", ()))
        return cls(stored["key"], stored["text"], stored["kind"], choices, only_if)

    def stored(self) -> dict[str, Any]:
        """The question as a script's JSON tells it."""
        told: dict[str, Any] = {"key": self.key, "text": self.text, "kind": self.kind}
        told["choices"] = list(self.choices)
        told["only_if"] = self.only_if and {
            "question": self.only_if.question,
            "answers": list(self.only_if.answers),
        }
        return told


def refuse_bad_script(questions: Sequence[Question]) -> None:
    """Raise ScriptInvalid, naming the question, unless every one of them can be asked."""
    if not 1 <= len(questions) <= MAX_QUESTIONS:
        raise ScriptInvalid(f"A script has 1 to {MAX_QUESTIONS} questions.")
    earlier: dict[str, Question] = {}
    for question in questions:
        if reason := flaw(question, earlier):
            raise ScriptInvalid(reason, question=question.key)
        earlier[question.key] = question


def flaw(question: Question, earlier: Mapping[str, Question]) -> str:
    """What is wrong with a question that comes after others; nothing if it is right."""
    if question.key in earlier:
        return "Another question has this key."
    if question.kind not in CHOOSING:
        extra = bool(question.choices)
    else:
        extra = not 2 <= len(question.choices) <= MAX_CHOICES
    if extra:
        return f"Questions to choose from have 2 to {MAX_CHOICES} choices, others none."
    if len(set(question.choices)) < len(question.choices):
        return "A choice is there twice."
    return condition_flaw(question.only_if, earlier) if question.only_if else ""


def condition_flaw(condition: Condition, earlier: Mapping[str, Question]) -> str:
    """What is wrong with a condition of a question that comes after others."""
    asked = earlier.get(condition.question)
    if asked is None or asked.kind not in CHOOSING:
        return "A condition names an earlier question to choose from."
    if not condition.answers or not set(condition.answers) <= set(asked.choices):
        return "A condition names choices of its question."
    return ""


def refuse_bad_answers(questions: Iterable[Question], answers: Mapping[str, Any]) -> None:
    """Raise VisitAnswersInvalid, naming the question, unless each answer is one to what was asked.

    A question whose condition does not hold was not asked. Nobody has to answer anything.
    """
    asked = {question.key: question for question in questions}
    for key in answers:
        if key not in asked:
            raise VisitAnswersInvalid("The script has no such question.", question=key[:80])
    for question in asked.values():
        if question.key not in answers:
            continue
        if question.only_if and not question.only_if.holds(answers):
            raise VisitAnswersInvalid("This was not to be asked.", question=question.key)
        if not is_answer(question, answers[question.key]):
            raise VisitAnswersInvalid(f"Not an answer: {question.kind}.", question=question.key)


def is_answer(question: Question, value: Any) -> bool:
    """Whether a value answers a question of its kind."""
    match question.kind:
        case QuestionKind.SINGLE:
            return isinstance(value, str) and value in question.choices
        case QuestionKind.MULTIPLE:
            return is_choice_of_several(question, value)
        case QuestionKind.NUMBER:
            return type(value) in (int, float) and abs(value) < MAX_NUMBER  # no NaN is less
        case QuestionKind.DATE:
            return isinstance(value, str) and is_date(value)
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and is_storable(value)


def is_choice_of_several(question: Question, value: Any) -> bool:
    """Whether a value is a list of some of the choices, each once."""
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        return False
    return len(set(value)) == len(value) and set(value) <= set(question.choices)


def is_date(value: str) -> bool:
    """Whether a text is a day as in 2026-06-01."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_storable(value: str) -> bool:
    """Whether every database can keep the text: no NUL, no half of a character."""
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
