"""Files as people would never write them, and what must hold of any: read or refused, in time.

`python -m tests.ingest.fuzz --minutes 30` goes on looking; what it finds goes into `seeds/`.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import importlib
import io
import random
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from service_quality.base.errors import RefusedError, UsageError
from service_quality.ingest.prepare import prepare
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.warehouse.connection import Warehouse

SEEDS = Path(__file__).with_name("seeds")
NOW = datetime(2026, 1, 15, 12)
SECONDS = 60  # what one small file may take before it counts as hanging

HEADERS = (
    ("ticket_id", "created_at", "first_reply_at", "solved_at", "status", "replies", "brand"),
    ("Id", "Created at", "Updated at", "Solved at", "Group", "First reply time in minutes"),
    ("ID", "Titre", "Statut", "Date d'ouverture", "Date de résolution", "Priorité"),
    ("email_id", "received_at", "replied_at", "quality_mark", "welcome_mark", "mystery"),
    ("response_id", "answered_at", "csat", "csat_scale", "nps", "question", "brand"),
    ("Horodateur", "Recommanderiez-vous ?", "Satisfaction"),
    ("month", "kpi", "due", "kept", "brand"),
    ("publisher", "year", "brand", "score", "rank"),
)
CELLS = (
    *(
        "",
        " ",
        "0",
        "1",
        "5",
        "7",
        "10",
        "11",
        "-1",
        "5.7",
        "12,5",
        "1 234,5",
        "1'234.50",
        "97,4 %",
    ),
    *("1e400", "nan", "inf", "1.03006E+13", "5 732 943", "£48,486.66", "<=5", "201-225", "€"),
    *("2024-03-01", "2024-03-01 10:05", "2024-03-01T10:05:00Z", "01/03/2024", "13/03/2024 9:41"),
    *("03/13/24 9:41 PM", "12/Mar/24 9:41 AM", "3 févr. 2024", "31. März 2024", "31.12.1899"),
    *("1970-01-01", "45352.5", "1709287500", "2024-13-45", "99999-01-01", "0000-00-00", "2024-03"),
    *("0:02:23", "1900-01-01 00:02:23", "2 days 03:00", "-5:00", "2h 15m", "yes", "non", "?"),
    *("n/a", "NA", "-", "sans réponse", "Blank", "très satisfait", "★★★★☆", "4/5", "agree"),
    *(
        "é",
        "日本",
        "\u202f",
        "\u00a0",
        "\ufeff",
        "\u2028",
        "it's",
        'say "so"',
        "a\\b",
        "a,b",
        "a;b",
    ),
    *("a\tb", "a|b", "line\nbreak", "line\r\nbreak", "=1+1", "<b>", "'; drop table x; --", "\x00"),
    *("x" * 300, "\U0001f600", "Total", "sep=;"),
)
DELIMITERS = (",", ";", "\t", "|", " ", ", ", ":", "~")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "mac_roman", "cp850")
cell = st.one_of(st.sampled_from(CELLS), st.text(max_size=12))


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a file's name and bytes: a table in some dress, then damaged here and there."""
    header = list(draw(st.one_of(st.sampled_from(HEADERS), st.lists(cell, max_size=8))))
    # Mostly columns of one kind each, as exports have them; now and then anything.
    kinds = [draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3)) for _ in header]
    rows = [
        [draw(st.one_of(st.sampled_from(kind), st.sampled_from(kind), cell)) for kind in kinds]
        for _ in range(draw(st.integers(0, 8)))
    ] * draw(st.sampled_from((1, 1, 1, 40)))
    quote, escape = draw(st.sampled_from(('""', "''", '"\\', '"')))[:1], draw(st.booleans())
    delimiter = draw(st.sampled_from(DELIMITERS))

    def written(row: list[str]) -> str:
        return delimiter.join(_quoted(c, delimiter, quote, backslash=escape) for c in row)

    lines = [written(row) for row in [header, *rows]]
    for _ in range(draw(st.integers(0, 2))):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(_ODD_LINES)))
    end = draw(st.sampled_from(("\n", "\r\n", "\r", "\n\r", "\r\r\n")))
    text = end.join(lines) + draw(st.sampled_from((end, "", end * 2)))
    data = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    for _ in range(draw(st.integers(0, 2))):
        data = draw(st.sampled_from(_DAMAGES))(data, draw(st.integers(0, max(len(data) - 1, 0))))
    pack = draw(st.sampled_from((_plain,) * 8 + (_gzip, _zip)))
    return draw(st.sampled_from(("export.csv", "export.xlsx", "export"))), pack(data)


