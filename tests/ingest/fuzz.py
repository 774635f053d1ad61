"""Files as people would never write them, and what must hold of any: read or refused, in time.

`python -m tests.ingest.fuzz --minutes 30` goes on looking; what it finds goes into `seeds/`.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import importlib
import io
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from xml.sax.saxutils import escape

from service_quality.base.errors import RefusedError, UsageError
from service_quality.ingest.prepare import prepare
from service_quality.ingest.recognise.instructions import Instructions
from service_quality.warehouse.connection import Warehouse

SEEDS = Path(__file__).with_name("seeds")
NOW = datetime(2026, 1, 15, 12)
SECONDS = 20  # of processor time that one small file may take
HANGING = 300  # seconds after which a file counts as hanging, however busy the machine

HEADERS = (
    ("ticket_id", "created_at", "first_reply_at", "solved_at", "status", "replies", "brand"),
    ("Id", "Created at", "Updated at", "Solved at", "Group", "First reply time in minutes"),
    ("ID", "Titre", "Statut", "Date d'ouverture", "Date de résolution", "Priorité"),
    ("email_id", "received_at", "replied_at", "quality_mark", "welcome_mark", "mystery"),
    ("response_id", "answered_at", "csat", "csat_scale", "nps", "question", "brand"),
    ("Horodateur", "Recommanderiez-vous ?", "Satisfaction"),
    ("month", "kpi", "due", "kept", "brand"),
    ("publisher", "year", "brand", "score", "rank"),
    ("Issue key", "Status", "Created", "Resolved", "Custom field ([CHART] Date of First Response)"),
    ("CaseNumber", "Status", "CreatedDate", "ClosedDate", "IsClosed", "Origin"),
    ("Number", "Ticket#", "Created", "Close Time", "Queue", "State", "FirstResponseInMin"),
    ("ID", "Título", "Estado", "Fecha de apertura", "Fecha de solución"),
    ("order_id", "promised_at", "delivered_at", "correct", "informed"),
    ("reviewId", "userName", "at", "score", "content", "repliedAt"),
    ("Brand", "2022", "2023", "2024"),
    ("Week", *map(str, range(1, 13))),
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
    *(
        "2025-06-03 09:12 CEST",
        "06/03/2025 9:12 AM PDT",
        "2025-06-03 09:12 IST",
        "20250603T091200Z",
    ),
    *(
        "3 czerwca 2025",
        "25-ago-2025",
        "à 09h12",
        "2024-W05",
        "202401",
        "Q1 2024",
        "FY24",
        "45658,375",
    ),
    *(
        "1h05",
        "18d 16h",
        "1.02:03:04",
        "an hour",
        "PT5M",
        "11-09-2025 08:08\n 8%",
        "101-150",
        "=94",
    ),
    *("open", "Fermé", "gelöst", "promoter", "101", "1-5", "true", "#N/A"),
)
DELIMITERS = (",", ";", "\t", "|", " ", ", ", ":", "~")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "mac_roman", "cp850")
# Of these a text is made: ASCII, accents, odd blanks and signs, Chinese, what ends lines.
LETTERS = (
    range(32, 127),
    range(160, 383),
    range(0x2000, 0x2070),
    range(0x4E00, 0x4E20),
    (0, 9, 10),
)


def file(draw: Random) -> tuple[str, bytes]:
    """Draw a file's name and bytes: a table in some dress, then damaged here and there."""
    header = draw.choice((draw.choice(HEADERS), [_text(draw) for _ in range(draw.randint(0, 8))]))
    header = list(header)
    # Mostly columns of one kind each, as exports have them; now and then anything.
    kinds = [draw.choices(CELLS, k=draw.randint(1, 3)) for _ in header]
    rows = [
        [draw.choice(kind) if draw.random() < 0.7 else _text(draw) for kind in kinds]
        for _ in range(draw.randint(0, 8))
    ] * draw.choice((1, 1, 1, 1, 1, 1, 1, 40))
    if draw.randint(0, 30) == 0:
        header, rows = header * 60, [row * 60 for row in rows]
    if draw.randint(0, 9) == 0:
        return "export.xlsx", _damaged(draw, _workbook(draw, [header, *rows]))
    quote, backslash = draw.choice(('""', "''", '"\\', '"'))[:1], draw.random() < 0.5
    delimiter = draw.choice(DELIMITERS)

    def written(row: list[str]) -> str:
        return delimiter.join(_quoted(c, delimiter, quote, backslash=backslash) for c in row)

    lines = [written(row) for row in [header, *rows]]
    for _ in range(draw.randint(0, 2)):
        lines.insert(draw.randint(0, len(lines)), draw.choice(_ODD_LINES))
    end = draw.choice(("\n", "\r\n", "\r", "\n\r", "\r\r\n"))
    text = end.join(lines) + draw.choice((end, "", end * 2))
    data = text.encode(draw.choice(ENCODINGS), errors="replace")
    pack = draw.choice((_plain,) * 8 + (_gzip, _zip))
    name = draw.choice(("export.csv", "export.xlsx", "export"))
    return name, pack(_damaged(draw, data))


