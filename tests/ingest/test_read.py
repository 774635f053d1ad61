"""Any dialect and encoding becomes a table of text; what is no table is refused with a remedy."""

from __future__ import annotations

import codecs
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from service_quality.base.errors import RefusedError
from service_quality.ingest.read.table import HEAD_BYTES, open_table, rows_of

Cells = list[tuple[str | None, ...]]


def read(folder: Path, content: bytes | str) -> tuple[tuple[str, ...], Cells]:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = open_table(path)
    return table.headers, list(rows_of(table))


PLAIN = "clé,nom\n1,été\n2,noël\n"
READ = (("clé", "nom"), [("1", "été"), ("2", "noël")])


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip().encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
        ('"SEP=;"\r\n' + PLAIN.replace(",", ";").replace("\n", "\r\n")).encode(),
        "clé,nom\r\n1,été\n2,noël\r\n".encode(),
        "clé,nom\n1,été\r\n2,noël\r".encode(),
        "clé,nom\r\n1,été\n2,noël\r\n".encode("utf-16"),
        ("\n \n" + PLAIN).encode(),
        ("\r\n\r\n" + PLAIN.replace("\n", "\r\n")).encode("utf-16"),
        ("sep=;\n\n" + PLAIN.replace(",", ";")).encode(),
        '"clé","nom"\n"1","été"\n"2","noël"\n'.encode(),
        b'\xef\xbb\xbf"cl\xc3\xa9",nom\n1,\xc3\xa9t\xc3\xa9\n2,no\xc3\xabl\n',
    ],
)
def test_dialects_and_encodings_read_alike(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == READ


def test_quoted_cells_hold_separators_lines_and_quotes(tmp_path: Path) -> None:
    headers, rows = read(tmp_path, 'id,text\n1,"a,b"\n2,"line\nbreak"\n3,"say ""hi"""\n4,\n')
    assert headers == ("id", "text")
    assert rows == [("1", "a,b"), ("2", "line\nbreak"), ("3", 'say "hi"'), ("4", None)]


def test_a_decimal_comma_does_not_make_a_delimiter(tmp_path: Path) -> None:
    assert read(tmp_path, "id;mark\n1;5,5\n2;6,5\n")[0] == ("id", "mark")


def test_headers_are_unique_and_never_empty(tmp_path: Path) -> None:
    headers, _rows = read(tmp_path, "Comment,Comment, ,Comment_1,'x'\na,b,c,d,e\n")
    assert headers == ("Comment", "Comment_1", "column_3", "Comment_1_1", "x")


def test_ragged_rows_keep_their_cells_and_their_order(tmp_path: Path) -> None:
    headers, rows = read(tmp_path, "a,b\n1,2\n3\n\n4,5,6,7\n8,9\n")
    assert headers == ("a", "b")
    assert rows == [("1", "2"), ("3", None), ("4", "5", "6", "7"), ("8", "9")]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,2\n\n\n3,4\n\n")[1] == [("1", "2"), ("3", "4")]


def test_a_row_that_reads_late_as_ragged_is_not_read_twice(tmp_path: Path) -> None:
    good = "".join(f"{n},x\n" for n in range(50_000))
    _headers, rows = read(tmp_path, f"a,b\n{good}1,2,3\n")
    assert len(rows) == 50_001
    assert rows[-1] == ("1", "2", "3")


def test_a_file_that_is_not_utf_8_after_all_is_read_as_cp1252(tmp_path: Path) -> None:
    filler = "x" * 200 + ",y\n"
    count = HEAD_BYTES // len(filler) + 10
    _headers, rows = read(tmp_path, b"a,b\n" + (filler * count).encode() + b"caf\xe9,z\n")
    assert len(rows) == count + 1
    assert rows[-1] == ("café", "z")


def test_a_character_cut_at_the_end_of_the_head_is_still_utf_8(tmp_path: Path) -> None:
    head = "a,b\n"
    text = head + "x" * (HEAD_BYTES - len(head) - 1) + "é,z\n"
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    assert path.read_bytes()[HEAD_BYTES - 1 : HEAD_BYTES + 1] == "é".encode()
    assert open_table(path).encoding == "utf-8"


def test_a_sample_has_stripped_texts_and_none_for_empty(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("a,b\n 1 ,\nx,2\n")
    table = open_table(path)
    assert table.sample == (("1", None), ("x", "2"))
    assert table.values("b") == ["2"]


def test_parquet_becomes_text_too(tmp_path: Path) -> None:
    path = tmp_path / "anything.bin"
    pl.DataFrame(
        {
            'we"ird, name': [1, None],
            "at": [datetime(2024, 3, 1, 10, 30), None],
            "yes": [True, False],
            "share": [0.25, 1.5],
        }
    ).write_parquet(path)
    table = open_table(path)
    assert (table.format, table.headers) == ("parquet", ('we"ird, name', "at", "yes", "share"))
    assert list(rows_of(table)) == [
        ("1", "2024-03-01 10:30:00", "true", "0.25"),
        (None, None, "false", "1.5"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\r\n ", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (codecs.BOM_UTF8 + b"\r\n\r\n", "is empty"),
        (codecs.BOM_UTF16_LE, "is empty"),
        (b"sep=;\n", "is empty"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04xl/workbook", "damaged"),
        (b"\x1f\x8b\x08", "damaged"),
        (b"PAR1 and then nothing", "damaged or incomplete"),
        (b"a,b\n1,\x00\n", "not a table"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(RefusedError, match=said) as caught:
        open_table(path, "March.csv")
    assert "March.csv" in str(caught.value)


def test_a_folder_and_an_absent_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="is a folder"):
        open_table(tmp_path)
    with pytest.raises(RefusedError, match="does not exist"):
        open_table(tmp_path / "nothing.csv")


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for path, text in zip(paths, ("x,y\n1,2\n", "x,y\n1,2\n", "x,y\n1,3\n"), strict=True):
        path.write_text(text)
    first, second, other = (open_table(path).content_hash() for path in paths)
    assert first == second != other
