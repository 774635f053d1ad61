"""The inbox: files that a schedule puts there are loaded, each with a report beside it."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from service_quality.warehouse.connection import Row

FOLDER = "inbox"
LOADED, REFUSED = "loaded", "refused"
REPORT = ".report.json"
QUIET_SECONDS = 5.0  # whoever still writes a file has written to it since
LOOK_SECONDS = 10.0

_one_at_a_time = threading.Lock()


def waiting(home: Path) -> list[Path]:
    """Return the files in the inbox of the data folder `home` that nobody writes to any more.

    Names that begin with a dot are those of programs that are still copying.
    """
    before = time.time() - QUIET_SECONDS
    found = [path for path in (home / FOLDER).glob("[!.]*") if path.is_file()]
    return sorted(path for path in found if path.stat().st_mtime <= before)


def take(home: Path, load: Callable[[Path], Row]) -> list[Row]:
    """Load what waits; each file goes to `loaded` or `refused`, its outcome beside it as JSON.

    Returns the outcomes. An error that is not the file's own, such as a full disk, leaves the file
    where it is, to be taken later.
    """
    outcomes = []
    with _one_at_a_time:
        for path in waiting(home):
            outcome = load(path)
            to = REFUSED if outcome["status"] == "refused" else LOADED
            _put_away(path, path.parent / to, outcome)
            outcomes.append(outcome)
    return outcomes


def watch(home: Path, take_all: Callable[[], object]) -> None:
    """Call `take_all` whenever files wait, in a thread, until the end of the program."""

    def look() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                if waiting(home):
                    take_all()
            except Exception:
                # The next look may find the reason gone, and nobody else waits for this thread.
                logging.getLogger(__name__).exception("The inbox could not be taken")

    threading.Thread(target=look, daemon=True).start()


def _put_away(path: Path, folder: Path, outcome: Row) -> None:
    """Move a file and write its report; a file of the same name stays there too."""
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    report = target.with_name(f"{target.name}{REPORT}")
    text = json.dumps(outcome, ensure_ascii=False, indent=1, default=str)
    report.write_text(text, encoding="utf-8")
    path.rename(target)
