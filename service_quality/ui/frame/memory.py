"""Remembers answers for all sessions of this process: a question is worked out once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Memory:
    """The answers last asked for, by the text of their question.

    All sessions get the same object: read it, do not change it. Who asks while another works it out
    waits for that; an error is not remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[str, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, question: Callable[[], Any]) -> Any:
        """Return what the question says, or said before under this key."""
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                self._answers.move_to_end(key)
            else:
                future = self._answers[key] = Future[Any]()
                if len(self._answers) > self._most:
                    self._answers.popitem(last=False)
        if known is not None:
            return known.result()
        try:
            future.set_result(question())
        except BaseException as error:
            with self._lock:
                self._answers.pop(key, None)
            future.set_exception(error)
            raise
        return future.result()

    def put(self, key: str, answer: Any) -> None:
        """Know an answer without asking."""
        self.get(key, lambda: answer)
