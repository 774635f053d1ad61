"""Words of a status are compared in one way, wherever they come from."""

from __future__ import annotations

import duckdb
import pytest

from service_quality.definitions import statuses
from service_quality.ingest.columns.vocabulary import all_macros

WRITTEN = [
    *(
        "Closed – Duplicate",
        "Closed — Cancelled",
        "Closed | Spam",
        "Closed > Merged",
        "On\u2011hold",
    ),
    *("Fermé\u00a0: annulé", "Clos\u202f: refusé", "«\u00a0Clos\u00a0»", "Won´t do", "won`t_do"),
    *(
        "W toku • Łódź",
        "Closed → spam",
        "Closed\tspam",
        "ΚΛΕΙΣΤΌΣ",
        "İptal",
        "बंद",
        "처리 완료",
        "***",
    ),
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_status_of_a_file_is_folded_as_the_list_is(written: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(all_macros())
        found = connection.execute("select read_word($1)", [written]).fetchall()[0][0]
    assert (found or "") == statuses.folded(written)
