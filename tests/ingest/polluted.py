"""One small table in many wrong dresses, each with the table that should be read."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

HEADER = ["Id", "Created at", "Team", "Subject", "Mark"]
SUBJECTS = (
    "Parcel lost, again",
    'A 5" screen, broken',
    "Won't start",
    "Two lines\nof text",
    "plain",
    'says "no", twice',
    "",
    "O'Neil, J.",
)
Rows = list[list[str]]


@dataclass(frozen=True)
class Variant:
    """The text of a file, and the header and rows that it holds."""

    name: str
    text: str
    table: Rows


def table(count: int = 8) -> Rows:
    """Return header and rows."""
    teams = ("Lille", "Nantes", "Le Mans")
    rows = [
        [
            f"T-{n}",
            f"2024-03-{n % 28 + 1:02d} 10:{n % 60:02d}",
            teams[n % len(teams)],
            SUBJECTS[n % len(SUBJECTS)],
            str(n % 5 + 1),
        ]
        for n in range(1, count + 1)
    ]
    return [HEADER, *rows]


def cell(text: str, delimiter: str = ",", quote: str = '"', escape: str = "") -> str:
    """Return a cell as it is written: quoted where it must be."""
    if any(sign in text for sign in (delimiter[0], quote, "\n", "\r", '"')):
        return quote + text.replace(quote, (escape or quote) + quote) + quote
    return text


def line(cells: Sequence[str], delimiter: str = ",", **how: str) -> str:
    """Return a row as it is written, without its end."""
    return delimiter.join(cell(text, delimiter, **how) for text in cells)


def written(rows: Rows, delimiter: str = ",", end: str = "\n", **how: str) -> str:
    """Return rows as a file."""
    return "".join(line(row, delimiter, **how) + end for row in rows)


def lost(rows: Rows, at: int, *instead: Sequence[str]) -> Rows:
    """Return the rows with one replaced; short ones are filled up."""
    new = [[*row, *[""] * (len(HEADER) - len(row))] for row in instead]
    return [*rows[:at], *new, *rows[at + 1 :]]


def files(rows: Rows) -> Iterator[Variant]:
    """Yield what can be wrong with a whole file."""
    good = written(rows)
    quoted = io.StringIO()
    csv.writer(quoted, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    wrapped = "".join(cell(line(row) + ("" if "," in line(row) else ",")) + "\n" for row in rows)
    for name, text in {
        "as it should be": good,
        "no last line end": good.rstrip("\n"),
        "two last line ends": good + "\n",
        "CRLF": written(rows, end="\r\n"),
        "CR": written(rows, end="\r"),
        "CRLF in some lines": "".join(
            line(row) + ("\r\n" if n % 3 else "\n") for n, row in enumerate(rows)
        ),
        "blank lines between": good.replace("\nT-", "\n\nT-"),
        "blank lines of several kinds": "\r\n\n" + good.replace("\nT-2", "\n\r\n\rT-2"),
        "rows of separators": good.replace("\nT-3", "\n,,,,\nT-3") + ",,,,\n,,,,\n",
        "semicolons": written(rows, ";"),
        "tabs": written(rows, "\t"),
        "bars": written(rows, "|"),
        "blanks": written(rows, " "),
        "comma and blank": written(rows, ", "),
        "separator line": "sep=;\n" + written(rows, ";"),
        "every cell quoted": quoted.getvalue(),
        "apostrophes": written(rows, quote="'"),
        "apostrophes, not escaped": written(rows, quote="'").replace("''", "'"),
        "backslashes": written(rows, escape="\\"),
        "quotes not escaped": good.replace('""', '"'),
        "each record in one cell": wrapped,
        "each record in one cell, separators of another kind behind": "".join(
            cell(line(row)) + ";;;;\n" for row in rows
        ),
        "quotes escaped by a zero byte": written(rows, escape="\0"),
        "a byte order mark": "\ufeff" + good,
        "a byte order mark for a last line": good + "\ufeff\n",
        "two byte order marks": "\ufeff\ufeff" + good,
        "a mark before a quote": "\ufeff" + quoted.getvalue(),
        "CR within a cell": good.replace("lines\nof", "lines\rof"),
        "CRLF within a cell": good.replace("lines\nof", "lines\r\nof"),
        "separators at the end": written([[*row, ""] for row in rows]),
        "separators at the end of rows": written([rows[0], *([*row, ""] for row in rows[1:])]),
        "separators at the end of the header": written([[*rows[0], ""], *rows[1:]]),
    }.items():
        yield Variant(name, text, rows)


def around(rows: Rows) -> Iterator[Variant]:
    """Yield what can stand above and below a table."""
    good = written(rows)
    for name, text in {
        "title": "Tickets of March\n" + good,
        "title and period": "Tickets\nReporting period 2024-03-01 to 2024-03-31\n\n" + good,
        "title as wide as the table": "Tickets,,,,\n,,,,\n" + good,
        "names and values": "Report,Tickets\nExported on,2024-04-01\nBy,Ann\n\n" + good,
        "names and values as wide": "Report,Tickets,,,\nBy,Ann,,,\n,,,,\n" + good,
        "title with a quote": 'All 5" screens\n' + good,
        "note below": good + "Source: help desk\n",
        "notes below": good + "\nSource: help desk\nPrinted, in Lille\n".replace(", in", " in"),
        "note as wide as the table": good + ",,,,\nSource,,,,\n",
        "total": good + "Total,,,,27\n",
        "total and note": good + "\nGrand total:,,,,27\nExported by Ann\n",
    }.items():
        yield Variant(name, text, rows)


def headers(rows: Rows) -> Iterator[Variant]:
    """Yield tables with several header rows, none, and names that are lacking or double."""
    body = rows[1:]
    numbered = [f"column_{n}" for n in range(1, 6)]
    yield Variant("header twice", written([HEADER, *rows]), rows)
    yield Variant("header three times", written([HEADER, HEADER, *rows]), rows)
    yield Variant("no header", written(body), [numbered, *body])
    yield Variant("header only", written(rows[:1]), rows[:1])
    yield Variant("one row", written(rows[:2]), rows[:2])
    yield Variant(
        "an index without a name",
        written([["", *HEADER], *([str(n), *row] for n, row in enumerate(body))]),
        [["column_1", *HEADER], *([str(n), *row] for n, row in enumerate(body))],
    )
    double = ["Id", "Created at", "Note", "Note", "Note"]
    single = ["Id", "Created at", "Note", "Note_1", "Note_2"]
    yield Variant("the same name again", written([double, *body]), [single, *body])
    years = ["Team", "2021", "2022", "2023"]
    counts = [["Lille", "5", "7", "9"], ["Nantes", "15", "17", "19"]]
    yield Variant("years for names", written([years, *counts]), [years, *counts])
    for name, numbers in {"hours": range(8, 18), "points": range(11), "weeks": range(1, 6)}.items():
        top = ["Team", *map(str, numbers)]
        under = [
            [team, *(str(7 * n % 11) for n in numbers)] for team in ("Lille", "Nantes", "Le Mans")
        ]
        yield Variant(f"{name} for names", written([top, *under]), [top, *under])
    aligned = [[row[0], row[1], row[2], row[4]] for row in rows]
    text = "".join("".join(f"{cell:<20}" for cell in row).rstrip() + "\n" for row in aligned)
    yield Variant("cells aligned by blanks", text, aligned)
    codes = ["Q1", "Q2", "Q3", "Q4", "Q5"]
    both = [f"{code} {name}" for code, name in zip(codes, HEADER, strict=True)]
    ids = [f'{{"ImportId":"QID{n}"}}' for n in range(5)]
    yield Variant("codes, texts", written([codes, *rows]), [both, *body])
    yield Variant("codes, texts, ids", written([codes, HEADER, ids, *body]), [both, *body])
    top = ["Respondent ID", "Start Date", "What did you like?", "", "Why?"]
    under = ["", "", "Speed", "Tone", "Open-Ended Response"]
    names = ["Respondent ID", "Start Date", "What did you like? Speed", "What did you like? Tone"]
    answers = [["118", "2024-03-01", "Speed", "", "fast"], ["119", "2024-03-02", "", "Tone", ""]]
    yield Variant(
        "questions above options",
        written([top, under, *answers]),
        [[*names, "Why? Open-Ended Response"], *answers],
    )


def several(rows: Rows) -> Iterator[Variant]:
    """Yield two tables below each other, the first of which is `rows`."""
    good = written(rows)
    less = written(
        [["Team", "Chief", "Since"]] + [[f"Team {n}", "Ann", f"20{n}"] for n in range(10, 15)]
    )
    more = written(
        [["Brand", "Team", "Chief", "Since", "Until", "Place", "Note"]]
        + [["Nord", f"Team {n}", "Ann", f"20{n}", "2030", "Lille", "x"] for n in range(10, 15)]
    )
    yield Variant("the same again", good + good, rows)
    yield Variant("narrower", good + less, rows)
    yield Variant("wider", good + more, rows)
    yield Variant("narrower below a gap", good + "\n" + less, rows)
    yield Variant("wider below a title", good + "\nTeams\n" + more, rows)


def one_row(rows: Rows, at: int) -> Iterator[Variant]:
    """Yield what can be wrong with one row; `at` counts from the header, 0."""
    raw = [[cell(text) for text in row] for row in rows]

    def file(text: str) -> str:
        lines = [",".join(cells) for cells in raw]
        return "\n".join([*lines[:at], text, *lines[at + 1 :]]) + "\n"

    row, cells = rows[at], raw[at]
    for i in range(len(cells)):
        # A quote too many at the start of a cell.
        stray = '"' + cells[i] if not cells[i].startswith('"') else '""' + cells[i][1:]
        text = ",".join([*cells[:i], stray, *cells[i + 1 :]])
        yield Variant(
            f"row {at}: quote in cell {i}",
            file(text),
            lost(rows, at, [*row[:i], '"' + row[i], *row[i + 1 :]]),
        )
        if not at:
            continue
        # A separator too many: everything right of it is one cell further right.
        text = ",".join([*cells[:i], "", *cells[i:]])
        yield Variant(
            f"row {at}: separator before {i}", file(text), lost(rows, at, [*row[:i], "", *row[i:]])
        )
        if i and not any(c.startswith('"') for c in cells[i - 1 : i + 1]):
            # A separator too few: two cells are one, and the row is short.
            text = ",".join([*cells[: i - 1], cells[i - 1] + cells[i], *cells[i + 1 :]])
            yield Variant(
                f"row {at}: none before {i}",
                file(text),
                lost(rows, at, [*row[: i - 1], row[i - 1] + row[i], *row[i + 1 :]]),
            )
        if i and "\n" not in row[3]:
            text = ",".join(cells[:i]) + "\n" + ",".join(cells[i:])
            yield Variant(
                f"row {at}: line end before {i}", file(text), lost(rows, at, row[:i], row[i:])
            )
    if at and not any("\n" in text for text in row):
        for delimiter in ";|\t":
            yield Variant(f"row {at}: {delimiter!r}", file(line(row, delimiter)), rows)
    if 0 < at < len(rows) - 1:
        lines = [",".join(cells) for cells in raw]
        joined = "\n".join([*lines[:at], lines[at] + "," + lines[at + 1], *lines[at + 2 :]]) + "\n"
        expected = [*rows[:at], [*row, *rows[at + 1]], *rows[at + 2 :]]
        yield Variant(f"row {at}: no line end", joined, expected)


def both(rows: Rows) -> Iterator[Variant]:
    """Yield files with a title, a total, and one row spoilt between them."""
    for variant in one_row(rows, len(rows) // 2):
        text = "Tickets\n\n" + variant.text + "Total,,,,99\nPrinted by Ann\n"
        yield Variant(f"title, total, {variant.name}", text, variant.table)


def pairs(rows: Rows) -> Iterator[Variant]:
    """Yield rows that are spoilt in files that are."""
    ways: dict[str, Callable[[str], str]] = {
        "marked": lambda text: "\ufeff" + text,
        "CRLF": lambda text: text.replace("\n", "\r\n"),
        "no last line end": lambda text: text.rstrip("\n"),
        "a last line of a mark": lambda text: text + "\ufeff\n",
        "title": lambda text: "Tickets of March\n\n" + text,
        "note": lambda text: text + "\nSource: help desk\n",
    }
    for at in range(1, len(rows)):
        for variant in one_row(rows, at):
            for name, way in ways.items():
                yield Variant(f"{name}, {variant.name}", way(variant.text), variant.table)


def score(expected: Rows, found: Rows | None) -> float:
    """Return how well a table was read, by Pollock's measure: 10 is all of it.

    One point that it was read at all; precision, recall and F1 of header, rows and cells.
    VLDB 2023, Vitagliano et al., "Pollock: A Data Loading Benchmark".
    """
    if found is None:
        return 0.0

    def parts(table: Rows) -> Iterator[Counter[object]]:
        yield Counter(table[0])
        yield Counter(map(tuple, table[1:]))
        yield Counter(cell for row in table[1:] for cell in row)

    points = 1.0
    for want, got in zip(parts(expected), parts(found), strict=True):
        both = (want & got).total()
        precision = both / got.total() if got else float(not want)
        recall = both / want.total() if want else float(not got)
        points += precision + recall
        points += 2 * precision * recall / (precision + recall) if both else float(not want)
    return points


def every(rows: Rows) -> Iterator[Variant]:
    """Yield all variants."""
    yield from files(rows)
    yield from around(rows)
    yield from headers(rows)
    yield from several(rows)
    yield from both(rows)
    for at in range(len(rows)):
        yield from one_row(rows, at)
