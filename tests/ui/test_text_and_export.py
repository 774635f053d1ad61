"""What users wrote is text: on the page, and in a spreadsheet."""

import csv
import io

import pytest

from service_quality.ui.parts import tables
from service_quality.ui.parts.export import safe, to_csv
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
    assert md("68.2 % (top two)") == "68.2 % (top two)"


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-a", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-1+2", "=-1"]
)
def test_a_formula_becomes_text(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize("value", ["-12.5", "+3", "-12,5 %", "plain", "", None, -4, 2.5])
def test_numbers_stay_numbers(value):
    assert safe(value) == value


def test_csv_has_headings_empty_cells_and_full_precision():
    rows = [{"a": "=x", "b": 0.1234567}, {"a": None, "b": -1}]
    text = to_csv(rows, {"a": "Name", "b": "=Value"}).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Name", "'=Value"],
        ["'=x", "0.1234567"],
        ["", "-1"],
    ]


def test_numbers_of_a_column_have_the_same_decimals_and_a_real_minus():
    assert tables.written("whole", -3.0) == "−3"
    assert [tables.written("number1", value) for value in (-0.25, 7.0)] == ["−0.2", "7.0"]
    assert tables.written("rate", 0.78) == "78.0\u00a0%"
    assert tables.written("nps", -12.0) == "−12"
