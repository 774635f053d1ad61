"""Loading a file: what the report counts, which bytes are understood, how columns are mapped."""

import csv
from pathlib import Path

import polars as pl
import pytest

from tests.cli.driving import LONG_AFTER, CommandLine

REPORT = {
    *("file", "kind", "source", "upload_id", "status", "reason"),
    *("rows_read", "rows_accepted", "rows_rejected"),
    *("inserted", "updated", "unchanged", "superseded", "removed", "issues"),
}
TICKETS = [
    {"ticket_id": "1", "created_at": "2024-03-01 10:00:00", "brand": "A"},
    {"ticket_id": "2", "created_at": "2024-03-02 10:00:00", "brand": "B"},
]
MAP = ["--map", "ticket_id=ticket_id", "--map", "created_at=created_at", "--map", "brand=brand"]
WORDS = ["--kind", "tickets", "--source", "test", *MAP]


def test_the_report_of_a_clean_file(sq: CommandLine) -> None:
    result = sq.load(sq.csv(TICKETS, "march.csv"), *WORDS)
    assert set(result) >= REPORT
    assert "march.csv" in result["file"]
    assert (result["kind"], result["source"], result["status"]) == ("tickets", "test", "published")
    assert result["upload_id"]
    counts = {key: result[key] for key in REPORT if key.startswith("rows_")}
    assert counts == {"rows_read": 2, "rows_accepted": 2, "rows_rejected": 0}
    parts = [result[key] for key in ("inserted", "updated", "unchanged", "superseded", "removed")]
    assert parts == [2, 0, 0, 0, 0]
    assert result["issues"] == []


def test_several_files_share_the_words(sq: CommandLine) -> None:
    more = [{"ticket_id": "3", "created_at": "2024-04-01", "brand": "A"}]
    ran = sq.run("load", sq.csv(TICKETS), sq.csv(more), *WORDS, "--json")
    assert ran.code == 0
    assert [result["inserted"] for result in ran.json] == [2, 1]
    assert sq.one("ticket_volume") == {"value": 3}


def test_one_refused_file_does_not_stop_the_others(sq: CommandLine) -> None:
    ran = sq.run("load", sq.file(""), sq.csv(TICKETS), *WORDS, "--json")
    assert ran.code == 1
    assert [result["status"] for result in ran.json] == ["refused", "published"]
    assert sq.one("ticket_volume") == {"value": 2}


def test_which_of_two_tables_is_loaded_and_that_it_is_another_reading(sq: CommandLine) -> None:
    first = "ticket_id,created_at,brand\n1,2024-03-01,A\n2,2024-03-02,B\n3,2024-03-02,B\n"
    path = sq.file(first + "\nTickets of April\n" + first.replace("-03-", "-04-"))
    assert sq.load(path, *WORDS, "--table", "1")["rows_read"] == 3
    result = sq.load(path, *WORDS, "--table", "2")
    assert (result["status"], result["rows_read"]) == ("published", 3)
    assert any("table 2" in sentence for sentence in result["decided"])
    assert sq.load(path, *WORDS, "--table", "2")["status"] == "unchanged"
    assert sq.load(path, *WORDS)["rows_read"] == 6


def test_a_footer_and_a_long_row_in_the_report(sq: CommandLine) -> None:
    rows = "".join(f"{n},2024-03-01,A\n" for n in range(1, 9))
    path = sq.file(f"Tickets\n\nticket_id,created_at,brand\n{rows}9,2024-03-01,A,x\nBy: Ann\n")
    result = sq.load(path, *WORDS)
    assert (result["rows_read"], result["rows_rejected"]) == (9, 1)
    (issue,) = result["issues"]
    assert (issue["rule"], issue["first_rows"]) == ("too_many_cells", [9])
    assert any("By: Ann" in sentence for sentence in result["decided"])


