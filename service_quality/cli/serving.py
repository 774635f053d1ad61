"""What the app does beside its pages: it holds the warehouse, and answers for it.

Once a process, whatever the pages do and whoever visits them: a warehouse that was opened twice
would be tidied while an upload is being published.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from service_quality.base.rounds import Rounds
from service_quality.base.settings import Settings
from service_quality.cli import main
from service_quality.findings.mail import watch
from service_quality.uploads import example as examples
from service_quality.uploads import inbox, publish
from service_quality.warehouse import places, running
from service_quality.warehouse.connection import Warehouse

if TYPE_CHECKING:
    from service_quality.findings.mail.post import Post

_one_at_a_time = threading.Lock()
_held: dict[Path, Warehouse] = {}
_rounds: list[Rounds] = []


def warehouse(home: Path, settings: Settings) -> Warehouse:
    """Return the warehouse of the data folder `home`, opened at the first call.

    From then on no other process can open it: the command line asks this one, which takes what
    lies in the inbox too, and sends what people asked for by mail. Raises ServiceQualityError where
    it cannot be opened; the next call tries again.
    """
    return _once(home, lambda: _open(home, settings))


def example(home: Path) -> Warehouse:
    """Return the example's warehouse of the data folder `home`, made at the first call."""
    return _once(home / examples.FOLDER, lambda: examples.open(home))


def held(home: Path) -> Warehouse | None:
    """Return the warehouse of the data folder `home` where it is open; nobody waits for that."""
    return _held.get(home.resolve())


def _once(place: Path, open_it: Callable[[], Warehouse]) -> Warehouse:
    place = place.resolve()
    with _one_at_a_time:
        if place not in _held:
            _held[place] = open_it()
        return _held[place]


def _open(home: Path, settings: Settings) -> Warehouse:
    opened = publish.open_warehouse(places.of(home), settings)
    opened.keep_mirror()
    if not opened.place.shared:  # else every command opens it itself
        running.serve(home, lambda question: main.answer(question, opened, home))
    question = {"argv": ["inbox"], "here": str(home), "by": inbox.FOLDER}

    def take() -> None:
        if sentences := main.answer(question, opened, home)["err"]:
            logging.getLogger(__name__).warning(sentences)

    @cache
    def sending() -> Post:
        # Here, and not above: no page waits until all findings are imported.
        from service_quality.findings.mail.post import Post

        return Post(home, opened)

    def send() -> None:
        with opened.on_duty("mail") as ours:
            if ours:
                sending().look(datetime.now(ZoneInfo(settings.timezone)))

    _rounds.append(inbox.watch(home, take))
    _rounds.append(watch.watch(send))
    return opened


def let_go() -> None:
    """Close all that is held, at the end of a process or of its tests."""
    with _one_at_a_time:
        while _rounds:
            _rounds.pop().end()
        while _held:
            _held.popitem()[1].close()
