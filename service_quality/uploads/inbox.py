"""The inbox: files that a schedule puts there are loaded, each with a report beside it."""

from __future__ import annotations

import itertools
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from service_quality.base import file_name
from service_quality.base.errors import ServiceQualityError
from service_quality.base.language import _
from service_quality.base.rounds import Rounds
from service_quality.uploads.outcome import Outcome

FOLDER = "inbox"
LOADED, REFUSED = "loaded", "refused"
REPORT = ".report.json"
QUIET_SECONDS = 5.0  # whoever still writes a file has written to it since
LOOK_SECONDS = 10.0

_one_at_a_time = threading.Lock()


def waiting(home: Path) -> list[Path]:
    """Return the files in the inbox of the data folder `home` that nobody writes to any more.

    Names that begin with a dot are those of programs that are still copying. Links are left alone:
    whoever may put files here shall not have others read.
    """
    before = time.time() - QUIET_SECONDS
    there = (home / FOLDER).glob("[!.]*")
    found = [path for path in there if path.is_file() and not path.is_symlink()]
    return sorted(path for path in found if path.stat().st_mtime <= before)


def take(home: Path, load: Callable[[Path], Outcome]) -> list[Outcome]:
    """Load what waits; each file goes to `loaded` or `refused`, its outcome beside it as JSON.

    Returns the outcomes. An error that is not the file's own, such as a full disk, leaves the file
    where it is, to be taken later; it is raised once the others were taken.
    """
    outcomes: list[Outcome] = []
    errors: list[ServiceQualityError] = []
    with _one_at_a_time:
        for path in waiting(home):
            try:
                outcomes.append(_taken(path, load))
            except ServiceQualityError as error:
                errors.append(error)
            except OSError as error:
                text = f"{file_name.readable(path.name)}: {error.strerror or error}."
                errors.append(ServiceQualityError(text))
    if errors:
        raise errors[0]
    return outcomes


def _taken(path: Path, load: Callable[[Path], Outcome]) -> Outcome:
    """Load one file and put it away; what no reader foresaw is a refusal of this file alone."""
    path = _readable(path)
    try:
        outcome = load(path)
    except (ServiceQualityError, OSError):
        raise
    except Exception as error:
        logging.getLogger(__name__).exception("A file of the inbox could not be read")
        text = _("{file}: this file could not be read ({error}). The app's log says more.")
        outcome = Outcome(path.name, reason=text.format(file=path.name, error=error))
    to = REFUSED if outcome.status == "refused" else LOADED
    _put_away(path, path.parent / to, outcome)
    return outcome


def watch(home: Path, take_all: Callable[[], object]) -> Rounds:
    """Call `take_all` whenever files wait, in a thread, until that is ended."""

    def take_what_waits() -> None:
        try:
            if waiting(home):
                take_all()
        except Exception:
            # The next look may find the reason gone, and nobody else waits for this thread.
            logging.getLogger(__name__).exception("The inbox could not be taken")

    return Rounds(take_what_waits, LOOK_SECONDS)


def _put_away(path: Path, folder: Path, outcome: Outcome) -> None:
    """Move a file and write its report; a file of the same name stays there too."""
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():
        raise ServiceQualityError(
            _(
                "{folder} is a link; the inbox follows none. Remove it, and a folder is made."
            ).format(folder=folder)
        )
    target = _reserved(folder, path.name)
    text = json.dumps(outcome.as_dict(), ensure_ascii=False, indent=1, default=str)
    target.with_name(f"{target.name}{REPORT}").write_text(text, encoding="utf-8")
    path.rename(target)


def _reserved(folder: Path, name: str) -> Path:
    """Return a name in `folder` that was free for a file and for its report, and is taken now."""
    stem, ending = Path(name).stem, Path(name).suffix
    for number in itertools.count(1):
        target = folder / (name if number == 1 else f"{stem}-{number}{ending}")
        report = target.with_name(f"{target.name}{REPORT}")
        if _is_half_done(target, report):
            for each in (target, report):
                each.unlink(missing_ok=True)
        if not os.path.lexists(target) and not os.path.lexists(report):
            # Exclusively: what appears there meanwhile, a link too, is an error and stays. The
            # report first: what holds its name and is empty was never finished.
            for each in (report, target):
                each.open("x").close()
            break
    return target


def _is_half_done(target: Path, report: Path) -> bool:
    """Whether a crash left these names taken while its file, moved last, waits in the inbox.

    A report is never empty, and what is loaded has content; only refused files may have none.
    """
    if os.path.lexists(target) and not _is_empty(target):
        return False
    return _is_empty(report) or (_is_empty(target) and target.parent.name == LOADED)


def _is_empty(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.stat().st_size


def _readable(path: Path) -> Path:
    """Give a file a name that can be written down, where the one it came with cannot be.

    A program on Windows names files in its own encoding, in which any bytes are a name.
    """
    name = file_name.readable(path.name)
    return path if name == path.name else path.rename(_free(path.parent, name))


def _free(folder: Path, name: str) -> Path:
    numbers = itertools.count(2)
    target = folder / name
    while os.path.lexists(target):
        target = folder / f"{Path(name).stem}-{next(numbers)}{Path(name).suffix}"
    return target
