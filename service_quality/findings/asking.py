"""Whom findings ask: a page's session, which remembers its answers, or a command's warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from service_quality.base import language
from service_quality.measures.answers import Answers

P = ParamSpec("P")
Answer = TypeVar("Answer")
Remember = Callable[[str, Callable[[Answers], Any]], Any]


@dataclass(frozen=True)
class Answering:
    """Who answers, and what remembers: it is given a question's text and the question.

    `scales` gives those that the reader chose for surveys.
    """

    answers: Answers
    remember: Remember
    scales: Callable[[], Sequence[str]] = tuple


_answering: ContextVar[Answering] = ContextVar("answering")


def begin(answering: Answering) -> None:
    """Ask these from now on, within this thread."""
    _answering.set(answering)


@contextmanager
def asking(answers: Answers, scales: Callable[[], Sequence[str]] = tuple) -> Iterator[None]:
    """Ask these within a `with` block, each question once."""
    seen: dict[str, Any] = {}

    def remember(text: str, question: Callable[[Answers], Any]) -> Any:
        if text not in seen:
            seen[text] = question(answers)
        return seen[text]

    token = _answering.set(Answering(answers, remember, scales))
    try:
        yield
    finally:
        _answering.reset(token)


def is_asked() -> bool:
    """Whether there is someone to ask in this thread."""
    return _answering.get(None) is not None


def answering() -> Answering:
    """Return who is asked in this thread."""
    return _answering.get()


def made(text: str, make: Callable[[], Answer]) -> Answer:
    """Return what is made of answers, the reader's language and scales, once for all sessions.

    Read it, do not change it.
    """
    here = answering()
    named = f"made: {text} {language.current_locale()} {[*here.scales()]}"
    return cast(Answer, here.remember(named, lambda _answers: make()))


def ask(
    question: Callable[Concatenate[Answers, P], Answer], *args: P.args, **words: P.kwargs
) -> Answer:
    """Return what a question of `Answers` says: the same question gives the same object.

    Read it, do not change it.
    """
    text = f"{question.__name__}{args!r}{sorted(words.items())!r}"

    def put(answers: Answers) -> Answer:
        return question(answers, *args, **words)

    return cast(Answer, answering().remember(text, put))
