"""Any dialect and encoding becomes a table of text; what is no table is refused with a remedy."""

from __future__ import annotations

import codecs
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from service_quality.base.errors import RefusedError
from service_quality.ingest.read.table import HEAD_BYTES, open_table, rows_of
from service_quality.ingest.recognise.instructions import FileForm

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
        (b'{"ticket_id": 1, "created_at": "2025-01-06"}\n', "JSON"),
        (b'\xef\xbb\xbf[\n  { "ticket_id": 1 }\n]', "JSON"),
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


ANSWERS = "2025-01-01 09:00:00,5,4,5\n2025-01-02 09:00:00,5,4,5\n2025-01-03 09:00:00,5,4,5\n"


@pytest.mark.parametrize(
    ("content", "headers", "count"),
    [
        ("At,1,2,3\n" + ANSWERS, ("At", "1", "2", "3"), 3),
        ("At,3,4,5\n" + ANSWERS, ("At", "3", "4", "5"), 3),  # values of rows too
        ("Team,8,9,10\nNord,5,5,2\nSud,4,4,5\n", ("Team", "8", "9", "10"), 2),
        ("0,1,2,3\n5,5,5,2\n7,3,3,5\n6,6,6,6\n", ("0", "1", "2", "3"), 3),
        ("Team,W27,W28\nNord,n/a,?\nSud,4,5\nEst,4,5\nWest,3,4\n", ("Team", "W27", "W28"), 4),
        ("Day;8:00;9:00\n3;4;5\n4;4;6\n", ("Day", "8:00", "9:00"), 2),
    ],
)
def test_small_numbers_can_be_headers_and_no_row_joins_them(
    tmp_path: Path, content: str, headers: tuple[str, ...], count: int
) -> None:
    names, rows = read(tmp_path, content)
    assert (names, len(rows)) == (headers, count)


def test_a_header_that_was_said_is_that_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,Q1,Q1\nid,Speed,Tone\n1,5,4\n2,4,3\n")
    table = open_table(path, form=FileForm(header=1))
    assert (table.headers, len(list(rows_of(table)))) == (("id", "Q1", "Q1_1"), 3)


TWO = "March\nid,mark\n1,5\n2,4\nTotal,9\n\nApril\nid,mark\n3,5\n4,4\nTotal,9\n"


def test_tables_of_one_shape_are_one_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(TWO)
    table = open_table(path, join=True)
    assert [cells[0] for cells in rows_of(table)] == ["1", "2", "3", "4"]
    assert any("2 tables with the same columns" in sentence for sentence in table.decided)
    assert len(list(rows_of(open_table(path)))) == 2
    assert len(list(rows_of(open_table(path, form=FileForm(table=2), join=True)))) == 2


def test_tables_of_one_shape_in_a_large_file_are_one(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    rows = [f"{n},{n % 5}\n" for n in range(270_000)]
    months = ["".join(rows[at : at + 90_000]) for at in (0, 90_000, 180_000)]
    path.write_text("".join(f"id,mark\n{month}" for month in months))
    assert path.stat().st_size > HEAD_BYTES
    assert len(list(rows_of(open_table(path, join=True)))) == 270_000


def test_the_same_table_again_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(2 * "id,mark\n1,5\n2,4\n3,4\n")
    assert len(list(rows_of(open_table(path, join=True)))) == 3


WRAPPED = ['1,Lille,""98,5""', "2,Nantes,97", "3,Metz,96"]


@pytest.mark.parametrize(
    "content",
    [
        "rank,name,score;;;\n" + "".join(f'"{line}";;;\n' for line in WRAPPED),
        '"rank,name,score";;;\n' + "".join(f'"{line}";;;\n' for line in WRAPPED),
        # Only the records with quotes of their own were quoted.
        f'rank,name,score;;;\n"{WRAPPED[0]}";;;\n{WRAPPED[1]};;;\n{WRAPPED[2]};;;\n',
    ],
)
def test_records_in_one_cell_with_separators_behind(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == (
        ("rank", "name", "score"),
        [("1", "Lille", "98,5"), ("2", "Nantes", "97"), ("3", "Metz", "96")],
    )


@pytest.mark.parametrize("end", ["\ufeff", "\ufeff\n", "\ufeff\r\n"])
def test_a_line_of_a_byte_order_mark_is_no_row(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, PLAIN + end)[1] == READ[1]
    assert read(tmp_path, "nom\nété\nnoël\n" + end)[1] == [("été",), ("noël",)]


def test_nul_before_a_quote_escapes_it(tmp_path: Path) -> None:
    content = 'id,text\n1,"a \x00"fine\x00" day"\n2,"b"\n3,"c\x00""\n'
    assert read(tmp_path, content)[1] == [("1", 'a "fine" day'), ("2", "b"), ("3", 'c"')]


@pytest.mark.parametrize(
    "content",
    [
        "Name    Score  Team\nAnna    5      Nord Est\nBen     14     Sud\nChloe   3      Ouest\n",
        "  Name  Score  Team\n  Anna      5  Nord Est\n   Ben     14  Sud\n Chloe      3  Ouest\n",
    ],
)
def test_columns_set_apart_by_runs_of_blanks(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == (
        ("Name", "Score", "Team"),
        [("Anna", "5", "Nord Est"), ("Ben", "14", "Sud"), ("Chloe", "3", "Ouest")],
    )


def test_the_same_names_below_two_years_are_a_second_header_row(tmp_path: Path) -> None:
    text = ",2024,,2025,\nBrand,Rank,Score,Rank,Score\nA,1,99.1,2,98\nB,2,98.2,1,99\nC,3,97,3,96\n"
    headers, rows = read(tmp_path, text)
    assert headers == ("Brand", "2024 Rank", "2024 Score", "2025 Rank", "2025 Score")
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        # Only the last row's times can be read.
        ("Nr;Von;Bis\nT1;gegen 9;gegen 10\nT2;mittags;abends\nT3;9:30;10:30\n", 3),
        (
            "Nr;Von;Antwort\nA-1;um den 03.06.2025;um den 04.06.2025\n"
            "A-2;um den 05.06.2025;um den 06.06.2025\nA-3;27.06.2025;28.06.2025\n",
            3,
        ),
        ("Nr;Von;Antwort\nT1;03.06.2025, 9 Uhr;03.06.2025, 10 Uhr\nT2;27.06.2025 9:30 Uhr;x\n", 2),
    ],
)
def test_rows_of_values_that_cannot_be_read_name_no_columns(
    tmp_path: Path, text: str, count: int
) -> None:
    headers, rows = read(tmp_path, text)
    assert (headers[0], len(rows)) == ("Nr", count)


def test_an_option_below_a_question_is_a_name_though_people_chose_it(tmp_path: Path) -> None:
    text = "Id,How often?,,Age,Visits\n,2-3 times,4-5 times,Years,Number\n"
    text += "1,2-3 times,,31,2\n2,,4-5 times,32,3\n3,2-3 times,,33,1\n"
    headers, rows = read(tmp_path, text)
    assert len(rows) == 3
    assert headers[1:3] == ("How often? 2-3 times", "How often? 4-5 times")
