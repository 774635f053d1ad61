"""Parquet of any physical type: cells become the text that a CSV export would have."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from service_quality.base.errors import RefusedError
from service_quality.ingest.prepare import prepare
from service_quality.ingest.read.table import MOST_COLUMNS, open_table, rows_of
from service_quality.ingest.recognise.instructions import Instructions
from tests import bare


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"copy ({select}) to '{path}' (format parquet)")
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.0::double", "12"),
        ("-3::float", "-3"),
        ("0.1::float", "0.1"),
        ("5.7::double", "5.7"),
        ("1e300::double", "1e+300"),
        ("'nan'::double", "nan"),
        ("9007199254740993::bigint", "9007199254740993"),
        ("18446744073709551615::ubigint", "18446744073709551615"),
        ("7.50::decimal(18, 2)", "7.50"),
        ("date '2024-01-31'", "2024-01-31"),
        ("time '10:05:00'", "10:05:00"),
        ("timestamp_s '2024-01-31 10:05:00'", "2024-01-31 10:05:00"),
        ("timestamp_ns '2024-01-31 10:05:00.123456789'", "2024-01-31 10:05:00.123456789"),
        ("interval '3 hours 20 minutes'", "03:20:00"),
        ("encode('sans réponse')", "sans réponse"),
        ("'\\xFF\\x01'::blob", "\\xFF\\x01"),
        ("'é'::enum('é', 'è')", "é"),
        ("true", "true"),
        ("null::integer", None),
        ("uuid '00000000-0000-0000-0000-00000000000a'", "00000000-0000-0000-0000-00000000000a"),
        ("['a', 'b']", "[a, b]"),
        ("{'a': 1}", "{'a': 1}"),
    ],
)
def test_a_cell_of_any_type_is_text(tmp_path: Path, value: str, text: str | None) -> None:
    path = parquet(tmp_path / "t.parquet", f"select 'x' as id, {value} as cell")
    table = open_table(path)
    assert table.sample == (("x", text),)
    assert list(rows_of(table)) == [("x", text)]


def test_typed_columns_are_staged_as_what_they_are(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "t.parquet",
        """
        select 41.0::double as ticket_id,
            timestamptz '2024-07-01 10:00:00+00' as created_at,
            timestamp_ms '2024-07-01 15:30:00' as first_reply_at,
            date '2024-07-02' as solved_at,
            'solved'::enum('open', 'solved') as status,
            2.0::float as reopens
        """,
    )
    with bare.memory(tmp_path).cursor() as cursor:
        words = Instructions(kind="tickets", source="desk")
        prepare(cursor, path, words, datetime(2025, 1, 1), "Europe/Paris")
        found = cursor.execute(
            "select ticket_id, created_at, first_reply_at, solved_at, status, reopens from staged"
        ).fetchall()
    assert found == [
        (
            "41",
            datetime(2024, 7, 1, 12),
            datetime(2024, 7, 1, 15, 30),
            datetime(2024, 7, 2),
            "solved",
            2,
        )
    ]


def test_a_number_that_lost_digits_is_not_written_as_a_whole_one(tmp_path: Path) -> None:
    path = parquet(tmp_path / "t.parquet", "select 1e16::double as id")
    assert open_table(path).sample == (("1e+16",),)


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_too_many_columns_are_refused(tmp_path: Path, name: str) -> None:
    names = [f"x{i}" for i in range(MOST_COLUMNS + 1)]
    path = tmp_path / name
    if name == "t.csv":
        path.write_text(",".join(names) + "\n" + ",".join("1" for _name in names) + "\n")
    else:
        parquet(path, "select " + ", ".join(f"1 as {name}" for name in names))
    with pytest.raises(RefusedError, match="has 16,385 columns; 16,384 can be read"):
        open_table(path)
