"""How a text file writes a table: its delimiter, its quotes, and how it escapes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from service_quality.ingest.read.cells import Dialect
from service_quality.ingest.read.records import DELIMITERS, TAIL, records

SEPARATOR_LINE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
# Enough to tell one delimiter from another.
ENOUGH = 200


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends: CRLF, LF or CR."""
    return LINE.findall(text)


def decide(lines: Sequence[str], delimiter: str | None = None) -> Dialect:
    """Return the dialect that gives the most regular and then the widest table.

    `delimiter` is what a person or the file itself says of it.
    """
    lines = [line for line in islice(lines, ENOUGH) if line.strip()]
    dialect, score = _best(lines, (delimiter,) if delimiter else DELIMITERS)
    bare = _without_tails(lines)
    wrapped, more = _best(_opened(bare) if bare else _inner(lines), DELIMITERS)
    if more > (0 if bare else score):
        return replace(wrapped, wrapped=True)
    if (not score and not delimiter) or delimiter == " ":
        gap = next((gap for gap in (2, 1) if _are_aligned(lines, gap)), 0)
        if gap:
            return Dialect(" ", quote="", escape="", gap=gap)
    return dialect if score else _with_quote("\n".join(lines), delimiter or ",")


def _best(lines: Sequence[str], delimiters: Sequence[str]) -> tuple[Dialect, float]:
    text = "".join(line if line.endswith(("\r", "\n")) else line + "\n" for line in lines)
    best, most = Dialect(), 0.0
    for delimiter in delimiters:
        if delimiter in text:
            dialect = _with_quote(text, delimiter)
            score = _score(lines, dialect)
            # Of two equal ones the first: a blank behind a comma is rarely part of it.
            if score > most + 1e-9:
                best, most = dialect, score
    return best, most


def _score(lines: Sequence[str], dialect: Dialect) -> float:
    rows = [record.cells for record in records(lines, dialect)]
    widths = Counter(len(row) for row in rows)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width = max(wide, key=lambda w: (wide[w], w))
    alike = wide[width] / len(rows)
    if dialect.delimiter == " " and (alike < 0.9 or width < 3 or len(rows[0]) != width):
        return 0.0
    cells = [cell for row in rows if len(row) == width for cell in row if cell]
    foreign = "".join(d for d in ",;\t|" if d not in dialect.delimiter)
    clean = sum(1 for cell in cells if _clean(cell, foreign)) / max(len(cells), 1)
    # A blank is in every text: any other delimiter that fits at all is likelier.
    doubt = 0.25 if dialect.delimiter == " " else 1.0
    return alike * alike * (width - 1) / width * (0.3 + 0.7 * clean) * doubt


def _clean(cell: str, foreign: str) -> bool:
    """Whether a cell looks like one: no other delimiter but a comma in a text, no open end."""
    if any(letter in cell for letter in foreign if letter != ","):
        return False
    return cell[0] not in " " and not (cell[0] in "\"'" and cell[-1] != cell[0])


def _with_quote(text: str, delimiter: str) -> Dialect:
    """Return the dialect with the quote and the escape that the text shows."""
    edge = re.escape(delimiter)

    def quoted(quote: str) -> int:
        return len(
            re.findall(rf"(?:^|{edge}) ?{quote}(?=[^\r\n]*{quote} ?(?:{edge}|$))", text, re.M)
        )

    quote = "'" if quoted("'") > 2 * quoted('"') else '"'
    behind = len(re.findall(rf"\\{quote}(?! ?(?:{edge}|$|\r))", text, re.M))
    doubled = len(re.findall(rf"[^{edge[-1]}\r\n\\{quote}]{quote}{quote}", text))
    # Other quotes that come in pairs only were doubled for a reader with that quote.
    runs = [len(run) for run in re.findall('"+', text)] if quote == "'" else []
    if runs and len(runs) > behind and not any(run % 2 for run in runs):
        return Dialect(delimiter, quote, '"')
    return Dialect(delimiter, quote, "\\" if behind > doubled else quote)


def _without_tails(lines: Sequence[str]) -> list[str]:
    """Return lines without the separators that end nearly all of them and stand nowhere else.

    None where it is not so: a sheet whose one column holds whole records was saved like that.
    """
    ends = Counter(found[1] for line in lines if (found := TAIL.search(line)))
    sign, count = max(ends.items(), key=lambda item: item[1], default=("", 0))
    if count < 0.8 * len(lines):  # the others are lines within cells
        return []
    bare = [line.rstrip("\r\n ").rstrip(sign) for line in lines]
    return bare if sum(sign in line for line in bare) <= 0.1 * len(lines) else []


def _opened(lines: Sequence[str]) -> list[str]:
    """Return lines without the quotes around the whole of some."""
    found = [next(records([line], Dialect("\0")), None) for line in lines]
    return [record.cells[0] + "\n" for record in found if record]


def _are_aligned(lines: Sequence[str], gap: int) -> bool:
    """Whether runs of blanks cut all lines into the same number of cells, several times over."""
    rows = [record.cells for record in records(lines, Dialect(" ", gap=gap))]
    apart = sum("  " in line.strip() for line in lines)
    least = 2 if gap > 1 else 3
    return len(rows) > 2 and len(rows[0]) >= least and len({*map(len, rows)}) == 1 and apart > 0


def _inner(lines: Sequence[str]) -> list[str]:
    """Return the lines inside records that are one quoted cell each; none unless most are."""
    whole = list(records(lines, Dialect("\0")))
    quoted = [r for r in whole if not r.odd and lines[r.line].startswith('"')]
    if len(quoted) < 0.8 * len(whole):
        return []
    return [line for record in quoted for line in lines_of(record.cells[0] + "\n")]
