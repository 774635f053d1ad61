"""What was not mapped is stored nowhere: neither rows nor rows set aside keep it."""

from pathlib import Path

import duckdb
import polars as pl

from tests.cli.driving import CommandLine

SECRETS = ("Marisa", "marisa@example.com", "My zip code is 71701")


def stored_texts(data: Path) -> list[str]:
    """Every text in the data folder: cells of its tables and Parquet files, other files whole."""
    found: list[str] = []
    for path in (p for p in data.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if content[8:12] == b"DUCK":
            with duckdb.connect(str(path), read_only=True) as connection:
                names = connection.execute(
                    "select schema_name || '.' || table_name from duckdb_tables()"
                ).fetchall()
                for (name,) in names:
                    found += map(str, connection.execute(f"from {name}").fetchall())
        elif content.startswith(b"PAR1"):
            found += map(str, pl.read_parquet(path).rows())
        else:
            found.append(content.decode("utf-8", errors="replace"))
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
