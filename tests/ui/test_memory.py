"""Answers are remembered for all sessions, and worked out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service_quality.ui.frame.memory import Memory


def test_a_question_is_answered_once_and_with_the_same_object() -> None:
    memory = Memory(2)
    answer = memory.get("a", lambda: [1])
    assert memory.get("a", lambda: [2]) is answer


def test_the_answer_that_was_asked_for_longest_ago_goes() -> None:
    memory = Memory(2)
    for key in ("a", "b", "a", "c"):
        memory.get(key, lambda key=key: key)
    assert memory.get("a", lambda: "again") == "a"
    assert memory.get("b", lambda: "again") == "again"


def test_who_asks_while_another_works_it_out_waits_for_that() -> None:
    memory, begun, go = Memory(2), threading.Event(), threading.Event()

    def slowly() -> str:
        begun.set()
        assert go.wait(10)
        return "first"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(memory.get, "a", slowly)
        assert begun.wait(10)
        second = threads.submit(memory.get, "a", lambda: "second")
        assert memory.get("b", lambda: "another question") == "another question"
        go.set()
        assert (first.result(10), second.result(10)) == ("first", "first")


def test_an_error_is_not_remembered() -> None:
    memory = Memory(2)
    with pytest.raises(ZeroDivisionError):
        memory.get("a", lambda: 1 / 0)
    assert memory.get("a", lambda: "now") == "now"
