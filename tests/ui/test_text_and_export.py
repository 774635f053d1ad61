"""What users wrote is text: on the page, and in a spreadsheet."""

import csv
import io
import zipfile
from datetime import datetime

import pytest
from python_calamine import CalamineWorkbook

from service_quality.base import language
from service_quality.base.spreadsheets import safe
from service_quality.ui.parts import tables
from service_quality.ui.parts.export import Column, to_csv, to_xlsx
from service_quality.ui.parts.text import md

NASTY = [
    "*a*",
    "_a_",
    "[a](http://b)",
    "<b>",
    "$x$",
    ":red[x]",
    "`c`",
    "~~a~~",
    "# a",
    "a|b",
    "&lt;",
]


@pytest.mark.parametrize("text", NASTY)
def test_no_markup_is_left_bare(text):
    shown = md(text)
    assert shown != text
    for i, sign in enumerate(shown):
        if sign in "*_[]<>$`~|#&:":
            assert shown[i - 1] == "\\", shown


def test_what_looks_like_an_address_or_a_list_is_broken_up():
    for text in ("www.example.com", "https://example.com", "a@b.com", "- item", "1. item", "->"):
        assert "\u2060" in md(text)
    assert md("68.2% (top two)") == "68.2% (top two)"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-a", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-1+2", "=-1"]
)
def test_a_formula_becomes_text(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize("value", ["-12.5", "+3", "-12,5 %", "plain", "", None, -4, 2.5])
def test_numbers_stay_numbers(value):
    assert safe(value) == value


COLUMNS = {
    "a": Column("Name"),
    "b": Column("=Value", "rate"),
    "c": Column("Hours", "minutes"),
    "d": Column("n", "whole"),
}
ROWS = [
    {"a": "=x", "b": 0.1234567890123456, "c": 90.0, "d": 1234},
    {"a": None, "b": 1 / 3, "c": None, "d": -1},
]


def test_csv_has_headings_empty_cells_and_no_more_digits_than_the_page():
    text = to_csv(ROWS, COLUMNS).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Name", "'=Value", "Hours", "n"],
        ["'=x", "0.123", "1.5", "1234"],
        ["", "0.333", "", "-1"],
    ]


def test_a_french_spreadsheet_gets_semicolons_and_decimal_commas():
    rows = [{"a": "Séphanie; SA", "b": 0.5, "c": 90.0, "d": 3}]
    with language.using("fr-FR"):
        data = to_csv(rows, COLUMNS)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines == ["Name;'=Value;Hours;n", '"Séphanie; SA";0,5;1,5;3']


def test_a_workbook_has_numbers_as_numbers_texts_as_texts_and_what_they_mean():
    rows = [*ROWS, {"a": "https://example.com", "b": 0.5, "c": 30.0, "d": 2}]
    data = to_xlsx(rows, COLUMNS, {"E-mails answered": "Measures: …", "Link": "http://x/?a=1"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheet, told = (book.get_sheet_by_index(i).to_python() for i in range(2))
    assert sheet == [
        ["Name", "=Value", "Hours", "n"],
        ["=x", 0.123, 1.5, 1234],
        ["", 0.333, "", -1],
        ["https://example.com", 0.5, 0.5, 2],
    ]
    assert told == [["E-mails answered", "Measures: …"], ["Link", "http://x/?a=1"]]
    # A text that looks like a formula or a link stays a text, and a share is written as one.
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        cells = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in cells
        assert "<hyperlink" not in cells
        assert 'formatCode="0.0%"' in parts.read("xl/styles.xml").decode()


def test_times_are_times_in_a_workbook_and_the_same_in_every_language():
    columns = {"at": Column("Created", "time")}
    rows = [{"at": datetime(2025, 3, 1, 9, 30)}, {"at": None}]
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(rows, columns, {})))
    assert book.get_sheet_by_index(0).to_python()[:2] == [
        ["Created"],
        [datetime(2025, 3, 1, 9, 30)],
    ]
    assert "2025-03-01 09:30:00" in to_csv(rows, columns).decode("utf-8-sig")


def test_numbers_of_a_column_have_the_same_decimals_and_a_real_minus():
    assert tables.as_written("whole", -3.0) == "−3"
    assert [tables.as_written("number1", value) for value in (-0.25, 7.0)] == ["−0.2", "7.0"]
    assert tables.as_written("rate", 0.78) == "78.0%"
    assert tables.as_written("nps", -12.0) == "−12"
