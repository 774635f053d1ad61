"""The place where a command runs, and the statuses that it ends with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from service_quality.base.errors import RefusedError
from service_quality.base.language import _
from service_quality.base.settings import Settings
from service_quality.measures import rollup
from service_quality.measures.answers import Answers
from service_quality.warehouse.connection import Warehouse

if TYPE_CHECKING:
    from service_quality.uploads.register import Moment

DONE, REFUSED, USAGE, IN_USE = 0, 1, 2, 3


@dataclass(frozen=True)
class Run:
    """Where one command runs: its data, whose warehouse it uses, and where it prints.

    `hold` opens the warehouse to read it, or with the settings to write to it; `here` is the
    folder that files are named from, `by` is who runs it.
    """

    folder: Path
    settings: Settings
    hold: Callable[..., AbstractContextManager[Warehouse]]
    here: Path
    by: str
    out: TextIO
    err: TextIO

    def moment(self) -> Moment:
        """Return who publishes, and when, by the clock of the place."""
        from service_quality.uploads.register import Moment

        now = datetime.now(ZoneInfo(self.settings.timezone)).replace(tzinfo=None)
        return Moment(now, self.by)

    @contextmanager
    def answers(self, version: int | None = None) -> Iterator[Answers]:
        """Give what answers, today or as the data were at an earlier version."""
        with self.hold() as warehouse:
            if version is not None and version != warehouse.version():
                from service_quality.uploads import as_of, damage

                newest = warehouse.version()
                with warehouse.cursor() as cursor:
                    needed = damage.needed(cursor, version)
                warehouse = as_of.open(self.folder, self.settings, version, newest, needed)
            yield Answers(warehouse, self.settings)

    @contextmanager
    def summed(self, version: int | None = None) -> Iterator[Answers]:
        """Give what answers as pages do, by the monthly sums of today's settings.

        RefusedError where nothing was ever loaded.
        """
        with self.answers() as answers:
            if not answers.started():
                raise RefusedError(_("There is nothing to report yet: load a first file."))
            stale = not rollup.is_current(answers.warehouse, self.settings)
        if stale:
            with self.hold(self.settings):
                pass  # opened to write, it brings them up to date
        with self.answers(version) as answers:
            yield answers
