"""What was not mapped is stored nowhere: neither rows nor rows set aside keep it."""

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from service_quality.warehouse import places
from service_quality.warehouse.connection import Warehouse
from service_quality.warehouse.engine import quoted
from tests.cli.driving import CommandLine

SECRETS = ("Marisa", "marisa@example.com", "My zip code is 71701")


def stored_texts(data: Path) -> list[str]:
    """Every text in the data folder: cells of its tables and Parquet files, other files whole."""
    found: list[str] = []
    for path in (p for p in data.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if content[8:12] == b"DUCK":
            assert path.name == places.FILE_NAME  # whose tables are asked below
            continue
        if content.startswith(b"PAR1"):
            found += map(str, pl.read_parquet(path).rows())
        else:
            found.append(content.decode("utf-8", errors="replace"))
    with closing(Warehouse.at(places.of(data), read_only=True)) as warehouse:
        tables = warehouse.rows("select schema_name as s, table_name as t from duckdb_tables()")
        for table in tables:
            found += map(str, warehouse.rows(f"from {table['s']}.{quoted(table['t'])}"))
    return found


def test_names_addresses_and_texts_of_customers(sq: CommandLine) -> None:
    rows = [
        {
            "Ticket ID": n,
            "Opened": day,
            "Customer Name": SECRETS[0],
            "Customer Email": SECRETS[1],
            "Ticket Description": SECRETS[2],
            "Team": "north",
        }
        for n, day in enumerate(["2024-03-01", "soon", "2024-03-02"])
    ]
    result = sq.load(
        sq.csv(rows),
        *("--kind", "tickets", "--source", "s", "--map", "ticket_id=Ticket ID"),
        *("--map", "created_at=Opened", "--map", "team=Team"),
    )
    assert (result["inserted"], result["rows_rejected"]) == (2, 1)
    texts = stored_texts(sq.data)
    assert any("north" in text for text in texts)
    assert any("soon" in text for text in texts)  # rows set aside keep their mapped cells
    for secret in SECRETS:
        assert not any(secret in text for text in texts), secret


# Who wrote, on what, who answered: mapped, and personal all the same.
TICKETS = [
    {
        "Ticket ID": n,
        "Opened": "2024-03-01" if n else "soon",
        "Mail": f"marisa{n % 2}@example.com",
        "Agent name": "Marisa Obrecht",
        "Subject": f"My zip code is {n}",
        "Group": "north",
    }
    for n in range(6)
]
MAPPED = (
    *("--kind", "tickets", "--source", "s", "--map", "ticket_id=Ticket ID"),
    *("--map", "created_at=Opened", "--map", "contact_id=Mail", "--map", "topic=Subject"),
    *("--map", "team=Agent name", "--map", "channel=Group"),
)
PERSONAL = ("marisa", "Marisa", "zip code")


def done(result: dict[str, Any]) -> dict[str, str]:
    return {found["column"]: found["done"] for found in result["personal"]}


def test_personal_columns_are_left_out_and_ids_of_people_hashed(sq: CommandLine) -> None:
    result = sq.load(sq.csv(TICKETS), *MAPPED)
    assert (result["inserted"], result["rows_rejected"]) == (5, 1)
    assert done(result) == {"contact_id": "hashed", "topic": "left_out", "team": "left_out"}
    texts = stored_texts(sq.data)
    assert any("north" in text for text in texts)
    for secret in PERSONAL:
        assert not any(secret in text for text in texts), secret
    # A column that is left out is absent, not empty; a hash still tells who is the same.
    assert sq.by("ticket_volume", "topic") == {None: 5}
    with closing(Warehouse.at(places.of(sq.data), read_only=True)) as warehouse:
        of_each = warehouse.rows("select count(*) as n from tickets group by contact_id order by 1")
    assert of_each == [{"n": 2}, {"n": 3}]


def test_who_opts_in_says_why_and_it_holds_for_the_next_file(sq: CommandLine) -> None:
    first = sq.load(sq.csv(TICKETS), *MAPPED, "--keep", "topic=we sort them by hand")
    assert done(first)["topic"] == "kept"
    later = [row | {"Ticket ID": row["Ticket ID"] + 100} for row in TICKETS]
    second = sq.load(sq.csv(later), *MAPPED)
    assert [f["reason"] for f in second["personal"] if f["column"] == "topic"] == [
        "we sort them by hand"
    ]
    assert sq.by("ticket_volume", "topic")["My zip code is 1"] == 2


def test_a_reason_is_not_optional(sq: CommandLine) -> None:
    ran = sq.run("load", sq.csv(TICKETS), *MAPPED, "--keep", "topic=")
    assert ran.code == 2
    assert "--keep topic=REASON" in ran.err
    assert sq.uploads() == []


def test_any_id_can_be_hashed_and_a_contact_left_out(sq: CommandLine) -> None:
    rows = [{"ticket_id": "T1", "created_at": "2024-03-01", "contact_id": "C1"}]
    assert done(sq.load_rows("tickets", rows)) == {}
    assert done(sq.load_rows("tickets", rows, "--hash", "contact_id", source="b")) == {
        "contact_id": "hashed"
    }
    result = sq.load(sq.csv(TICKETS), *MAPPED, "--map", "contact_id=")
    assert "contact_id" not in done(result)


def test_a_needed_column_that_is_personal_asks_a_person(sq: CommandLine) -> None:
    rows = [
        {"publisher": "P", "year": 2024, "brand": f"shop{n}@example.com", "score": n}
        for n in range(3)
    ]
    refused = sq.load_rows("rankings", rows, code=1)
    assert "--keep brand=REASON" in refused["reason"]
    kept = sq.load_rows("rankings", rows, "--keep", "brand=addresses of our shops")
    assert done(kept) == {"brand": "kept"}


@pytest.mark.parametrize(
    ("words", "expected", "shown"),
    [
        ((), "left_out", r"None"),
        (("--agents", "no"), "left_out", r"None"),
        (("--agents", "pseudonyms"), "hashed", r"P-[0-9a-f]{8}"),
        (("--agents", "names"), "kept", r"Marisa Obrecht"),
    ],
)
def test_whether_figures_tell_agents_apart_is_asked(
    sq: CommandLine, words: tuple[str, ...], expected: str, shown: str
) -> None:
    ran = sq.run("load", sq.csv(TICKETS), *MAPPED, *words, "--json")
    (outcome,) = ran.json
    assert done(outcome)["team"] == expected
    assert ("--agents pseudonyms" in ran.err) == (expected == "left_out" and not words)
    (team,) = sq.by("ticket_volume", "team")
    assert re.fullmatch(shown, str(team))
    # The answer holds for the next file of the same headers, and a label stays the same.
    later = [row | {"Ticket ID": row["Ticket ID"] + 100} for row in TICKETS]
    assert done(sq.load(sq.csv(later), *MAPPED))["team"] == expected
    assert sq.by("ticket_volume", "team") == {team: 10}


def test_a_stray_address_is_masked_in_rows_rejects_and_manifest(sq: CommandLine) -> None:
    strays = ("ann@example.com", "+33 6 12 34 56 78", "DE89370400440532013000")
    rows = [
        {
            "ticket_id": n,
            "created_at": f"2024-03-{1 + n:02d}",
            "team": "north",
            "contact_id": f"c{n}",
        }
        for n in range(20)
    ]
    for row, stray in zip(rows, strays, strict=False):
        row["team"] = f"south {stray}"
    rows[5]["contact_id"] = "bob@example.com"
    rows += [
        {"ticket_id": 90 + n, "created_at": stray, "team": stray, "contact_id": "c"}
        for n, stray in enumerate(strays)
    ]
    result = sq.load_rows("tickets", rows)
    assert (result["inserted"], result["rows_rejected"], done(result)) == (20, 3, {})
    assert {i["column"]: i["rows"] for i in result["issues"] if i["rule"] == "masked"} == {
        "team": 6,
        "contact_id": 1,
    }
    assert sq.by("ticket_volume", "team") == {"north": 17, "south …": 3}
    for text in stored_texts(sq.data):
        for stray in (*strays, "bob@example.com"):
            assert stray not in text


def test_what_slipped_into_another_column_is_not_kept_either(sq: CommandLine) -> None:
    text = (
        "ticket_id,created_at,team\n"
        "1,2024-03-01,north\n"
        "2,marisa@example.com,2024-03-01\n"
        "3,2024-03-02,north,My zip code is 71701 and my name is Marisa Obrecht, by the way,"
        "as everybody knows by now I should think\n"
    )
    words = sq.words("tickets", ("ticket_id", "created_at", "team"), "s")
    result = sq.load(sq.file(text), *words)
    assert result["rows_rejected"] == 2
    examples = {issue["rule"]: issue["example"] for issue in result["issues"]}
    assert examples["not_a_date"] == "marisa@example.com"  # said once, to whoever loads it
    for secret in PERSONAL:
        assert not any(secret in text for text in stored_texts(sq.data)), secret