def _quoted(text: str, delimiter: str, quote: str, *, backslash: bool) -> str:
    if not any(c in text for c in (delimiter, quote, "\n", "\r")):
        return text
    return quote + text.replace(quote, ("\\" if backslash else quote) + quote) + quote


_ODD_LINES = (
    "",
    ",,,",
    ";;;",
    "Report of March",
    "sep=;",
    "Total;12",
    '"',
    "'",
    "a,b,c,d,e,f,g,h,i",
)


def _cut(data: bytes, at: int) -> bytes:
    return data[:at]


def _twice(data: bytes, at: int) -> bytes:
    return data + data[at:]


def _stray(data: bytes, at: int) -> bytes:
    return data[:at] + b'"' + data[at:]


def _byte(data: bytes, at: int) -> bytes:
    return data[:at] + b"\xe9" + data[at + 1 :]


def _zero(data: bytes, at: int) -> bytes:
    return data[:at] + b"\x00" + data[at:]


def _mark(data: bytes, at: int) -> bytes:
    return b"\xef\xbb\xbf" + data


_DAMAGES: tuple[Callable[[bytes, int], bytes], ...] = (_cut, _twice, _stray, _byte, _zero, _mark)


def _plain(data: bytes) -> bytes:
    return data


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _zip(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.csv", data)
    return packed.getvalue()


class Looker:
    """Prepares one file after the other, each on a cursor of its own, nothing kept."""

    def __init__(self, folder: Path) -> None:
        # Not counted as hanging: on a busy machine this alone takes long.
        importlib.import_module("pandera.polars")
        self.folder = folder
        self.warehouse = Warehouse.open(folder / "absent.duckdb", read_only=True)

    def look(self, name: str, data: bytes) -> None:
        """Prepare the file: rows read or one of our refusals; all else is a bug and raised."""
        path = self.folder / "file"
        path.write_bytes(data)
        with _in_time(), self.warehouse.cursor() as cursor:
            try:
                found = prepare(cursor, path, Instructions(), NOW, "Europe/Paris", name)
            except (RefusedError, UsageError):
                return
            assert found.staged.rows >= found.rejected >= 0
            for issue in found.issues:
                assert 1 <= issue.rows <= found.staged.rows or not issue.rejects
                assert all(1 <= row <= found.staged.rows for row in issue.first_rows)


@contextmanager
def _in_time() -> Iterator[None]:
    """Print every thread's stack and end the process if what is inside hangs."""
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def hunt(folder: Path, examples: int, start: int) -> None:
    """Look at so many files; the first that breaks something is made small and raised."""
    looker = Looker(folder)

    @seed(start)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(files())
    def each(file: tuple[str, bytes]) -> None:
        looker.look(*file)

    each()


def main() -> None:
    """Hunt until the time is over, keeping what broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=None, help="go through the same files again")
    said = parser.parse_args()
    start = said.seed if said.seed is not None else random.SystemRandom().randrange(1 << 30)
    until, looked, broken = time.monotonic() + 60 * said.minutes, 0, 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        while time.monotonic() < until:
            try:
                hunt(Path(folder), 200, start)
            except Exception as error:
                broken += 1
                kept = SEEDS / f"{type(error).__name__}-{start}.bin"
                kept.write_bytes((Path(folder) / "file").read_bytes())
                print(f"seed {start}: {type(error).__name__}: {error}; kept as {kept.name}")
            looked += 200
            start += 1
    print(f"{looked} files, {broken} broke something; the next seed is {start}")


if __name__ == "__main__":
    main()
