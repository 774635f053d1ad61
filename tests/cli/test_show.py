"""`show`: the table as it was read, before any mapping."""

import csv
import io

import pytest

from tests.cli.driving import CommandLine


def shown(sq: CommandLine, *argv: object) -> list[list[str]]:
    ran = sq.run("show", *[str(word) for word in argv])
    assert ran.code == 0, ran.err
    return list(csv.reader(io.StringIO(ran.out, newline="")))


def test_header_then_rows(sq: CommandLine) -> None:
    path = sq.file('id;name\r\n007;"a;b"\r\n8;\r\n')
    assert shown(sq, path) == [["id", "name"], ["007", "a;b"], ["8", ""]]


def test_without_a_header_columns_are_numbered(sq: CommandLine) -> None:
    path = sq.file("28/01/2018,00:00,2\n29/01/2018,00:15,0\n30/01/2018,00:30,1\n")
    table = shown(sq, path)
    assert table[0] == ["column_1", "column_2", "column_3"]
    assert len(table) == 4


def test_a_header_only_is_printed(sq: CommandLine) -> None:
    assert shown(sq, sq.file("id,name\n")) == [["id", "name"]]


def test_no_bytes_at_all(sq: CommandLine) -> None:
    assert sq.run("show", sq.file("")).code == 1


def test_out_writes_under_the_same_name(sq: CommandLine) -> None:
    path = sq.csv([{"id": 1, "name": "é"}], "march.csv", encoding="cp1252", delimiter=";")
    out = sq.inbox / "out"
    assert sq.run("show", path, "--out", out).code == 0
    text = (out / "march.csv").read_text(encoding="utf-8")
    assert list(csv.reader(io.StringIO(text))) == [["id", "name"], ["1", "é"]]


def test_what_a_person_says_about_the_file_is_believed(sq: CommandLine) -> None:
    path = sq.file("title\nid#name\n1#é,x\n".encode("mac_roman"))
    table = shown(sq, path, "--encoding", "mac_roman", "--delimiter", "#", "--header", "2")
    assert table == [["id", "name"], ["1", "é,x"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_output_is_utf_8(sq: CommandLine, encoding: str) -> None:
    path = sq.csv([{"clé": "été ’"}, {"clé": "noël"}], encoding=encoding)
    assert shown(sq, path) == [["clé"], ["été ’"], ["noël"]]


def test_one_of_several_tables(sq: CommandLine) -> None:
    path = sq.file("id,mark\n1,5\n2,4\n\nteam,chief,since\nLille,Ann,2020\nNantes,Bob,2021\n")
    assert shown(sq, path) == [["id", "mark"], ["1", "5"], ["2", "4"]]
    assert shown(sq, path, "--table", "2")[0] == ["team", "chief", "since"]
    ran = sq.run("show", path, "--table", "3")
    assert (ran.code, "found: 2" in ran.err) == (2, True)


def test_several_header_rows_are_joined_and_equal_texts_stand_once(sq: CommandLine) -> None:
    path = sq.file("id,Q1,Q1\nid,Speed,Tone\n1,5,4\n2,4,3\n")
    assert shown(sq, path)[0] == ["id", "Q1 Speed", "Q1 Tone"]


def test_what_was_decided_is_said_beside_the_table(sq: CommandLine) -> None:
    path = sq.file("Tickets of March\n\nid;mark\n1;5\n2;4\nTotal;9\n")
    ran = sq.run("show", path)
    assert ran.out == "id,mark\n1,5\n2,4\n"
    assert "separated by ;" in ran.err
    assert "Line 3 names the columns" in ran.err
    assert "not read: “Total 9”" in ran.err