def test_check_publishes_nothing(sq: CommandLine) -> None:
    ran = sq.run("check", sq.csv(TICKETS), *WORDS, "--json")
    assert ran.code == 0
    (result,) = ran.json
    assert (result["status"], result["rows_read"], result["rows_accepted"]) == ("checked", 2, 2)
    assert sq.uploads() == []
    assert sq.kpi("ticket_volume") == []


def test_check_refuses_what_load_refuses(sq: CommandLine) -> None:
    ran = sq.run("check", sq.file(""), *WORDS, "--json")
    assert ran.code == 1
    assert ran.json[0]["status"] == "refused"


def test_without_json_a_person_can_read_it(sq: CommandLine) -> None:
    ran = sq.run("load", sq.csv(TICKETS, "march.csv"), *WORDS)
    assert ran.code == 0
    assert "march.csv" in ran.out
    assert not ran.out.lstrip().startswith(("[", "{"))


def test_a_constant_stands_for_a_missing_column(sq: CommandLine) -> None:
    rows = [{"id": 1, "csat": 5}, {"id": 2, "csat": 1}]
    sq.load(
        sq.csv(rows),
        *("--kind", "surveys", "--source", "s", "--map", "response_id=id", "--map", "csat=csat"),
        *("--set", "answered_at=2018-06-30", "--set", "csat_scale=1-5", "--set", "brand=A=B"),
    )
    assert sq.kpi("csat", "--by", "month", "--by", "brand") == [
        {"month": "2018-06", "brand": "A=B", "value": 0.5, "n": 2, "numerator": 1, "denominator": 2}
    ]


def test_an_empty_map_maps_nothing(sq: CommandLine) -> None:
    sq.load(sq.csv(TICKETS), *WORDS[:-2], "--map", "brand=")
    assert sq.by("ticket_volume", "brand") == {None: 2}


def test_a_mapped_header_may_hold_an_equals_sign(sq: CommandLine) -> None:
    rows = [{"id": 1, "day": "2024-03-01", "a=b": "north"}]
    sq.load(
        sq.csv(rows),
        *("--kind", "tickets", "--source", "s", "--map", "ticket_id=id"),
        *("--map", "created_at=day", "--map", "team=a=b"),
    )
    assert sq.by("ticket_volume", "team") == {"north": 1}


# --- bytes


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_dialects_and_encodings(sq: CommandLine, delimiter: str, encoding: str) -> None:
    rows = [{**TICKETS[0], "brand": "Séphore, l’été; 5|6"}, TICKETS[1]]
    sq.load(sq.csv(rows, encoding=encoding, delimiter=delimiter), *WORDS)
    assert sq.by("ticket_volume", "brand") == {"Séphore, l’été; 5|6": 1, "B": 1}


def test_a_byte_order_mark_inside_a_quoted_first_header(sq: CommandLine) -> None:
    content = '\ufeff"ticket_id","created_at","brand"\r\n1,2024-03-01,A\r\n'
    assert sq.load(sq.file(content), *WORDS)["inserted"] == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(sq: CommandLine, newline: str) -> None:
    lines = ["ticket_id,created_at,brand", "1,2024-03-01,A", "2,2024-03-02,B"]
    assert sq.load(sq.file(newline.join(lines)), *WORDS)["inserted"] == 2


def test_quoted_cells_hold_line_breaks(sq: CommandLine) -> None:
    content = 'ticket_id,created_at,brand\n1,2024-03-01,"A\nB"\n2,2024-03-02,C\n'
    assert sq.load(sq.file(content), *WORDS)["rows_read"] == 2
    assert sq.by("ticket_volume", "brand") == {"A\nB": 1, "C": 1}


def test_parquet_with_typed_columns(sq: CommandLine) -> None:
    path = sq.inbox / "march.parquet"
    frame = pl.DataFrame({"ticket_id": [1, 2], "day": ["2024-03-01 10:00", None], "brand": "A"})
    frame = frame.with_columns(created_at=pl.col("day").str.to_datetime("%Y-%m-%d %H:%M"))
    frame.write_parquet(path)
    result = sq.load(path, *WORDS)
    assert (result["rows_read"], result["rows_accepted"], result["rows_rejected"]) == (2, 1, 1)
    assert sq.by("ticket_volume", "month") == {"2024-03": 1}


