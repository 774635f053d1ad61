"""Writes the cells of a Parquet file as the text that another export would have."""

from __future__ import annotations

from collections.abc import Sequence

from service_quality.warehouse.engine import quoted

# Up to here a float holds every whole number; beyond, digits may be lost.
EXACT = {"DOUBLE": 2**53, "FLOAT": 2**24}


def relation(headers: Sequence[str], types: Sequence[str]) -> str:
    """Return SQL that reads `$path`: a column of text for each header, called `c{i}`.

    `types` are what DuckDB calls the columns' types. Nested values become DuckDB's own text.
    """
    cells = ", ".join(
        f"{_cell(header, of)} as c{i}"
        for i, (header, of) in enumerate(zip(headers, types, strict=True))
    )
    return f"(select {cells} from read_parquet($path))"


def unpacked(headers: Sequence[str], types: Sequence[str]) -> str:
    """Return SQL that counts how many bytes the rows of `$path` come to, about.

    What is stored once and repeated in every row is counted in every row.
    """
    texts = [
        f"coalesce(sum({'octet_length' if of == 'BLOB' else 'strlen'}({quoted(header)})), 0)"
        for header, of in zip(headers, types, strict=True)
        if of in ("VARCHAR", "BLOB")
    ]
    return f"select {' + '.join([f'count(*) * {len(headers)}', *texts])} from read_parquet($path)"


def _cell(header: str, of: str) -> str:
    name = quoted(header)
    text = f"cast({name} as varchar)"
    if of in EXACT:
        # Whole numbers with gaps are floats to whoever wrote the file: 12.0 is 12, also as an id.
        is_whole = f"{name} = trunc({name}) and abs({name}) <= {EXACT[of]}"
        return f"case when {is_whole} then cast(cast({name} as bigint) as varchar) else {text} end"
    if of == "BLOB":
        # Some write text without saying that it is text.
        return f"coalesce(try(decode({name})), {text})"
    return text