def _text(draw: Random) -> str:
    if draw.random() < 0.5:
        return draw.choice(CELLS)
    return "".join(chr(draw.choice(draw.choice(LETTERS))) for _ in range(draw.randint(0, 12)))


def _damaged(draw: Random, data: bytes) -> bytes:
    for _ in range(draw.randint(0, 2)):
        data = draw.choice(_DAMAGES)(data, draw.randint(0, max(len(data) - 1, 0)))
    return data


def _workbook(draw: Random, rows: list[list[str]]) -> bytes:
    """Return a workbook of one to three sheets, its XML as people's programs write it, or worse."""
    names = [f"Month {n}" for n in range(draw.randint(1, 3))]
    merged = draw.choice(("", "A2:A4", "A1:C1", "B2:B99999", "A0:A1", "ZZZZ1:A1", "x"))
    damage = draw.choice((_plain, _plain, _plain, lambda xml: xml[: len(xml) // 2]))
    cells = "".join(
        f'<row r="{at + 1}">{"".join(_cell(draw, at, i, text) for i, text in enumerate(row))}</row>'
        for at, row in enumerate(rows)
    )
    sheet = f"<worksheet {_SPACE}><sheetData>{cells}</sheetData>"
    sheet += f'<mergeCells><mergeCell ref="{merged}"/></mergeCells></worksheet>'
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names))
    pointed = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(len(names))
    )
    parts = {
        "xl/workbook.xml": f"<workbook {_SPACE}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{pointed}</Relationships>",
        **{f"xl/worksheets/s{i}.xml": sheet for i in range(len(names))},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, xml in parts.items():
            written = xml.encode(errors="replace")
            archive.writestr(part, damage(written) if "sheets/" in part else written)
    return packed.getvalue()


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACE = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ' + f'xmlns:r="{_OFFICE}"'
)


def _cell(draw: Random, row: int, at: int, text: str) -> str:
    """Return a cell as numbers, dates, errors and texts stand in a sheet."""
    place = draw.choice(("", *[f' r="{chr(65 + at % 26)}{row + 1}"'] * 9, ' r="A1"'))
    if text.replace(".", "", 1).isdigit():
        kind = draw.choice(("", "", ' t="b"', ' t="d"', ' t="e"', ' s="1"'))
        return f"<c{place}{kind}><v>{text}</v></c>"
    return f'<c{place} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


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
        self.slowest = 0.0
        self.warehouse = Warehouse.open(folder / "absent.duckdb", read_only=True)

    def look(self, name: str, data: bytes) -> None:
        """Prepare the file: rows read or one of our refusals; all else is a bug and raised."""
        path = self.folder / "file"
        path.write_bytes(data)
        begun = time.process_time()
        self._prepare(path, name)
        took = time.process_time() - begun
        self.slowest = max(self.slowest, took)
        assert took < SECONDS, f"it took {took:.0f} s"

    def _prepare(self, path: Path, name: str) -> None:
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
    faulthandler.dump_traceback_later(HANGING, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def main() -> None:
    """Hunt until the time is over, keeping what broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--files", type=int, default=1 << 30, help="stop after so many")
    parser.add_argument("--seed", type=int, default=None, help="go through the same files again")
    said = parser.parse_args()
    start = said.seed if said.seed is not None else SystemRandom().randrange(1 << 30)
    until, looked, broken = time.monotonic() + 60 * said.minutes, 0, 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        looker = Looker(Path(folder))
        while time.monotonic() < until and looked < said.files:
            try:
                looker.look(*file(Random(start + looked)))
            except Exception as error:
                broken += 1
                kept = SEEDS / f"{type(error).__name__}-{start + looked}.bin"
                kept.write_bytes((Path(folder) / "file").read_bytes())
                print(f"{type(error).__name__}: {error}; kept as {kept.name}", flush=True)
            looked += 1
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{looked} files from seed {start}, {broken} broke something; processor time: "
        f"{time.process_time():.0f} s, the slowest {looker.slowest:.1f} s; up to {memory} MB"
    )


if __name__ == "__main__":
    main()
