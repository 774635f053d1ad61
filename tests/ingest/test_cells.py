"""The text of one record becomes cells."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.ingest.read.cells import Dialect, Parsed, parse


def parsed(lines: Sequence[str], *, width: int | None = None) -> Parsed:
    return parse(lambda i: lines[i] if i < len(lines) else None, Dialect(), width=width)


def test_places_and_cells_go_on_over_lines() -> None:
    found = parsed(['a,"b\n', "\n", 'c" d",e,"f"\r\n', "next\n"])
    assert (found.cells, found.lines) == (["a", 'b\n\nc" d', "e", "f"], 3)
    assert found.quotes == [2, 10, 14, 16]  # of the record's letters, line ends counted
    assert found.odd
    assert found.closed


def test_a_cell_that_is_never_closed_has_all_lines_but_the_last_ends() -> None:
    found = parsed(['a,"b\n', "c\n", "\n"])
    assert (found.cells, found.lines, found.closed) == (["a", "b\nc"], 3, False)


def test_a_record_that_is_too_wide_is_given_up_only_where_it_has_several_lines() -> None:
    assert parsed(['"a\n', 'b",c,"d"\n'], width=3).closed
    assert not parsed(['"a\n', 'b",c,"d"\n'], width=2).closed
    assert parsed(['"a",b,c\n', "d\n"], width=2).cells == ["a", "b", "c"]
    many = parsed(['"a\n', 'b"' + ',"c"' * 100 + "\n"], width=2)
    assert (len(many.cells), many.closed) == (3, False)
