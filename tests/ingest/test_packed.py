"""A table in a zip, a gzip or a workbook is the table; what is no single table is refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service_quality.base.errors import RefusedError, UsageError
from service_quality.ingest.read import archive, workbook
from service_quality.ingest.read.sheets import of_a_series
from service_quality.ingest.read.table import Table, open_table, rows_of
from service_quality.ingest.recognise.instructions import FileForm
from service_quality.warehouse.connection import Warehouse
from tests.factories import prepared

CSV = b"id;motif\n1;retard\n2;erreur\n"
SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
{rows}
</sheetData></worksheet>"""
PARTS = {
    "[Content_Types].xml": """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>""",
    "_rels/.rels": """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>""",
    "xl/styles.xml": """<?xml version="1.0"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="1"><numFmt numFmtId="170" formatCode="[h]:mm:ss"/></numFmts>
<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="170"/></cellXfs>
</styleSheet>""",
}


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def book(**sheets: str) -> bytes:
    """Return a workbook; a sheet is the XML of its rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    named = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="s{n}" Target="worksheets/sheet{n}.xml" Type="{office}/worksheet"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = PARTS | {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships xmlns="
        '"http://schemas.openxmlformats.org/package/2006/relationships">'
        f'{links}<Relationship Id="st" Target="styles.xml" Type="{office}/styles"/>'
        "</Relationships>",
    }
    for n, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = SHEET.format(rows=rows)
    return zipped({name: text.encode() for name, text in parts.items()})


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(at: str, value: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(at: str, value: float, style: int = 0) -> str:
    return f'<c r="{at}" s="{style}"><v>{value}</v></c>'


TICKETS = (
    row(1, text("A1", "Export de mars"))
    + row(2, text("A2", "id"), text("B2", "Créé le"), text("C2", "Attente"))
    # 31 March 2024 14:05; 26 hours 2 minutes 3 seconds
    + row(3, number("A3", 1), number("B3", 45382 + 845 / 1440, 1), number("C3", 93723 / 86400, 2))
    + row(4, number("A4", 2.5), number("B4", 45383, 1))
)
NOTES = row(1, text("A1", "Notes"))


def opened(folder: Path, content: bytes, name: str, **said: str) -> Table:
    path = folder / name
    path.write_bytes(content)
    return open_table(path, form=FileForm(**said))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV),
        zipped({"export.csv": CSV}),
        zipped({"mars/export.csv": CSV, "__MACOSX/._export.csv": b"x", ".DS_Store": b"x"}),
    ],
    ids=["gzip", "zip", "zip of a Mac"],
)
def test_a_packed_table_is_the_table(tmp_path: Path, content: bytes) -> None:
    table = opened(tmp_path, content, "export.bin")
    assert table.headers == ("id", "motif")
    assert list(rows_of(table)) == [("1", "retard"), ("2", "erreur")]
    assert table.name == "export.bin"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped({}), "without a file"),
        (zipped({"a.csv": CSV, "b.csv": CSV}), "a.csv, b.csv"),
        (gzip.compress(CSV)[:-9], "damaged"),
        (zipped({"a.csv": CSV})[:-30], "damaged"),
        (gzip.compress(gzip.compress(CSV)), "packed twice"),
    ],
    ids=["nothing", "several", "gzip cut off", "zip cut off", "twice"],
)
def test_what_is_no_single_table_is_refused_in_words(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        opened(tmp_path, content, "export.zip")


def test_a_bomb_is_refused_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "SMALL", 1 << 20)
    with pytest.raises(RefusedError, match="far more"):
        opened(tmp_path, gzip.compress(b"0" * (32 << 20)), "bomb.gz")


def test_a_zip_that_says_it_is_a_bomb_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zipped({"a.csv": b"0" * (32 << 20)})
    monkeypatch.setattr(archive, "SMALL", 1 << 20)
    monkeypatch.setattr(archive, "CHUNK", -1)  # whoever unpacks it takes all at once
    with pytest.raises(RefusedError, match="far more"):
        opened(tmp_path, content, "bomb.zip")
    assert not list(tmp_path.rglob("unpacked"))


def test_a_path_in_a_zip_writes_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    table = opened(folder, zipped({"../../escaped.csv": CSV}), "export.zip")
    assert table.headers == ("id", "motif")
    assert not list(tmp_path.glob("escaped*"))


def test_the_fullest_sheet_of_a_workbook_is_read_with_its_dates_and_waits(tmp_path: Path) -> None:
    table = opened(tmp_path, book(Notes=NOTES, Mars=TICKETS), "export.xlsx")
    assert table.headers == ("id", "Créé le", "Attente")
    assert list(rows_of(table)) == [
        ("1", "2024-03-31 14:05:00", "26:02:03"),
        ("2.5", "2024-04-01", None),
    ]
    assert "Mars" in table.decided[0]


def lines(*rows: tuple[str, ...]) -> str:
    return "".join(
        row(n, *(text(f"{'ABCDEF'[at]}{n}", cell) for at, cell in enumerate(cells) if cell))
        for n, cells in enumerate(rows, 1)
    )


MARCH = (("Id", "Created at"), ("1", "2024-03-01"), ("2", "2024-03-02"))
APRIL = (("Id", "Created at"), ("3", "2024-04-01"), ("4", "2024-04-02"))


def test_sheets_with_the_same_columns_are_one_table(tmp_path: Path) -> None:
    sheets = book(March=lines(*MARCH), Notes=NOTES, April=lines(*APRIL))
    table = opened(tmp_path, sheets, "export.xlsx")
    assert table.headers == ("Id", "Created at", "Sheet")
    assert [cells[0::2] for cells in rows_of(table)] == [
        ("1", "March"),
        ("2", "March"),
        ("3", "April"),
        ("4", "April"),
    ]
    assert "March, April" in table.decided[0]
    assert "Not read: Notes" in table.decided[0]
    one = opened(tmp_path, sheets, "export.xlsx", sheet="April")
    assert (one.headers, len(list(rows_of(one)))) == (("Id", "Created at"), 2)


def test_columns_in_another_order_find_their_own(tmp_path: Path) -> None:
    turned = [(at, number) for number, at in APRIL]
    table = opened(tmp_path, book(March=lines(*MARCH), April=lines(*turned)), "export.xlsx")
    assert list(rows_of(table))[-1] == ("4", "2024-04-02", "April")


def test_a_sheet_that_holds_all_rows_is_read_alone(tmp_path: Path) -> None:
    sheets = book(March=lines(*MARCH), April=lines(*APRIL), All=lines(*MARCH, *APRIL[1:]))
    table = opened(tmp_path, sheets, "export.xlsx")
    assert table.headers == ("Id", "Created at")
    assert len(list(rows_of(table))) == 4


WIDE = (("Id", "Created at", "Solved at", "Status"), ("1", "2024-03-01", "2024-03-02", "ok"))
FULL = (*WIDE, ("2", "2024-03-03", "2024-03-04", "ok"))
NEXT = ("7", "2024-04-01", "2024-04-02", "ok")


def test_a_month_may_have_columns_more_or_less(tmp_path: Path) -> None:
    more = tuple((*cells, extra) for cells, extra in [(WIDE[0], "Team"), (NEXT, "Nord")])
    less = (WIDE[0][:3], ("9", "2024-05-01", "2024-05-02"))
    sheets = book(March=lines(*FULL), April=lines(*more), May=lines(*less))
    table = opened(tmp_path, sheets, "export.xlsx")
    assert [(cells[0], cells[3], cells[4]) for cells in rows_of(table)] == [
        ("1", "ok", None),
        ("2", "ok", None),
        ("7", "ok", "Nord"),
        ("9", None, None),
    ]
    assert "Status (May)" in table.decided[0]
    assert "Team (March, May)" in table.decided[0]


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        ("March", "April", [("Id", "Created at", "Resolved at", "Status"), NEXT]),
        ("Nord", "Sud", [("Id", "Created at", "Resolved at", "Status"), NEXT]),
        ("Mars", "Avril", [("Nummer", "Angelegt", "Gelöst", "Stand"), NEXT]),
        ("Tickets 2024-03", "Tickets 2024-04", [("Nummer", "Erstellt"), NEXT[:2]]),
        ("Jan", "Feb", [NEXT, ("8", *NEXT[1:])]),
    ],
)
def test_a_sheet_like_those_read_is_not_left_out(
    tmp_path: Path, first: str, second: str, rows: list[tuple[str, ...]]
) -> None:
    sheets = book(**{first: lines(*FULL), second: lines(*rows)})
    with pytest.raises(RefusedError, match=f"rows like those of {first} seem to stand in {second}"):
        opened(tmp_path, sheets, "export.xlsx")
    assert opened(tmp_path, sheets, "export.xlsx", sheet=first).headers == WIDE[0]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("April", WIDE[:1]),  # not yet filled in
        ("Open", [cells[:3] for cells in WIDE]),  # a part of the rows once more
        ("Teams", [("Status", "Meaning"), ("ok", "done"), ("new", "not done")]),
        ("Summary 2024", [("Status", "Count"), ("ok", "2")]),
    ],
)
def test_a_sheet_of_something_else_is_left_out(
    tmp_path: Path, name: str, rows: list[tuple[str, ...]]
) -> None:
    sheets = book(**{"March": lines(*FULL), name: lines(*rows)})
    assert len(list(rows_of(opened(tmp_path, sheets, "export.xlsx")))) == 2


def test_a_sheet_is_one_of_a_series_by_its_month_or_year() -> None:
    same = [("Jan", "Feb."), ("2024", "2025"), ("Q1 2025", "Q2 2025"), ("01.2025", "02.2025")]
    same += [("Tickets Janv 25", "Tickets Fév 25"), ("T1", "T2"), ("Export_2025-01", "Export 2025")]
    assert [pair for pair in same if not of_a_series(*pair)] == []
    other = [("Sheet1", "Sheet2"), ("Jan", "Notes"), ("2024", "Summary 2024"), ("Nord", "Sud")]
    assert [pair for pair in other if of_a_series(*pair)] == []


def test_a_cell_merged_downwards_holds_for_each_of_its_rows(tmp_path: Path) -> None:
    rows = lines(("Team", "Id"), ("Nord", "1"), ("", "2"), ("Sud", "3"), ("", "4"), ("", "5"))
    with zipfile.ZipFile(io.BytesIO(book(Tickets=rows))) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", merged.encode())
    table = opened(tmp_path, zipped(parts), "export.xlsx")
    assert [cells[0] for cells in rows_of(table)] == ["Nord", "Nord", "Sud", None, None]


def test_cells_merged_downwards_hold_in_an_opendocument_file_too(tmp_path: Path) -> None:
    def cells(*some: str) -> str:
        return "".join(
            f'<table:table-cell office:value-type="string"{span}><text:p>{it}</text:p>'
            "</table:table-cell>"
            if it
            else "<table:covered-table-cell/>"
            for it, _, span in (one.partition("|") for one in some)
        )

    def rows(*some: str) -> str:
        return "".join(f"<table:table-row>{one}</table:table-row>" for one in some)

    oasis, three = "urn:oasis:names:tc:opendocument:xmlns", ' table:number-rows-spanned="3"'
    empty = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    written = (
        f'<office:document-content xmlns:office="{oasis}:office:1.0"'
        f' xmlns:table="{oasis}:table:1.0" xmlns:text="{oasis}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{empty}'
        + rows(cells("Team", "Id"), cells(f"Nord|{three}", "1"), cells("", "2"), cells("", "3"))
        + rows(cells("Sud", "4"))
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{of}"/>'
        for path, of in (("/", kind), ("content.xml", "text/xml"))
    )
    listed = f'<m:manifest xmlns:m="{oasis}:manifest:1.0">{entries}</m:manifest>'
    parts = {"mimetype": kind, "META-INF/manifest.xml": listed, "content.xml": written}
    packed = zipped({name: part.encode() for name, part in parts.items()})
    table = opened(tmp_path, packed, "export.ods")
    assert list(rows_of(table)) == [("Nord", "1"), ("Nord", "2"), ("Nord", "3"), ("Sud", "4")]


def test_two_cells_far_apart_are_refused_before_all_between_them_are_made(tmp_path: Path) -> None:
    far = TICKETS + '<row r="1048576">' + text("XFD1048576", "x") + "</row>"
    with pytest.raises(RefusedError, match=r"has 17,179,869,184 cells.* save the sheet as CSV"):
        opened(tmp_path, book(Mars=far), "export.xlsx")


def test_cells_that_are_only_coloured_do_not_count(tmp_path: Path) -> None:
    far = TICKETS + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    same = opened(tmp_path, book(Mars=TICKETS), "plain.xlsx").sample
    assert opened(tmp_path, book(Mars=far), "export.xlsx").sample == same


@pytest.mark.parametrize("wanted", ["Notes", "1"])
def test_a_sheet_can_be_said(tmp_path: Path, wanted: str) -> None:
    table = opened(tmp_path, book(Notes=NOTES, Mars=TICKETS), "export.xlsx", sheet=wanted)
    assert table.headers == ("Notes",)


def test_an_unknown_sheet_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Notes, Mars"):
        opened(tmp_path, book(Notes=NOTES, Mars=TICKETS), "export.xlsx", sheet="Avril")


@pytest.mark.parametrize(
    "content",
    [book(Mars=TICKETS)[:-40], b"\xd0\xcf\x11\xe0" + b"x" * 600],
    ids=["xlsx", "xls"],
)
def test_a_damaged_workbook_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RefusedError, match="damaged"):
        opened(tmp_path, content, "export.xlsx")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (3.0, "3"),
        (0.1, "0.1"),
        (True, "true"),
        ("", ""),
        (date(2024, 3, 31), "2024-03-31"),
        (datetime(2024, 3, 31), "2024-03-31"),
        (time(9, 5), "09:05:00"),
        (timedelta(hours=49, seconds=7), "49:00:07"),
    ],
)
def test_cells_are_written_as_a_person_would(cell: workbook.Cell, written: str) -> None:
    assert workbook.text(cell) == written


def test_one_value_in_a_million_rows_is_a_bomb_too(tmp_path: Path) -> None:
    once = pa.array(["x" * 1_000_000])
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), once)
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"topic": column}), path)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(RefusedError, match="far more"):
        open_table(path)


def test_a_parquet_file_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{i}": pa.array([1]) for i in range(17_000)}), path)
    with pytest.raises(RefusedError, match="17,000 columns"):
        open_table(path)


def test_a_cell_of_megabytes_is_refused_before_our_own_reader_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_quality.ingest.read.copies.mended", None)
    path = tmp_path / "cell.csv"
    path.write_text("ticket_id,created_at\n1,2024-01-01\n2," + "x" * 9_000_000 + "\n")
    with (
        Warehouse.scratch().cursor() as cursor,
        pytest.raises(RefusedError, match="more than 2 MB"),
    ):
        prepared(cursor, path, "tickets", ["ticket_id", "created_at"])
