"""Files that cannot be published: refused with a reason and a remedy, the warehouse as before."""

import struct
import zlib

import polars as pl
import pytest

from tests.cli.driving import CommandLine

WORDS = ["--kind", "tickets", "--source", "s", "--map", "ticket_id=id", "--map", "created_at=day"]


def png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    image = zlib.compress(b"\0\0")
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", image) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type /Catalog>>\nendobj\n%%EOF\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbf", id="only a byte order mark"),
        pytest.param(b"\n\n  \n", id="blank lines"),
        pytest.param(b"id,day\n", id="header only"),
        pytest.param(png(), id="png"),
        pytest.param(PDF, id="pdf"),
        pytest.param(bytes(range(256)) * 20, id="noise"),
        pytest.param(b"PK\x03\x04" + bytes(60), id="zip"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".dat"])
def test_what_is_no_table_is_refused(sq: CommandLine, content: bytes, ending: str) -> None:
    result = sq.load(sq.file(content, ending=ending), *WORDS, code=1)
    assert (result["status"], result["rows_accepted"]) == ("refused", 0)
    assert result["reason"]
    assert sq.uploads() == []


def test_a_folder_is_refused(sq: CommandLine) -> None:
    (sq.inbox / "folder.csv").mkdir()
    result = sq.load(sq.inbox / "folder.csv", *WORDS, code=1)
    assert result["status"] == "refused"
    assert result["reason"]


def test_a_file_that_does_not_exist(sq: CommandLine) -> None:
    ran = sq.run("load", sq.inbox / "nowhere.csv", *WORDS, "--json")
    assert ran.code in (1, 2)
    assert "nowhere.csv" in ran.out + ran.err


def test_a_truncated_parquet_file(sq: CommandLine) -> None:
    whole = sq.inbox / "whole.parquet"
    pl.DataFrame({"id": range(1000), "day": ["2024-03-01"] * 1000}).write_parquet(whole)
    content = whole.read_bytes()
    for cut in (len(content) // 2, len(content) - 3, 4):
        result = sq.load(sq.file(content[:cut], f"cut-{cut}.parquet"), *WORDS, code=1)
        assert result["status"] == "refused"
        assert result["reason"]
    assert sq.load(whole, *WORDS)["inserted"] == 1000


def test_a_missing_needed_column_is_named(sq: CommandLine) -> None:
    path = sq.csv([{"id": 1, "when": "2024-03-01"}])
    result = sq.load(path, "--kind", "tickets", "--source", "s", "--map", "ticket_id=id", code=1)
    assert result["status"] == "refused"
    assert "created_at" in result["reason"]


def test_another_kind_than_the_file_holds(sq: CommandLine) -> None:
    path = sq.csv([{"received": "2024-03-01", "answered": "2024-03-02"}])
    result = sq.load(
        path, "--kind", "rankings", "--source", "s", "--map", "publisher=received", code=1
    )
    assert result["status"] == "refused"
    assert any(column in result["reason"] for column in ("year", "brand"))


def test_a_mapped_header_that_the_file_lacks(sq: CommandLine) -> None:
    path = sq.csv([{"id": 1, "day": "2024-03-01"}])
    ran = sq.run("load", path, *WORDS, "--map", "team=Assignee group", "--json")
    assert ran.code in (1, 2)
    assert "Assignee group" in ran.out + ran.err
    assert sq.kpi("ticket_volume") == []


@pytest.mark.parametrize(
    "words",
    [
        ["--kind", "invoices"],
        ["--kind", "tickets", "--map", "no_such_column=id"],
        ["--kind", "tickets", "--map", "ticket_id"],
        ["--kind", "tickets", "--set", "no_such_column=1"],
        ["--kind", "tickets", "--set", "brand"],
        ["--kind", "tickets", "--no-answer", "brand"],
        ["--kind", "tickets", "--dates", "created_at"],
        ["--no-such-flag"],
    ],
)
def test_words_without_sense_are_a_usage_error(sq: CommandLine, words: list[str]) -> None:
    path = sq.csv([{"id": 1, "day": "2024-03-01"}])
    ran = sq.run("load", path, "--source", "s", *words)
    assert ran.code == 2
    assert ran.err
    assert ran.out == ""


def test_a_refusal_leaves_what_was_there(sq: CommandLine) -> None:
    sq.load(sq.csv([{"id": 1, "day": "2024-03-01"}]), *WORDS)
    before = sq.kpi("ticket_volume"), sq.uploads()
    sq.load(sq.csv([{"id": 2, "day": "soon"}]), *WORDS, code=1)
    sq.load(sq.file(PDF), *WORDS, code=1)
    assert (sq.kpi("ticket_volume"), sq.uploads()) == before


def test_what_a_column_could_be_is_told_by_its_values(sq: CommandLine) -> None:
    path = sq.file("ticket_id,when,who\n1,2024-03-01 10:00,Ann\n2,2024-03-02 11:00,Bo\n")
    result = sq.load(path, "--kind", "tickets", code=1)
    assert "created_at could be when" in result["reason"]


def test_a_huge_cell_is_refused_in_a_sentence(sq: CommandLine) -> None:
    rows = f"ticket id;created at;subject\n1;2024-03-01;x\n2;2024-03-02;{'y' * 5_000_000}\n"
    refused = sq.run("load", sq.file(rows))
    assert refused.code == 1
    assert "a record of more than 2 MB" in refused.err
    assert len(refused.err) < 1000


def test_a_million_columns_are_refused(sq: CommandLine) -> None:
    header = ";".join(f"c{i}" for i in range(1_000_000))
    refused = sq.run("load", sq.file(f"{header}\n1\n"))
    assert refused.code == 1
    assert "columns" in refused.err
    assert len(refused.err) < 1000


def test_of_several_tables_a_refusal_says_which_was_read(sq: CommandLine) -> None:
    summary = "Indicateur;Valeur\nTickets;2\nClos;1\n\n"
    rows = "N° ticket;Créé le;Statut\n1;2025-01-06 09:00;Clos\n2;2025-01-07 09:00;Ouvert\n"
    path = sq.file(summary + rows)
    err = sq.run("load", path).err
    assert "The file holds 2 tables, one below the other; read is table 1 (--table)" in err
    assert sq.load(path, "--table", "2")["rows_accepted"] == 2