def test_a_hundred_thousand_rows(sq: CommandLine) -> None:
    path = sq.inbox / "large.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket_id", "created_at", "brand"])
        for n in range(100_000):
            day = f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d} {n % 24:02d}:{n % 60:02d}:00"
            writer.writerow([f"T{n}", day, f"brand {n % 7}"])
    assert sq.load(path, *WORDS)["inserted"] == 100_000
    by_month = sq.by("ticket_volume", "month")
    assert sum(by_month.values()) == 100_000
    assert by_month["2024-01"] == 8334  # n = 0, 12, … 99996


# --- names and values that look like something else


@pytest.mark.parametrize(
    "name",
    [
        "o'brien's export.csv",
        'the "final" one.csv',
        "x'); drop table tickets; --.csv",
        "mars 🙂 été.csv",
        "a b  c.csv",
        "[1-9]*.csv",
        "{brace}.csv",
        "-dash.csv",
        "noending",
        "UPPER.CSV",
    ],
)
def test_any_file_name(sq: CommandLine, name: str) -> None:
    result = sq.load(sq.csv(TICKETS, name), *WORDS)
    assert name in result["file"]
    assert result["inserted"] == 2
    assert name in sq.uploads()[0]["file"]


WILD = [
    "'; drop table tickets; --",
    '"quoted"',
    "<script>alert(1)</script>",
    "=1+1",
    "@sum(a1)",
    "+33 1",
    "$brand",
    "{{ brand }}",
    "100%",
    "\\n",
    "日本 🙂",
    "select * from tickets",
]


def test_values_stay_values(sq: CommandLine) -> None:
    rows = [
        {"ticket_id": f"'{n}", "created_at": "2024-03-01", "brand": value}
        for n, value in enumerate(WILD)
    ]
    sq.load(sq.csv(rows), *WORDS)
    assert sq.by("ticket_volume", "brand") == dict.fromkeys(WILD, 1)
    for value in WILD:
        assert sq.one("ticket_volume", "--where", f"brand={value}") == {"value": 1}, value


def test_headers_stay_headers(sq: CommandLine) -> None:
    hostile = 'id"; drop table x; --'
    rows = [{hostile: 1, "créé ' le": "2024-03-01", "Team; -- 🙂": "north"}]
    sq.load(
        sq.csv(rows),
        *("--kind", "tickets", "--source", "it's ; --", "--map", f"ticket_id={hostile}"),
        *("--map", "created_at=créé ' le", "--map", "team=Team; -- 🙂"),
    )
    assert sq.by("ticket_volume", "team") == {"north": 1}
    assert sq.by("ticket_volume", "source") == {"it's ; --": 1}


def test_columns_that_are_not_mapped_may_hold_anything(sq: CommandLine) -> None:
    rows = [{**row, "Created at.1": "nonsense", "note": "=cmd()"} for row in TICKETS]
    assert sq.load(sq.csv(rows), *WORDS)["issues"] == []


def test_an_id_keeps_its_leading_zeros(sq: CommandLine) -> None:
    rows = [{**TICKETS[0], "ticket_id": "007"}, {**TICKETS[1], "ticket_id": "7"}]
    assert sq.load(sq.csv(rows), *WORDS)["inserted"] == 2


def test_the_working_folder_does_not_matter(
    sq: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sq.csv(TICKETS, "march.csv")
    monkeypatch.chdir(sq.inbox)
    assert sq.load(Path(path.name), *WORDS)["inserted"] == 2
    assert sorted(p.name for p in sq.inbox.iterdir()) == ["march.csv"]


def test_the_export_itself_is_left_alone(sq: CommandLine) -> None:
    path = sq.csv(TICKETS)
    before = path.read_bytes()
    sq.load(path, *WORDS, "--set", f"observed_until={LONG_AFTER}")
    assert path.read_bytes() == before
