"""Which encoding a text was written in, and its letters as they were meant."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from service_quality.base.errors import RefusedError
from service_quality.ingest.read.table import Table, open_table, rows_of
from service_quality.ingest.recognise.instructions import FileForm

TEXT = "ville;motif\nBesançon;réponse très tardive à l'été\nSaint-Étienne;délai non tenu, déçu\n"
ROWS = [
    ("Besançon", "réponse très tardive à l'été"),
    ("Saint-Étienne", "délai non tenu, déçu"),
]


def opened(folder: Path, content: bytes, **said: str) -> Table:
    path = folder / "export.csv"
    path.write_bytes(content)
    return open_table(path, form=FileForm(**said))


@pytest.mark.parametrize(
    ("encoding", "known_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("mac_roman", "mac_roman"),
        ("cp850", "cp850"),
    ],
)
def test_letters_are_read_as_they_were_meant(tmp_path: Path, encoding: str, known_as: str) -> None:
    table = opened(tmp_path, TEXT.encode(encoding))
    assert (table.encoding, table.headers) == (known_as, ("ville", "motif"))
    assert list(rows_of(table)) == ROWS


def test_several_byte_order_marks_are_no_part_of_a_header(tmp_path: Path) -> None:
    table = opened(tmp_path, codecs.BOM_UTF8 * 2 + b'"id";"motif"\n1;a\n')
    assert table.headers == ("id", "motif")


def test_a_line_in_another_encoding_stays_legible_and_is_said(tmp_path: Path) -> None:
    first, second, third = TEXT.splitlines(keepends=True)
    content = first.encode() + second.encode() + third.encode("cp1252")
    table = opened(tmp_path, content)
    assert list(rows_of(table)) == ROWS
    assert any("such as 3" in sentence for sentence in table.decided)


def test_a_line_in_another_encoding_far_below_stays_legible(tmp_path: Path) -> None:
    header, first, second = TEXT.splitlines(keepends=True)
    content = (header + (first + second) * 30_000).encode() + "Orléans;réglé\n".encode("cp1252")
    rows = list(rows_of(opened(tmp_path, content)))
    assert (rows[0], rows[-1], len(rows)) == (ROWS[0], ("Orléans", "réglé"), 60_001)


def test_a_few_bytes_of_nothing_are_left_out_and_said(tmp_path: Path) -> None:
    table = opened(tmp_path, (TEXT * 20).encode().replace(b"tenu", b"te\x00nu", 1))
    assert list(rows_of(table))[1] == ROWS[1]
    assert any("NUL" in sentence for sentence in table.decided)


def test_many_bytes_of_nothing_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="not a table"):
        opened(tmp_path, bytes(range(256)) + b"\x00" * 100)


def test_a_person_may_say_the_encoding(tmp_path: Path) -> None:
    table = opened(tmp_path, "a;b\nœ;1\n".encode("iso8859_15"), encoding="iso8859_15")
    assert next(rows_of(table)) == ("œ", "1")
