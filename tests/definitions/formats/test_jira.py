"""Jira Service Management: repeated and translated headers, and promises that look like waits."""

from __future__ import annotations

import pytest

from tests.definitions.formats.conftest import Exports

EXPORT = (
    "\ufeffSummary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Assignee,"
    "Created,Updated,Last Viewed,Resolved,Labels,Labels,Comment,Comment,"
    "Custom field (Request Type),Satisfaction rating,Custom field (Time to first response),"
    "Custom field (Time to resolution),Custom field ([CHART] Date of First Response)\r\n"
    "Printer,SUP-1,10001,Service Request,Done,SUP,Support,Medium,Bo,12/Mar/24 9:41 AM,13/Mar/24 8:00 AM,,"
    '13/Mar/24 8:00 AM,a,b,"Hello, Ann",x,Hardware,4,-1:30,-12:05,12/Mar/24 1:41 PM\r\n'
    "Screen,SUP-2,10002,Service Request,Open,SUP,Support,Medium,Bo,30/Mar/24 11:15 PM,"
    "30/Mar/24 11:15 PM,,,,,,,Hardware,,3:20,8:00,\r\n"
)


def test_dates_with_months_in_letters(exports: Exports) -> None:
    outcome = exports.loaded(EXPORT)
    assert (outcome.format, outcome.issues) == ("jira", ())
    columns = ("ticket_id", "created_at", "first_reply_at", "solved_at", "topic")
    assert exports.rows("tickets", *columns) == [
        ("SUP-1", "2024-03-12 09:41:00", "2024-03-12 13:41:00", "2024-03-13 08:00:00", "Hardware"),
        ("SUP-2", "2024-03-30 23:15:00", None, None, "Hardware"),
    ]


def test_the_time_left_of_a_promise_is_never_a_wait(exports: Exports) -> None:
    text = EXPORT.replace("[CHART] Date of First Response", "Colour")
    exports.loaded(text)
    assert exports.rows("tickets", "ticket_id", "first_reply_at") == [
        ("SUP-1", None),
        ("SUP-2", None),
    ]
    assert exports.answers.kpi("first_reply_time", rows=True) == []


def test_a_person_who_maps_it_is_told_why_not(exports: Exports) -> None:
    for said in (
        "Custom field (Time to first response)",
        "Created + Custom field (Time to first response)",
    ):
        outcome = exports.text(EXPORT, mapping={"first_reply_at": said})
        assert outcome.status == "refused"
        assert "cannot be first_reply_at" in outcome.reason
        assert "can be negative" in outcome.reason


def test_headers_in_spanish_with_a_translated_prefix(exports: Exports) -> None:
    text = EXPORT
    for english, spanish in (
        ("Issue key", "Clave de incidencia"),
        ("Issue id", "ID de la incidencia"),
        ("Issue Type", "Tipo de Incidencia"),
        ("Created", "Creada"),
        ("Updated", "Actualizada"),
        ("Resolved", "Resuelta"),
        ("Status", "Estado"),
        ("Custom field (", "Campo personalizado ("),
    ):
        text = text.replace(english, spanish, 3)
    outcome = exports.loaded(text)
    assert outcome.format == "jira"
    assert exports.rows("tickets", "ticket_id", "solved_at", "first_reply_at")[0] == (
        "SUP-1",
        "2024-03-13 08:00:00",
        "2024-03-12 13:41:00",
    )
    refused = exports.text(
        text, mapping={"first_reply_at": "Campo personalizado (Time to first response)"}
    )
    assert refused.status == "refused"


@pytest.mark.parametrize(
    "header",
    [
        "Campo personalizado ([CHART] Date of First Response)",
        "Benutzerdefiniertes Feld ([CHART] Date of First Response)",
        "Champ personnalisé ([CHART] Date of First Response)",
        "Aangepast veld ([CHART] Date of First Response)",
        "[CHART] Date of First Response",
    ],
)
def test_the_first_reply_whatever_the_prefix(exports: Exports, header: str) -> None:
    text = EXPORT.replace("Custom field ([CHART] Date of First Response)", header)
    assert exports.loaded(text).format == "jira"
    rows = exports.rows("tickets", "ticket_id", "first_reply_at")
    assert rows[0] == ("SUP-1", "2024-03-12 13:41:00")
