"""Words of a status are compared in one way, wherever they come from."""

from __future__ import annotations

import duckdb
import pytest

from service_quality.base.settings import Settings
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


ENDED = [
    *("Cancelled by requester", "Rejected by agent", "Withdrawn by customer", "Not planned"),
    *("No longer needed", "Closed as won't fix", "Won’t do - closed", "Cancelled (closed)"),
    *("Closed as not planned", "Closed by cancel", "Cancelled on request of the customer"),
    *("Abandonnée par le client", "Ne sera pas corrigé", "Annulé à la demande du client"),
    *("Fermé : refusé par le support", "Wird nicht gelöst", "Storniert durch Kunden"),
    *("Abgelehnt vom Support", "Cancelado por el cliente", "Cerrado: cancelado por el usuario"),
    *("Cancelado pelo cliente", "Rejeitado pelo suporte", "Annullato dal cliente"),
    *("Rifiutato da operatore", "Geannuleerd door klant", "Afgewezen door de servicedesk"),
]
NO_CONTACT = [
    *("Closed as duplicate", "Closed as a duplicate", "Marked as spam", "Merged into T1"),
    *("Duplicate of T1", "Duplicate - Closed", "Spam (closed)", "Deleted by requester"),
    *("Geschlossen: Spam", "Fermé : spam", "Cerrado: spam", "Closed because duplicate"),
    *("Clos comme doublon", "Doublon de T1", "Fusionné avec T1"),
    *("Geschlossen als Duplikat", "Zusammengeführt mit T1", "Cerrado por duplicado"),
    *("Fechado como duplicado", "Mesclado com T1", "Chiuso come duplicato", "Unito con T1"),
    *("Gesloten als duplicaat", "Samengevoegd met T1", "Marcado como spam", "Chiuso per spam"),
]
STILL_OPEN = [
    *("Waiting for customer", "Reopened by customer", "Not resolved", "Wacht op klant"),
    *("Réouvert par le client", "En espera de cliente", "Riaperto dal cliente"),
]
NOT_SAID = [
    *("Not cancelled", "Closed: not cancelled", "Test by QA", "No action by customer"),
    *("Cancelled by customer, reopened", "Rejected by customer - pending", "Closed by mistake"),
    *("Waiting for customer to cancel", "Cancelled as duplicate", "Closed by customer"),
    *("Cancelled because of spam", "To be cancelled by agent", "Nicht storniert von uns"),
    *("Merge request of T1", "Solved by duplicate account", "By agent"),
]


@pytest.mark.parametrize(
    ("written", "meaning"),
    [
        *((written, statuses.ENDED) for written in ENDED),
        *((written, statuses.NO_CONTACT) for written in NO_CONTACT),
        *((written, statuses.OPEN) for written in STILL_OPEN),
        *((written, None) for written in NOT_SAID),
    ],
)
def test_a_rest_behind_or_before_the_word_changes_nothing(
    written: str, meaning: str | None
) -> None:
    assert statuses.meaning(written, statuses.meanings(Settings())) == meaning
