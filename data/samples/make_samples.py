"""Writes the example exports beside this file, or into the folder that is given.

    python data/samples/make_samples.py [FOLDER]

Everything in them is invented. The same seed gives the same bytes; the clock is never read.
"""

import csv
import sys
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sample_brands import emails, rankings
from sample_contacts import surveys, tickets, totals
from sample_draws import Row
from sample_promises import deliveries, events, names, promises

# Another seed tells the same story with other figures, except for one: with this seed the
# mystery index's number 1 of 2024 is found near rank 30 in 2025. Nothing else makes it fall.
SEED = "562"
HERE = Path(__file__).parent


def write_csv(path: Path, rows: list[Row]) -> None:
    """Write rows as UTF-8 CSV: comma, line feed, ISO times, empty for unknown."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(path: Path, rows: list[Row]) -> None:
    """Write rows as Parquet with naive timestamps; text, whole numbers and times by their type."""
    types = {datetime: pa.timestamp("us"), int: pa.int64(), str: pa.string()}
    fields = []
    for name in rows[0]:
        known = next(row[name] for row in rows if row[name] is not None)
        fields.append(pa.field(name, types[type(known)]))
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(fields)), path, compression="zstd")


def main(folder: Path) -> None:
    """Write all exports into an existing folder."""
    write_parquet(folder / "tickets.parquet", tickets(SEED))
    write_csv(folder / "emails.csv", emails(SEED))
    write_csv(folder / "surveys.csv", surveys(SEED))
    write_csv(folder / "totals.csv", totals(SEED))
    write_csv(folder / "rankings.csv", rankings(SEED))
    write_csv(folder / "deliveries.csv", deliveries(SEED))
    write_csv(folder / "promises.csv", promises())
    write_csv(folder / "events.csv", events())
    write_csv(folder / "names.csv", names())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
